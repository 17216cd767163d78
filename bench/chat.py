"""Chat with 1,000 visitors connected: a steady stream of messages, then as many as go through.

200 of them are in conversation with five people, the others have the window open. A visitor's
message counts from sending to the acknowledgement, which follows the commit; a person's from the
call to the visitor's screen. Visitors mark as read what they get, as their pages do.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bench.databases import demo_centre, each_kind, figures_of
from bench.doors import Door, every
from bench.measuring import resident_mib, spread_ms
from bench.pace import at_fixed_moments, until_empty
from bench.visitors import Visitor, gather_slowly
from tests.run import Skipped

VISITORS = 1_000
TALKING = 200
STAFF = ("agent", "ge", "qin", "luo", "lead")
STEADY_PER_SECOND = 20
STEADY_SECONDS = 30.0
FULL_SECONDS = 20.0
FULL_VISITORS = 12
BEAT_SECONDS = 4.0
READY_SECONDS = 180.0
SETTINGS = {"SHOUWEN_VISITORS_PER_ADDRESS": "2000"}
_serial = itertools.count()


@dataclass
class Talks:
    """Who has which conversation in hand, and when each line of theirs was sent."""

    doors: dict[str, Door]
    # On lines of their own, as an open page's are.
    beating: dict[str, Door]
    hands: dict[str, str] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    received: list[float] = field(default_factory=list)
    locks: dict[str, threading.Lock] = field(default_factory=dict)

    def heard(self, _visitor: Visitor, frame: dict[str, Any]) -> None:
        """Note how long a person's line took to the visitor's screen."""
        began = self.sent.pop(frame["text"], None)
        if began is not None:
            self.received.append(frame["received"] - began)

    def accept(self, login: str) -> None:
        """Take what is offered to this person now."""
        with self.locks[login]:
            for offer in self.doors[login].must("GET", "/api/v1/desk/offers"):
                path = f"/api/v1/desk/offers/{offer['id']}/accept"
                status, text = self.doors[login].call("POST", path)
                if status == 200:
                    self.hands[offer["contact"]] = login
                elif status != 409:
                    raise RuntimeError(f"{path}: {status} {text[:200]!r}")

    def say(self, contact: str) -> None:
        """Let the person who has the conversation say something."""
        login = self.hands[contact]
        text = f"您好，已为您核实，第 {next(_serial)} 条"
        body = {"body": text, "client_key": f"s{next(_serial)}"}
        with self.locks[login]:
            self.sent[text] = time.perf_counter()
            self.doors[login].must("POST", f"/api/v1/desk/contacts/{contact}/messages", body)

    def beat(self) -> None:
        """Stay ready, as an open desk does."""
        for door in self.beating.values():
            door.must("POST", "/api/v1/desk/presence", {"state": "READY"})


def measure() -> Iterator[dict[str, Any]]:
    """Measure on both databases."""
    for kind in each_kind():
        try:
            with demo_centre(kind, **SETTINGS) as centre:
                rows = figures_of("chat_staff", *STAFF, environment=centre.environment)
                centre.start()
                keys = {row["login"]: row["key"] for row in rows}
                doors, beating = (
                    {login: Door(centre.port, key) for login, key in keys.items()}
                    for _set in range(2)
                )
                talks = Talks(doors, beating)
                talks.locks = {login: threading.Lock() for login in keys}
                talks.beat()
                with every(BEAT_SECONDS, talks.beat):
                    for figures in asyncio.run(_talk(centre.port, talks)):
                        yield {"database": kind, **figures}
                if centre.process:
                    memory = resident_mib(centre.process.pid)
                    yield {"database": kind, "what": "server memory", "memory_mib": memory}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


async def _talk(port: int, talks: Talks) -> list[dict[str, Any]]:
    url = f"ws://127.0.0.1:{port}/ws/chat/bank/"
    visitors = [Visitor(url, talks.heard) for _visitor in range(VISITORS)]
    began = time.perf_counter()
    await gather_slowly(visitors, 20)
    figures: list[dict[str, Any]] = [
        {
            "what": "visitors connected",
            "visitors": VISITORS,
            "per_second": round(VISITORS / (time.perf_counter() - began)),
        }
    ]
    talkers = visitors[:TALKING]
    staff = ThreadPoolExecutor(max_workers=len(STAFF))
    try:
        await _begin(talkers, talks, staff)
        await _steady(talkers, talks, staff, 5.0)
        visitor_seconds = await _steady(talkers, talks, staff, STEADY_SECONDS)
        figures += [
            {
                "what": f"steady, {STEADY_PER_SECOND} a second: visitor to acknowledgement",
                "messages": len(visitor_seconds),
                **spread_ms(visitor_seconds),
            },
            {
                "what": f"steady, {STEADY_PER_SECOND} a second: person to visitor",
                "messages": len(talks.received),
                **spread_ms(talks.received),
            },
        ]
        figures.append(await _full(talkers, talks, staff))
        lost = [code for visitor in visitors for code in visitor.unexpected]
        if lost:
            figures.append({"what": "errors told", "codes": sorted(set(lost)), "count": len(lost)})
    finally:
        staff.shutdown()
        await asyncio.gather(*(visitor.go() for visitor in visitors), return_exceptions=True)
    return figures


async def _begin(talkers: list[Visitor], talks: Talks, staff: ThreadPoolExecutor) -> None:
    """Let the talkers ask, and the people take them all."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(8)

    async def ask(visitor: Visitor) -> None:
        async with gate:
            await visitor.say("你好，我想问一下账单。")

    asking = asyncio.gather(*(ask(visitor) for visitor in talkers))
    until = time.perf_counter() + READY_SECONDS
    while len(talks.hands) < len(talkers):
        if time.perf_counter() > until:
            raise RuntimeError(f"Only {len(talks.hands)} conversations were taken")
        await asyncio.gather(*(loop.run_in_executor(staff, talks.accept, login) for login in STAFF))
        await asyncio.sleep(0.05)
    await asking


