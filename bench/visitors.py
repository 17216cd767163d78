"""Visitors on sockets, as many as wanted in one event loop; each sends as its page would."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ACK_SECONDS = 30.0
_keys = itertools.count()
Heard = Callable[["Visitor", dict[str, Any]], None]


@dataclass
class Visitor:
    """One visitor: a socket, what was acknowledged, and who listens to what comes in."""

    url: str
    heard: Heard
    contact: str = ""
    unexpected: list[str] = field(default_factory=list)
    acks: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _reader: asyncio.Task[None] | None = None

    async def come(self) -> None:
        """Open the socket, say hello, and wait for the welcome."""
        self._socket = await connect(
            self.url, open_timeout=60, ping_interval=None, compression=None, max_queue=None
        )
        await self._send(type="hello", v=1, lang="zh-CN")
        json.loads(await self._socket.recv())
        self._reader = asyncio.create_task(self._read())

    async def say(self, text: str) -> float:
        """Send a message; give the seconds until it was acknowledged."""
        key = f"bench-{next(_keys):08d}"
        told = self.acks[key] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await self._send(type="message", key=key, text=text)
        return await asyncio.wait_for(told, ACK_SECONDS) - began

    async def go(self) -> None:
        """Leave without a word."""
        if self._reader:
            self._reader.cancel()
        if self._socket:
            await self._socket.close()

    async def _send(self, **frame: Any) -> None:
        if self._socket is None:
            raise RuntimeError("The visitor is not there")
        await self._socket.send(json.dumps(frame, ensure_ascii=False))

    async def _read(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            async for text in self._socket or ():
                at = time.perf_counter()
                frame = json.loads(text)
                if frame["type"] == "ack":
                    self.contact = frame["contact"]
                    waiting = self.acks.pop(frame["key"], None)
                    if waiting and not waiting.done():
                        waiting.set_result(at)
                elif frame["type"] == "message" and frame["author"] == "staff":
                    self.heard(self, {**frame, "received": at})
                    await self._send(type="read", up_to=frame["sequence"])
                elif frame["type"] == "error":
                    self.unexpected.append(frame["code"])


async def gather_slowly(visitors: list[Visitor], at_once: int) -> None:
    """Let all visitors come, so many at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(visitor: Visitor) -> None:
        async with gate:
            await visitor.come()

    await asyncio.gather(*(one(visitor) for visitor in visitors))
