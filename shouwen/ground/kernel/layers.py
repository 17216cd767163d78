"""The channel layers: what carries topics to open lines, in one process or in several.

Channels' own layer in memory looks through every open line's queue at each message that anybody
receives, so that one topic for five hundred desks costs a million looks; and it starts a task for
each of them. Its layers over Redis lose silently: one throws away what a busy process has not
fetched beyond a hundred messages, the other does not tell its lines that Redis went away.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Messages expire after a minute: nobody is served better by looking more often.
CLEANS_APART_SECONDS = 1.0
# What moves for everybody is said to a group at most once in so long, the longer the more lines
# it has: five hundred pages that hear it cost an eighth of a second, and none looks at once anyway.
BROAD_APART_SECONDS = 1.0
LINES_TOLD_PER_SECOND = 100
# What a line hears when the layer lost its connection: topics may have been missed.
CUT = {"type": "line.cut"}
SHARED_NAME = "shouwen.topics"
JOIN_SECONDS = 5.0
LISTEN_SECONDS = 5.0
RETRY_SECONDS = 0.5


class MemoryLayer(InMemoryChannelLayer):  # type: ignore[misc]  # the library has no types
    """Channels' layer in memory, for thousands of lines."""

    _cleaned_at = 0.0

    def __init__(self, **options: Any) -> None:
        """Take what Channels' layer takes."""
        super().__init__(**options)
        # Groups that heard something broad lately, with the last word that waits for the end.
        self._held: dict[str, dict[str, Any] | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def _clean_expired(self) -> None:
        """Throw away what expired, once a second."""
        now = time.monotonic()
        if now - self._cleaned_at >= CLEANS_APART_SECONDS:
            self._cleaned_at = now
            super()._clean_expired()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Put a message before every line of a group; a line that reads nothing misses it."""
        self.require_valid_group_name(group)
        await self._to_lines(group, message)

    async def _to_lines(self, group: str, message: dict[str, Any]) -> None:
        if message.get("broad") and self._is_held(group, message):
            return
        self._clean_expired()
        for channel in tuple(self.groups.get(group, ())):
            with contextlib.suppress(ChannelFull):
                await self.send(channel, message)

    def _is_held(self, group: str, message: dict[str, Any]) -> bool:
        """Keep a broad message back while the last one to its group is recent."""
        if group in self._held:
            self._held[group] = message
            return True
        self._held[group] = None
        apart = max(BROAD_APART_SECONDS, len(self.groups.get(group, ())) / LINES_TOLD_PER_SECOND)
        asyncio.get_running_loop().call_later(apart, self._release, group)
        return False

    def _release(self, group: str) -> None:
        waiting = self._held.pop(group, None)
        if waiting is not None:
            task = asyncio.ensure_future(self._to_lines(group, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def group_send_now(self, group: str, message: dict[str, Any]) -> None:
        """The same from a thread without an event loop."""
        if group in self.groups:
            async_to_sync(self.group_send)(group, message)


@dataclass(slots=True)
class _Ear:
    """One event loop's connections to Redis, and whether it hears what is published."""

    redis: Redis
    hears: asyncio.Event = field(default_factory=asyncio.Event)
    listening: asyncio.Task[None] | None = None


class SharedLayer(MemoryLayer):
    """Lines in memory; what is sent goes through Redis to the lines of every process.

    Each process hears everything and hands it to its own lines, so that a message costs one
    publication however many lines follow. While Redis is away no line opens and nothing is sent
    (RedisError); lines that were open hear `CUT`, since they may have missed something.
    """

    def __init__(self, address: str, **options: Any) -> None:
        """Take the address of Redis, and what the layer in memory takes."""
        super().__init__(**options)
        self._address = address
        # Redis publishes to all its databases alike; centres that share one keep apart by number.
        self._name = f"{SHARED_NAME}.{urlsplit(address).path.strip('/') or '0'}"
        self._ears: WeakKeyDictionary[asyncio.AbstractEventLoop, _Ear] = WeakKeyDictionary()

    async def new_channel(self, prefix: str = "specific.") -> str:
        """Name a new line. Raises RedisError when Redis does not answer."""
        ear = self._ear()
        if ear.listening is None or ear.listening.done():
            ear.listening = asyncio.ensure_future(self._listen(ear))
        if not ear.hears.is_set():
            try:
                await asyncio.wait_for(ear.hears.wait(), JOIN_SECONDS)
            except TimeoutError as error:
                raise RedisError("Redis does not answer") from error
        return str(await super().new_channel(prefix))

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to a group's lines in every process. Raises RedisError."""
        self.require_valid_group_name(group)
        await self._ear().redis.publish(self._name, json.dumps([group, message]))

    def group_send_now(self, group: str, message: dict[str, Any]) -> None:
        """The same from a thread without an event loop. Raises RedisError."""
        with BlockingRedis.from_url(self._address) as redis:
            redis.publish(self._name, json.dumps([group, message]))

    async def close(self) -> None:
        """Let go of this loop's connections to Redis."""
        ear = self._ears.pop(asyncio.get_running_loop(), None)
        if ear is None:
            return
        if ear.listening is not None:
            ear.listening.cancel()
            await asyncio.gather(ear.listening, return_exceptions=True)
        await ear.redis.aclose()

    def _ear(self) -> _Ear:
        loop = asyncio.get_running_loop()
        if loop not in self._ears:
            redis = Redis.from_url(self._address, health_check_interval=LISTEN_SECONDS)
            self._ears[loop] = _Ear(redis)
        return self._ears[loop]

    async def _listen(self, ear: _Ear) -> None:
        while True:
            try:
                async with ear.redis.pubsub() as heard:
                    await heard.subscribe(self._name)
                    while True:
                        await self._hand_on(ear, await heard.get_message(timeout=LISTEN_SECONDS))
            except (RedisError, OSError) as error:
                logger.warning("topics are not heard: Redis is away (%s)", type(error).__name__)
            finally:
                if ear.hears.is_set():
                    ear.hears.clear()
                    await self._cut_all()
            await asyncio.sleep(RETRY_SECONDS)

    async def _hand_on(self, ear: _Ear, heard: dict[str, Any] | None) -> None:
        if heard is None:
            return
        if heard["type"] == "subscribe":
            ear.hears.set()
        elif heard["type"] == "message":
            try:
                group, message = json.loads(heard["data"])
                await self._to_lines(group, {**message})
            except (ValueError, TypeError):
                # Somebody else's, on a Redis that is not ours alone.
                logger.warning("what was published is no topic")

    async def _cut_all(self) -> None:
        for channel in {name for group in tuple(self.groups.values()) for name in group}:
            with contextlib.suppress(ChannelFull):
                await self.send(channel, CUT)
