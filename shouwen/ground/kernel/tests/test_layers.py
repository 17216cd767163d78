"""The layer of one process: everybody hears, nobody waits for who does not listen."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel import layers
from shouwen.ground.kernel.layers import MemoryLayer


@pytest.fixture
def layer() -> MemoryLayer:
    return MemoryLayer(capacity=2)


async def test_all_lines_of_a_group_hear_each_their_own_message(layer: MemoryLayer) -> None:
    lines = [await layer.new_channel() for _ in range(3)]
    for line in lines:
        await layer.group_add("topic.x", line)
    await layer.group_send("topic.x", {"type": "topic.changed", "hint": {"n": 1}})
    heard = [await layer.receive(line) for line in lines]
    assert heard == [{"type": "topic.changed", "hint": {"n": 1}}] * 3
    heard[0]["hint"]["n"] = 2
    assert heard[1]["hint"]["n"] == 1


async def test_a_line_that_does_not_listen_keeps_no_other_from_hearing(layer: MemoryLayer) -> None:
    deaf, awake = await layer.new_channel(), await layer.new_channel()
    for line in (deaf, awake):
        await layer.group_add("topic.x", line)
    for number in range(4):
        await layer.group_send("topic.x", {"type": "topic.changed", "n": number})
        assert (await layer.receive(awake))["n"] == number


async def test_what_expired_is_thrown_away_and_its_line_forgotten(
    layer: MemoryLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, here = await layer.new_channel(), await layer.new_channel()
    await layer.group_add("topic.x", gone)
    layer.expiry = -1
    await layer.group_send("topic.x", {"type": "topic.changed"})
    layer.expiry = 60
    await layer.group_add("topic.x", here)
    monkeypatch.setattr(layers, "CLEANS_APART_SECONDS", 0.0)
    await layer.group_send("topic.x", {"type": "topic.changed"})
    assert set(layer.groups["topic.x"]) == {here}
