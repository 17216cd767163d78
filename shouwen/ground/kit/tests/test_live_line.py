"""The live line: only staff, only topics they may follow, only frames a page would send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.db import OperationalError

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.topics import publish
from shouwen.ground.kit import beside, consumers, live

# The library closes the connections its thread was left with by other tests.
pytestmark = pytest.mark.django_db

AGENT = Actor(ActorKind.PERSON, "person_1", "苏芮", 1, frozenset({"agent"}))


@pytest.fixture(autouse=True)
def own_topics(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let everybody follow the topics called their own; no other room listens."""
    monkeypatch.setattr(live, "_beats", [])
    live.register("test", lambda actor, rest: rest.startswith("own"))
    yield
    live.forget("test")


class Line:
    """One end of a socket, without a server."""

    def __init__(self, actor: Actor | None) -> None:
        scope: dict[str, Any] = {"type": "websocket", "path": "/ws/live", "actor": actor}
        # asgiref's page has no types.
        untyped: Any = ApplicationCommunicator
        self.end = untyped(consumers.LiveConsumer.as_asgi(), scope)

    async def connect(self) -> bool:
        await self.end.send_input({"type": "websocket.connect"})
        return bool((await self.end.receive_output())["type"] == "websocket.accept")

    async def say(self, text: str | None = None, data: bytes | None = None) -> None:
        await self.end.send_input({"type": "websocket.receive", "text": text, "bytes": data})

    async def heard(self) -> Any:
        return json.loads((await self.end.receive_output())["text"])

    async def hears_nothing(self) -> bool:
        return bool(await self.end.receive_nothing())

    async def disconnect(self) -> None:
        await self.end.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.end.wait()


async def opened(actor: Actor = AGENT) -> Line:
    page = Line(actor)
    assert await page.connect()
    return page


async def say(page: Line, message: object) -> None:
    await page.say(json.dumps(message))


async def pong_when(page: Line, fits: Callable[[Any], bool]) -> Any:
    """Ping until the pong fits: what a page says of itself is noted beside what it is told."""
    for _ in range(consumers.MOST_FRAMES - 5):
        await say(page, {"ping": 5})
        answer = await page.heard()
        if fits(answer):
            break
        await asyncio.sleep(0.02)
    return answer


async def closing_code(page: Line) -> Any:
    message = await page.end.receive_output()
    assert message["type"] == "websocket.close"
    return message["code"]


@pytest.mark.parametrize(
    "actor",
    [
        None,
        Actor.customer("cust_1", 1),
        Actor.system("ticker"),
        Actor(ActorKind.KEY, "key", "k", 1),
    ],
)
async def test_only_a_member_of_staff_gets_a_line(actor: Actor | None) -> None:
    assert not await Line(actor).connect()


async def test_a_topic_arrives_with_its_hints_and_nothing_else() -> None:
    page = await opened()
    await say(page, {"follow": ["test-own1", "test-other", "nobody-own1"]})
    assert await page.heard() == {"following": ["test-own1"]}
    layer = get_channel_layer()
    message = {"type": "topic.changed", "topic": "test-own1", "typing": 1}
    await layer.group_send("topic.test-own1", message)
    assert await page.heard() == {"topic": "test-own1", "typing": 1}
    await layer.group_send("topic.test-other", {"type": "topic.changed", "topic": "test-other"})
    assert await page.hears_nothing()
    await page.disconnect()


@pytest.fixture
def said_meanwhile(django_capture_on_commit_callbacks: Any) -> None:
    """Publish topics before anybody follows them, one of them long ago."""
    with django_capture_on_commit_callbacks(execute=True):
        publish("test-own1")
        publish("test-other")
        publish("test-own2", broad=1)
    long_ago = time.frozen(time.now() - timedelta(seconds=2))
    with long_ago, django_capture_on_commit_callbacks(execute=True):
        publish("test-own3")


@pytest.mark.usefixtures("said_meanwhile")
async def test_what_was_said_while_the_page_was_on_its_way_is_said_again() -> None:
    page = await opened()
    topics = ["test-own1", "test-own2", "test-own3"]
    read = int(time.now().timestamp() * 1000) - 500
    await say(page, {"follow": [*topics, "test-other"], "since": read})
    assert await page.heard() == {"following": topics}
    heard = [await page.heard(), await page.heard()]
    assert sorted(heard, key=str) == [
        {"topic": "test-own1"},
        {"topic": "test-own2", "broad": 1},
    ]
    # What is followed already was heard.
    await say(page, {"follow": ["test-own1"], "since": read})
    assert await page.heard() == {"following": ["test-own1"]}
    assert await page.hears_nothing()
    # A page that does not say when it was read is told nothing.
    await say(page, {"follow": ["test-own1", "test-own2"]})
    assert await page.heard() == {"following": ["test-own1", "test-own2"]}
    assert await page.hears_nothing()
    await page.disconnect()


async def test_a_topic_left_out_is_no_longer_followed() -> None:
    page = await opened()
    await say(page, {"follow": ["test-own1"]})
    await page.heard()
    await say(page, {"follow": ["test-own2"]})
    assert await page.heard() == {"following": ["test-own2"]}
    layer = get_channel_layer()
    await layer.group_send("topic.test-own1", {"type": "topic.changed", "topic": "test-own1"})
    assert await page.hears_nothing()
    await page.disconnect()