async def _steady(
    talkers: list[Visitor], talks: Talks, staff: ThreadPoolExecutor, seconds: float
) -> list[float]:
    """Send at fixed moments, whatever is still on its way; every other message is staff's."""
    loop = asyncio.get_running_loop()
    talks.received.clear()
    visitors = itertools.cycle(talkers)
    contacts = itertools.cycle([visitor.contact for visitor in reversed(talkers)])

    async def answer(_number: int) -> None:
        await loop.run_in_executor(staff, talks.say, next(contacts))

    took = await at_fixed_moments(
        STEADY_PER_SECOND,
        seconds,
        visitor=lambda number: next(visitors).say(f"好的，第 {number} 句"),
        colleague=answer,
    )
    await until_empty(talks.sent, 10)
    if talks.sent:
        raise RuntimeError(f"{len(talks.sent)} lines did not reach their visitors")
    return took


async def _full(talkers: list[Visitor], talks: Talks, staff: ThreadPoolExecutor) -> dict[str, Any]:
    """Let visitors and people send the next as soon as the last is through."""
    loop = asyncio.get_running_loop()
    talks.received.clear()
    took: list[float] = []
    until = time.perf_counter() + FULL_SECONDS

    async def visit(own: list[Visitor]) -> None:
        for visitor in itertools.cycle(own):
            if time.perf_counter() > until:
                return
            took.append(await visitor.say(f"还有一个问题，第 {next(_serial)} 个"))

    async def answer(contacts: list[str]) -> None:
        for contact in itertools.cycle(contacts):
            if time.perf_counter() > until:
                return
            await loop.run_in_executor(staff, talks.say, contact)

    of_staff = {login: [c for c, held in talks.hands.items() if held == login] for login in STAFF}
    began = time.perf_counter()
    await asyncio.gather(
        *(visit(talkers[first::FULL_VISITORS]) for first in range(FULL_VISITORS)),
        *(answer(contacts) for contacts in of_staff.values() if contacts),
    )
    seconds = time.perf_counter() - began
    await asyncio.sleep(2)
    return {
        "what": f"full: {FULL_VISITORS} visitors and {len(STAFF)} people without a pause",
        "messages_per_second": round((len(took) + len(talks.received)) / seconds, 1),
        "visitor_to_acknowledgement": spread_ms(took),
        "person_to_visitor": spread_ms(talks.received) if talks.received else None,
    }
