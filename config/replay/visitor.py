"""One customer of the replay: asks, is answered, thanks, and checks that nothing was lost.

Most come over the WebSocket, every fifth over plain HTTP. Whatever breaks, they come back with
their token and send what was not acknowledged under the same key, as the widget does.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

from config.replay.texts import Text

THANKS = "好的，谢谢。"
PAUSE_SECONDS = (0.2, 0.5, 1.0, 2.0)
ACK_SECONDS = 10.0
LONGEST_SECONDS = 600.0
LOOKING_SECONDS = 120.0

Frame = dict[str, Any]


@dataclass
class Told:
    """What one customer has seen; `own` are the words drawn without being told them again."""

    text: Text
    contact: str = ""
    acked: dict[str, int] = field(default_factory=dict)
    seen: dict[int, Frame] = field(default_factory=dict)
    own: dict[int, str] = field(default_factory=dict)
    gaps: int = 0
    doubled: int = 0
    ack_seconds: list[float] = field(default_factory=list)
    reply_seconds: float | None = None
    reconnects: int = 0
    is_ended: bool = False
    gave_up: str = ""

    @property
    def lost(self) -> int:
        """Acknowledged messages that the centre does not show, plus gaps in what was heard."""
        shown = {frame.get("key") for frame in self.seen.values()}
        return sum(key not in shown for key in self.acked) + self.gaps

    def count_gaps(self) -> None:
        """Count what was neither told nor written oneself, below the last that was."""
        had = {*self.seen, *self.own}
        self.gaps = max(had, default=0) - len(had)


class Visitor:
    """Plays one text. `run()` ends when the centre has ended the contact, or time is out."""

    def __init__(self, url: str, institution: str, text: Text, *, by_http: bool) -> None:
        """Take the centre's address and what to say."""
        self.url, self.institution, self.by_http = url, institution, by_http
        self.told = Told(text)
        self.token = ""
        self.after = 0
        self.queue: list[tuple[str, str]] = [
            (f"replay-{secrets.token_hex(8)}", part) for part in text.parts
        ]
        self.sent_at: dict[str, float] = {}
        self.asked_at = 0.0
        self.has_thanked = False
        self.mark = ""

    async def run(self) -> Told:
        """Ask until answered and ended; come back after every break."""
        latest = time.monotonic() + LONGEST_SECONDS
        while not self.told.is_ended:
            if time.monotonic() > latest:
                self.told.gave_up = "no end within ten minutes"
                break
            try:
                await (self._over_http() if self.by_http else self._over_socket())
            except (OSError, httpx.HTTPError, websockets.WebSocketException, TimeoutError):
                self.told.reconnects += 1
                self.forget_unacked()
                await self._pause()
        self.told.count_gaps()
        await self._look_through(time.monotonic() + LOOKING_SECONDS)
        return self.told

    async def _pause(self) -> None:
        pause = PAUSE_SECONDS[min(self.told.reconnects, len(PAUSE_SECONDS)) - 1]
        await asyncio.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311  # spreads returns

    async def _look_through(self, latest: float) -> None:
        """Read the whole conversation once more, as a new page would, and compare.

        A centre that is being started again is waited for: nobody has looked before it answers.
        """
        while time.monotonic() < latest:
            self.after = 0
            try:
                async with httpx.AsyncClient(timeout=30) as web:
                    body = {key: value for key, value in self._hello().items() if key != "type"}
                    answer = await web.post(f"{self.url}/chat/{self.institution}/hello", json=body)
                    self._hear_all(answer)
                return
            except (OSError, httpx.HTTPError, TimeoutError):
                self.told.reconnects += 1
                await self._pause()
        self.told.gave_up = "the conversation could not be read again"

    def _hello(self) -> Frame:
        frame: Frame = {"type": "hello", "v": 1, "lang": "zh-hans", "after": self.after}
        if self.token:
            frame["token"] = self.token
        if self.told.contact:
            frame["contact"] = self.told.contact
        return frame

    def _unacked(self) -> tuple[str, str] | None:
        return next(((k, t) for k, t in self.queue if k not in self.told.acked), None)

    def _hear(self, frame: Frame) -> None:
        """Take in one frame, however it came."""
        told, kind = self.told, frame["type"]
        if kind == "welcome":
            self.token = frame.get("token", "") or self.token
        elif kind == "ack":
            key, number = frame["key"], frame["sequence"]
            told.contact = frame["contact"]
            if number == self.after + 1:
                # As the widget: one's own words are drawn already, and not told again.
                self.after = number
                told.own[number] = key
            if key not in told.acked:
                told.acked[key] = frame["sequence"]
                told.ack_seconds.append(time.monotonic() - self.sent_at.get(key, time.monotonic()))
        elif kind == "message":
            self._take(frame)
        elif kind == "ended":
            told.is_ended = True
        elif kind == "error" and frame.get("code") == "too-many":
            raise TimeoutError

    def _take(self, frame: Frame) -> None:
        told, number = self.told, frame["sequence"]
        told.contact = frame["contact"]
        if number in told.seen:
            told.doubled += told.seen[number] != frame
            return
        key = frame.get("key")
        if key and any(other.get("key") == key for other in told.seen.values()):
            told.doubled += 1
        told.doubled += told.own.get(number, key) != key
        told.seen[number] = frame
        self.after = max(self.after, number)
        if frame["author"] == "staff" and told.reply_seconds is None:
            told.reply_seconds = time.monotonic() - self.asked_at
            if not self.has_thanked:
                self.has_thanked = True
                self.queue.append((f"replay-{secrets.token_hex(8)}", THANKS))

    async def _over_socket(self) -> None:
        address = self.url.replace("http", "ws", 1) + f"/ws/chat/{self.institution}/"
        async with websockets.connect(
            address, origin=websockets.Origin(self.url), open_timeout=10, ping_interval=None
        ) as socket:
            await socket.send(json.dumps(self._hello()))
            while not self.told.is_ended:
                waiting = self._unacked()
                if waiting and self.token and waiting[0] not in self.sent_at:
                    await self._send(socket, *waiting)
                frame = json.loads(await asyncio.wait_for(socket.recv(), self._patience()))
                self._hear(frame)

    def _patience(self) -> float:
        return ACK_SECONDS if self._unacked() else 60.0

    async def _send(self, socket: websockets.ClientConnection, key: str, text: str) -> None:
        self.sent_at[key] = time.monotonic()
        self.asked_at = self.asked_at or time.monotonic()
        try:
            await socket.send(json.dumps({"type": "message", "key": key, "text": text}))
        except BaseException:
            # Not known to have arrived: the next connection sends it again under the same key.
            self.sent_at.pop(key, None)
            raise

    async def _over_http(self) -> None:
        base = f"{self.url}/chat/{self.institution}"
        async with httpx.AsyncClient(timeout=30, headers={"Accept-Language": "zh-CN"}) as web:
            body = {key: value for key, value in self._hello().items() if key != "type"}
            self._hear_all(await web.post(f"{base}/hello", json=body))
            web.headers["X-Visit-Token"] = self.token
            while not self.told.is_ended:
                waiting = self._unacked()
                if waiting:
                    key, text = waiting
                    self.sent_at[key] = time.monotonic()
                    self.asked_at = self.asked_at or time.monotonic()
                    answer = await web.post(f"{base}/messages", json={"key": key, "text": text})
                    self._hear_all(answer)
                place: dict[str, str | int] = {"after": self.after, "contact": self.told.contact}
                place["mark"] = self.mark
                self._hear_all(await web.get(f"{base}/updates", params=place))
                await asyncio.sleep(0.5)

    def _hear_all(self, answer: httpx.Response) -> None:
        if answer.status_code in (429, 502, 503):
            raise TimeoutError
        answer.raise_for_status()
        news = answer.json()
        self.mark = news.get("mark", self.mark)
        for frame in news["frames"]:
            self._hear(frame)

    def forget_unacked(self) -> None:
        """After a break: what was sent and not acknowledged is to be sent again."""
        self.sent_at = {k: v for k, v in self.sent_at.items() if k in self.told.acked}
