"""The layer of several processes, over a real Redis that comes and goes."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shouwen.ground.kernel import layers
from shouwen.ground.kernel.layers import CUT, SharedLayer

REDIS = shutil.which("redis-server")
pytestmark = pytest.mark.skipif(REDIS is None, reason="redis-server is not installed")
TOPIC = {"type": "topic.changed", "topic": "contact-x"}


class Server:
    """Redis on a port of its own; it keeps nothing."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        words = [str(REDIS), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [*words, "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(layers, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(layers, "JOIN_SECONDS", 2.0)
    running = Server(tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.fixture
async def layer(server: Server) -> AsyncIterator[Callable[[], SharedLayer]]:
    """Makes the layer of one process more."""
    made: list[SharedLayer] = []

    def one_more() -> SharedLayer:
        made.append(SharedLayer(server.address, capacity=1000))
        return made[-1]

    yield one_more
    for one in made:
        await one.close()


async def _heard(layer: SharedLayer, line: str) -> dict[str, object]:
    return dict(await asyncio.wait_for(layer.receive(line), 10))


async def test_what_one_process_says_is_heard_in_every_other_and_in_itself(
    layer: Callable[[], SharedLayer],
) -> None:
    here, there, bystander = layer(), layer(), layer()
    lines = [(one, await one.new_channel()) for one in (here, there, there)]
    for one, line in lines:
        await one.group_add("topic.contact-x", line)
    elsewhere = await bystander.new_channel()
    await bystander.group_add("topic.contact-y", elsewhere)
    await here.group_send("topic.contact-x", TOPIC)
    assert [await _heard(one, line) for one, line in lines] == [TOPIC] * 3
    await here.group_send("topic.contact-y", {**TOPIC, "only": "talk"})
    assert (await _heard(bystander, elsewhere))["only"] == "talk"


async def test_a_thread_without_a_loop_is_heard_too(layer: Callable[[], SharedLayer]) -> None:
    here, there = layer(), layer()
    line = await there.new_channel()
    await there.group_add("topic.contact-x", line)
    await asyncio.to_thread(here.group_send_now, "topic.contact-x", TOPIC)
    assert await _heard(there, line) == TOPIC


async def test_a_line_that_is_slow_for_a_moment_misses_nothing(
    layer: Callable[[], SharedLayer],
) -> None:
    here, there = layer(), layer()
    line = await there.new_channel()
    await there.group_add("topic.contact-x", line)
    for number in range(300):
        await here.group_send("topic.contact-x", {**TOPIC, "n": number})
    assert [(await _heard(there, line))["n"] for _ in range(300)] == list(range(300))


async def test_what_is_no_topic_and_what_is_another_centres_disturbs_nobody(
    layer: Callable[[], SharedLayer], server: Server
) -> None:
    here = layer()
    line = await here.new_channel()
    await here.group_add("topic.contact-x", line)
    async with Redis.from_url(server.address) as stranger:
        for text in ("{", "[]", '["topic.contact-x", 1]', '{"a": 1, "b": 2}'):
            await stranger.publish(f"{layers.SHARED_NAME}.0", text)
    other = SharedLayer(server.address.replace("/0", "/1"), capacity=1000)
    await other.group_send("topic.contact-x", {**TOPIC, "n": 1})
    await other.close()
    await here.group_send("topic.contact-x", TOPIC)
    assert await _heard(here, line) == TOPIC


async def test_lines_are_told_when_redis_goes_and_new_ones_open_when_it_is_back(
    layer: Callable[[], SharedLayer], server: Server
) -> None:
    here = layer()
    line = await here.new_channel()
    await here.group_add("topic.contact-x", line)
    server.kill()
    assert await _heard(here, line) == CUT
    with pytest.raises(RedisError):
        await here.group_send("topic.contact-x", TOPIC)
    with pytest.raises(RedisError):
        await here.new_channel()
    server.start()
    fresh = await here.new_channel()
    await here.group_add("topic.contact-x", fresh)
    await here.group_send("topic.contact-x", TOPIC)
    assert await _heard(here, fresh) == TOPIC
