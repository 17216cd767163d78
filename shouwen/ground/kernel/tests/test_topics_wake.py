"""A topic sent from any thread wakes the socket that waits for it, at once."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from channels.layers import get_channel_layer

from shouwen.ground.kernel import layers, topics

TOLERATED_SECONDS = 0.5


async def test_a_topic_from_another_thread_wakes_an_idle_loop() -> None:
    topics.serve_from(asyncio.get_running_loop())
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("topic.contact-wake", channel)
    threading.Timer(0.1, topics.send, ["contact-wake"], {"typing": "staff"}).start()
    began = time.perf_counter()
    event = await asyncio.wait_for(layer.receive(channel), 5)
    assert time.perf_counter() - began < 0.1 + TOLERATED_SECONDS
    assert (event["topic"], event["typing"]) == ("contact-wake", "staff")


def test_without_sockets_a_topic_goes_nowhere_and_harms_nothing() -> None:
    topics.send("contact-nobody")


async def test_what_moves_for_everybody_is_said_once_at_first_and_once_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layers, "BROAD_APART_SECONDS", 0.2)
    topics.serve_from(asyncio.get_running_loop())
    layer = get_channel_layer()
    channel = await layer.new_channel()
    for topic in ("queues-flood", "contact-own"):
        await layer.group_add(f"topic.{topic}", channel)
    for _ in range(20):
        topics.send("queues-flood", broad=1)
    topics.send("contact-own", typing="staff")
    heard = [await asyncio.wait_for(layer.receive(channel), 5) for _ in range(3)]
    # One's own is never kept back, and what came last is said as well.
    assert [event["topic"] for event in heard] == ["queues-flood", "contact-own", "queues-flood"]
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(layer.receive(channel), 0.5)
    topics.send("queues-flood", broad=1)
    assert (await asyncio.wait_for(layer.receive(channel), 5))["topic"] == "queues-flood"
