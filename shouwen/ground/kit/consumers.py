"""The staff's live line, `/ws/live`: topics out, nothing else.

A page says which topics it shows; each is asked for with the room it belongs to. What is sent is
the topic's name and passing hints, never content: the page fetches through its own view, so that
one permission check serves both ways.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.aio import in_thread
from shouwen.ground.kernel.gathering import Gatherer
from shouwen.ground.kernel.sockets import Socket
from shouwen.ground.kernel.topics import TOPIC_PATTERN, said_since

from . import beside, live

MOST_TOPICS = 100
MOST_BYTES = 4096
# A page pings every 4 s and follows when it changes; anything beyond this is not a page.
MOST_FRAMES, IN_SECONDS = 40, 10
# Roles may have changed since: after this long the page has to come in by the door again.
LONGEST_SECONDS = 900

# Whoever is disabled or signed out is cut off within 5 seconds.
LOOK_AGAIN_SECONDS = 3.0

BAD_FRAME, TOO_LARGE, TOO_MANY, COME_AGAIN = 4400, 4413, 4429, 4410
SIGNED_OUT = 4401
LARGEST_MARK = 2**53
# Machines that serve one centre do not agree on the time to the millisecond.
MARGIN_SECONDS = 0.25


# A desk that was not heard for seconds is lost; within one all of them are noted at once.
BEATS_APART_SECONDS = 1.0


def _beat_together(actors: Sequence[Actor]) -> dict[Actor, float]:
    """Note that these pages are there, and give each over how many seconds it spreads its looks."""
    now = time.now()
    live.heartbeat(actors, now)
    homes = {actor.institution_id: actor for actor in actors}
    spreads = {home: live.spread_seconds(one, now) for home, one in homes.items()}
    return {actor: spreads[actor.institution_id] for actor in actors}


_beats = Gatherer(_beat_together, apart_seconds=BEATS_APART_SECONDS)


class LiveConsumer(Socket):
    """One open page of a member of staff. The actor is put into the scope by the door."""

    actor: Actor
    followed: set[str]
    frames: deque[float]
    spread: float
    beating: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Let a member of staff in; everybody else gets no socket at all."""
        actor = self.scope.get("actor")
        self.followed = set()
        self.frames = deque(maxlen=MOST_FRAMES)
        self.spread = 0.0
        if not isinstance(actor, Actor) or not actor.is_person:
            await self.close()
            return
        self.actor = actor
        self.opened = self.looked = asyncio.get_running_loop().time()
        await self.accept()
        self._beat()

    async def disconnect(self, code: int) -> None:
        """Stop following."""
        if self.beating:
            self.beating.cancel()
        for topic in self.followed:
            await self.channel_layer.group_discard(f"topic.{topic}", self.channel_name)
        await self._look_away(self.followed)
        self.followed = set()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take `{"follow": [topics], "since": ms}` or `{"ping": n}`; close on anything else."""
        if self.is_over:
            return
        if text_data is None or bytes_data is not None:
            await self.close(BAD_FRAME)
            return
        if len(text_data.encode()) > MOST_BYTES:
            await self.close(TOO_LARGE)
            return
        if self._too_fast():
            await self.close(TOO_MANY)
            return
        message = _read(text_data)
        if "ping" in message:
            # Looking the person up first would make the time late, which is nobody's secret.
            await self._pong(message["ping"])
        if not await self._is_still_here():
            return
        if "follow" in message:
            await self._follow(message["follow"], message.get("since"))
        elif "ping" not in message:
            await self.close(BAD_FRAME)

    async def topic_changed(self, event: dict[str, Any]) -> None:
        """Pass a topic on, with its hints."""
        if await self._is_still_here():
            await self._send({key: value for key, value in event.items() if key != "type"})

    async def _follow(self, topics: object, since: object) -> None:
        """Follow exactly these topics from now on, as far as the actor may.

        `since` is when what the page shows was read, in milliseconds of the epoch. What was said of
        a new topic after that is said again, for the page does not know it.
        """
        if not isinstance(topics, list) or not all(_is_topic(topic) for topic in topics):
            await self.close(BAD_FRAME)
            return
        if len(topics) > MOST_TOPICS:
            await self.close(TOO_LARGE)
            return
        wanted = list(dict.fromkeys(topics))
        new = [topic for topic in wanted if topic not in self.followed]
        granted = await in_thread(live.allowed, self.actor, new) if new else []
        for topic in granted:
            await self.channel_layer.group_add(f"topic.{topic}", self.channel_name)
        dropped = self.followed - set(wanted)
        for topic in dropped:
            await self.channel_layer.group_discard(f"topic.{topic}", self.channel_name)
        self.followed = (self.followed & set(wanted)) | set(granted)
        await self._look_away(dropped)
        await self._stay()
        await self._send({"following": [topic for topic in wanted if topic in self.followed]})
        if granted and _is_number(since):
            moment = since / 1000 - MARGIN_SECONDS
            for said in await in_thread(said_since, granted, moment):
                await self._send(said)

    async def _pong(self, mark: object) -> None:
        """Answer with the server's time in milliseconds, so that the page's clocks agree."""
        if asyncio.get_running_loop().time() - self.opened > LONGEST_SECONDS:
            await self.close(COME_AGAIN)
            return
        number = mark if _is_number(mark) else 0
        now = int(time.now().timestamp() * 1000)
        await self._send({"pong": number, "now": now, "spread": round(self.spread, 1)})
        self._beat()
        await self._stay()

    async def _is_still_here(self) -> bool:
        """Whether the person may still be here; closes the line of one who may not."""
        now = asyncio.get_running_loop().time()
        if now - self.looked < LOOK_AGAIN_SECONDS:
            return True
        self.looked = now
        actor = await live.actor_now(self.scope, self.actor)
        if actor is None:
            await self.close(SIGNED_OUT)
            return False
        self.actor = actor
        return True

    def _beat(self) -> None:
        """Say that the page is there; learn over how many seconds it spreads its next looks.

        Nothing waits for it: many pages say so together, some time within the next second.
        """
        if self.beating is None or self.beating.done():
            self.beating = asyncio.create_task(self._beat_with_others())

    async def _beat_with_others(self) -> None:
        self.spread = await _beats.ask(self.actor) or 0.0

    async def _stay(self) -> None:
        looked_at = [topic for topic in self.followed if beside.is_beside(topic)]
        if looked_at:
            await in_thread(beside.stay, looked_at, self.actor.ref)

    async def _look_away(self, topics: Iterable[str]) -> None:
        left = [topic for topic in topics if beside.is_beside(topic)]
        if left:
            await in_thread(beside.leave, left, self.actor.ref)

    async def _send(self, message: dict[str, Any]) -> None:
        if self.is_over:
            return
        await self.send(text_data=json.dumps(message))

    def _too_fast(self) -> bool:
        now = asyncio.get_running_loop().time()
        full = len(self.frames) == MOST_FRAMES and now - self.frames[0] < IN_SECONDS
        self.frames.append(now)
        return full


def _read(text: str) -> dict[str, Any]:
    """Read a frame; what is not a JSON object reads as an empty one."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and abs(value) < LARGEST_MARK


def _is_topic(topic: object) -> bool:
    return isinstance(topic, str) and bool(TOPIC_PATTERN.match(topic))
