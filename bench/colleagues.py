"""Members of staff with the desk open: a live line, and the looks that its topics cause."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
from websockets.asyncio.client import ClientConnection, connect

PING_SECONDS = 4.0
TALK_DELAY, FIGURES_DELAY = 0.5, 2.0
ACCEPT = re.compile(r'action="(/desk/offers/[^"]+/accept/)"')
CONTACT = re.compile(r"/desk/contacts/(cont_[a-z0-9]+)/")
TOKEN = "a" * 32
# Shorter than servers keep an idle line: who asks is the one to close.
CONNECTIONS, IDLE_SECONDS = 6, 40.0
_serial = itertools.count()


def number(hint: object) -> int:
    """Give a topic's number; a topic without one is news to everybody."""
    return int(str(hint)) if hint else sys.maxsize


def browser(address: str) -> aiohttp.ClientSession:
    """Give one person's browser: connections of its own, as many as browsers hold to one server.

    The client shares the machine with what it measures, so the lightest one is taken.
    """
    return aiohttp.ClientSession(
        address,
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=60),
        skip_auto_headers=("User-Agent", "Accept-Encoding"),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str


@dataclass
class Colleague:
    """One person's open desk. It fetches what the page's own triggers would fetch."""

    port: int
    ref: str
    session: str
    web: aiohttp.ClientSession
    contacts: list[str] = field(default_factory=list)
    looks: int = 0
    failures: list[str] = field(default_factory=list)
    taken: Callable[[str, Colleague], None] | None = None
    _spread: float = 0.0
    _after: dict[str, int] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)
    _due: dict[str, asyncio.TimerHandle] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _line: ClientConnection | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What the browser sends with everything."""
        return {
            "Cookie": f"shouwen={self.session}; csrf={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Origin": f"http://127.0.0.1:{self.port}",
        }

    async def open_desk(self) -> None:
        """Load the page and open its line."""
        await self._get("/desk/")
        self._line = await connect(
            f"ws://127.0.0.1:{self.port}/ws/live",
            additional_headers=self.headers,
            open_timeout=60,
            ping_interval=None,
            compression=None,
        )
        await self._follow()
        self._start(self._read())
        self._start(self._ping())

    async def be(self, state: str) -> None:
        """Choose a state."""
        await self._post("/desk/presence/", state=state)

    async def say(self, contact: str, text: str) -> None:
        """Send a line to a customer."""
        key = f"load{next(_serial):09d}"
        await self._post(f"/desk/contacts/{contact}/send/", body=text, client_key=key)

    async def go(self) -> None:
        """Close the page."""
        for task in self._running:
            task.cancel()
        for handle in self._due.values():
            handle.cancel()
        if self._line:
            await self._line.close()

    async def _follow(self) -> None:
        topics = [f"person-{self.ref}", "queues-bank"]
        topics += [f"contact-{contact}" for contact in self.contacts[-1:]]
        if self._line:
            await self._line.send(json.dumps({"follow": topics}))

    async def _ping(self) -> None:
        await asyncio.sleep(random.random() * PING_SECONDS)  # spreads pings
        while self._line:
            await self._line.send(json.dumps({"ping": 1}))
            await asyncio.sleep(PING_SECONDS)

    async def _read(self) -> None:
        try:
            async for text in self._line or ():
                self._heard(json.loads(text))
        except Exception as error:
            self.failures.append(f"line: {type(error).__name__}")
            raise
        self.failures.append("line: closed")

    def _heard(self, message: dict[str, object]) -> None:
        topic = str(message.get("topic", ""))
        if "pong" in message:
            self._spread = float(str(message.get("spread", 0)))
        elif message.get("broad"):
            self._look_at("waiting/", random.random() * self._spread)  # spreads looks
        elif topic.startswith("contact-"):
            part = f"contacts/{topic[8:]}/lines/"
            marks = message.get("seen_by") == "staff" or "delivered" in message
            if not marks and number(message.get("up_to")) > self._asked.get(part, 0):
                self._asked[part] = number(message.get("up_to"))
                self._look_at(part, 0)
        elif message.get("only") == "talk":
            if message.get("contact") not in self.contacts[-1:]:
                self._look_at("mine/", TALK_DELAY)
        elif message.get("only") == "figures":
            self._look_at("figures/", FIGURES_DELAY)
        elif topic:
            for part in ("presence/", "mentions/", "offers/", "queue/"):
                self._look_at(part, 0)
            self._look_at("figures/", FIGURES_DELAY)

    def _look_at(self, part: str, delay: float) -> None:
        """Look once, however often it is asked for until then."""
        if part not in self._due:
            loop = asyncio.get_running_loop()
            self._due[part] = loop.call_later(delay, self._turn, part)

    def _turn(self, part: str) -> None:
        self._due.pop(part, None)
        self._start(self._look(part))

    async def _look(self, part: str) -> None:
        query = f"?mine=1&after={self._after.get(part, 0)}" if part.endswith("/lines/") else ""
        page = await self._get(f"/desk/{part}{query}")
        if query:
            await self._show(part, page)
        if part == "offers/":
            for path in ACCEPT.findall(page):
                answer = await self._post(path, refused=True)
                if opened := CONTACT.search(answer.location):
                    contact = opened[1]
                    self.contacts.append(contact)
                    await self._follow()
                    if self.taken:
                        self.taken(contact, self)

    async def _show(self, part: str, page: str) -> None:
        """Note what came; a customer's line is told as read, and answers to it are looked for."""
        found = [int(number) for number in re.findall(r'data-sequence="(\d+)"', page)]
        last = self._after[part] = max([self._after.get(part, 0), *found])
        if re.search(r'class="sw-bub" data-sequence', page):
            talk = part.removesuffix("lines/")
            await self._post(f"/desk/{talk}read/", up_to=str(last))
            await self._get(f"/desk/{talk}knowledge/")

    async def _get(self, path: str) -> str:
        self.looks += 1
        part = {} if path == "/desk/" else {"HX-Request": "true"}
        answer = await self._ask("GET", path, part)
        if answer.status != HTTPStatus.OK:
            self.failures.append(f"{path.split('?')[0]}: {answer.status}")
        return answer.text

    async def _post(self, path: str, *, refused: bool = False, **form: str) -> Answer:
        headers = {"HX-Request": "true", "Idempotency-Key": f"{next(_serial):020d}"}
        answer = await self._ask("POST", path, headers, form)
        if answer.status >= HTTPStatus.BAD_REQUEST and not refused:
            self.failures.append(f"{path}: {answer.status}")
        return answer

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], form: dict[str, str] | None = None
    ) -> Answer:
        whole = {**self.headers, **headers}
        async with self.web.request(
            method, path, headers=whole, data=form, allow_redirects=False
        ) as answer:
            location = answer.headers.get("HX-Location", "")
            return Answer(answer.status, await answer.text(), location)

    def _start(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[arg-type]  # a coroutine of ours
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.failures.append(type(error).__name__)


async def open_all(colleagues: list[Colleague], at_once: int) -> float:
    """Let all open their desks, so many at a time; give the seconds it took."""
    gate = asyncio.Semaphore(at_once)
    began = time.perf_counter()

    async def one(colleague: Colleague) -> None:
        async with gate:
            await colleague.open_desk()

    await asyncio.gather(*(one(colleague) for colleague in colleagues))
    return time.perf_counter() - began


async def close_all(colleagues: list[Colleague]) -> None:
    """Let all go home."""
    with contextlib.suppress(OSError):
        await asyncio.gather(*(one.go() for one in colleagues), return_exceptions=True)