async def test_a_ping_is_answered_with_the_time_and_is_a_heartbeat() -> None:
    beats: list[tuple[list[Actor], datetime]] = []

    def beat(actors: Sequence[Actor], at: datetime) -> None:
        beats.append((list(actors), at))

    live.on_heartbeat(beat)
    try:
        page = await opened()
        answer = await pong_when(page, lambda _: bool(beats))
        await page.disconnect()
    finally:
        live.forget_heartbeat(beat)
    assert answer["pong"] == 5
    assert {actor for actors, _ in beats for actor in actors} == {AGENT}
    assert abs(answer["now"] / 1000 - beats[-1][1].timestamp()) < consumers.BEATS_APART_SECONDS


@pytest.mark.parametrize(("open_pages", "seconds"), [(0, 0.0), (12, 2.4), (500, 100.0)])
async def test_the_more_pages_are_open_the_further_apart_they_look(
    monkeypatch: pytest.MonkeyPatch, open_pages: int, seconds: float
) -> None:
    monkeypatch.setattr(live, "_counters", [lambda _actor, _at: open_pages])
    page = await opened()
    assert (await pong_when(page, lambda said: said["spread"] == seconds))["spread"] == seconds
    await page.disconnect()


async def test_pages_that_cannot_be_counted_do_not_cut_the_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def busy(_actor: Actor, _at: datetime) -> int:
        raise OperationalError

    monkeypatch.setattr(live, "_counters", [busy])
    page = await opened()
    said = await pong_when(page, lambda _: "open pages not counted" in caplog.text)
    assert said["spread"] == 0
    assert "open pages not counted" in caplog.text
    await page.disconnect()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", consumers.BAD_FRAME),
        ("[]", consumers.BAD_FRAME),
        ('{"shout": 1}', consumers.BAD_FRAME),
        ('{"follow": "test-own1"}', consumers.BAD_FRAME),
        ('{"follow": ["no topic at all"]}', consumers.BAD_FRAME),
        (json.dumps({"follow": [f"test-own{n}" for n in range(101)]}), consumers.TOO_LARGE),
        (json.dumps({"ping": 1, "more": "x" * 4096}), consumers.TOO_LARGE),
    ],
)
async def test_what_no_page_would_send_closes_the_line(frame: str, code: int) -> None:
    page = await opened()
    await page.say(frame)
    assert await closing_code(page) == code


async def test_bytes_close_the_line() -> None:
    page = await opened()
    await page.say(data=b"\x00")
    assert await closing_code(page) == consumers.BAD_FRAME


async def test_a_flood_closes_the_line() -> None:
    page = await opened()
    for _ in range(consumers.MOST_FRAMES):
        await say(page, {"ping": 1})
        await page.heard()
    await say(page, {"ping": 1})
    assert await closing_code(page) == consumers.TOO_MANY


async def test_after_a_while_a_page_comes_in_by_the_door_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumers, "LONGEST_SECONDS", -1)
    page = await opened()
    await say(page, {"ping": 1})
    assert await closing_code(page) == consumers.COME_AGAIN


async def test_a_hearer_that_fails_does_not_cut_the_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def failing(actors: Sequence[Actor], at: datetime) -> None:
        raise OSError

    live.on_heartbeat(failing)
    page = await opened()
    said = await pong_when(page, lambda _: "heartbeat not heard" in caplog.text)
    assert said["pong"] == 5
    await page.disconnect()
    assert "heartbeat not heard" in caplog.text


async def test_whoever_may_no_longer_be_here_hears_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def gone(scope: dict[str, Any]) -> Actor | None:
        return None

    monkeypatch.setattr(consumers, "LOOK_AGAIN_SECONDS", -1)
    monkeypatch.setattr(live, "_recognisers", [])
    page = await opened()
    await say(page, {"follow": ["test-own1"]})
    await page.heard()
    live.recognise_by(gone)
    layer = get_channel_layer()
    await layer.group_send("topic.test-own1", {"type": "topic.changed", "topic": "test-own1"})
    assert await closing_code(page) == consumers.SIGNED_OUT


@pytest.mark.parametrize("frame", ["[" * 4000, '{"a":' * 700])
async def test_deep_nesting_closes_the_line(frame: str) -> None:
    page = await opened()
    await page.say(frame)
    assert await closing_code(page) == consumers.BAD_FRAME


@pytest.mark.parametrize("mark", ["NaN", "Infinity", "9" * 300, "1e999"])
async def test_a_mark_that_is_no_number_is_not_echoed(mark: str) -> None:
    page = await opened()
    await page.say('{"ping": ' + mark + "}")
    assert (await page.heard())["pong"] == 0
    await page.disconnect()


async def test_whoever_follows_a_thing_is_beside_it_until_the_line_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topic = beside.topic_of("own1")
    monkeypatch.setitem(live._authorisers, "beside", lambda actor, rest: rest.startswith("own"))
    monkeypatch.setattr(beside, "_namers", [lambda refs: dict.fromkeys(refs, "苏芮")])
    page = await opened()
    await say(page, {"follow": [topic]})
    heard = [await page.heard() for _twice in range(2)]
    assert sorted(heard, key=list) == [{"following": [topic]}, {"topic": topic}]
    assert len(beside.neighbours(topic, "person_2")) == 1
    await page.disconnect()
    assert beside.neighbours(topic, "person_2") == []
