"""A full house: 500 members of staff with the desk open, 2,000 visitors, 20 messages a second.

On SQLite it is one process; on PostgreSQL two web servers and two workers behind nginx.
A hundred of the staff take contacts, the others look on; two hundred visitors are in conversation.
Desks fetch what their pages would fetch. LOAD_STAFF, LOAD_VISITORS, LOAD_SECONDS change the size.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.colleagues import Colleague, browser, close_all, open_all
from bench.databases import demo_centre, each_kind, figures_of, several_processes
from bench.measuring import cpu_seconds, machine_seconds, resident_mib, spread_ms
from bench.pace import at_fixed_moments, until_empty
from bench.visitors import ACK_SECONDS, Visitor, gather_slowly
from tests.live import Centre
from tests.run import Skipped
from tests.several import SeveralProcesses

STAFF = int(os.environ.get("LOAD_STAFF", "500"))
VISITORS = int(os.environ.get("LOAD_VISITORS", "2000"))
SECONDS = float(os.environ.get("LOAD_SECONDS", "600"))
PER_SECOND = 20
# Once around: every conversation has had its first answer before anything counts.
WARM_SECONDS = 20.0
READY_SECONDS = float(os.environ.get("LOAD_READY_SECONDS", "600"))
# A house fills through the morning: what all of a surge cost is not what is measured here.
WAITING_AT_ONCE = 4
SETTINGS = {"SHOUWEN_VISITORS_PER_ADDRESS": "5000"}


@dataclass
class House:
    """Everybody in it, and when each line of the staff's was sent."""

    hands: dict[str, Colleague] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    received: list[float] = field(default_factory=list)
    posted: list[float] = field(default_factory=list)
    doubled: int = 0
    unanswered: int = 0

    def heard(self, _visitor: Visitor, frame: dict[str, Any]) -> None:
        """Note how long a line took to the visitor's screen."""
        began = self.sent.pop(frame["text"], None)
        if began is None:
            self.doubled += frame["text"].startswith("第")
        else:
            self.received.append(frame["received"] - began)

    def taken(self, contact: str, colleague: Colleague) -> None:
        """Note who has a conversation in hand."""
        self.hands[contact] = colleague


def measure() -> Iterator[dict[str, Any]]:
    """Measure in one process, and in several."""
    for kind in each_kind():
        try:
            with _running(kind) as centre:
                environment = centre.environment
                rows = figures_of("many_staff", str(STAFF), environment=environment)
                for figures in asyncio.run(_fill(centre, rows)):
                    yield {"database": kind, **figures}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


@contextlib.contextmanager
def _running(kind: str) -> Iterator[Centre]:
    if kind == "postgresql":
        with several_processes(**SETTINGS) as several:
            yield several
        return
    with demo_centre(kind, **SETTINGS) as one:
        yield one.start()


def _pids(centre: Centre) -> list[int]:
    if isinstance(centre, SeveralProcesses):
        return centre.pids
    return [centre.process.pid] if centre.process else []


async def _fill(centre: Centre, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    house = House()
    async with contextlib.AsyncExitStack() as closing:
        desks = [
            Colleague(
                centre.port,
                row["ref"],
                row["session"],
                await closing.enter_async_context(browser(centre.url)),
                taken=house.taken,
            )
            for row in rows
        ]
        url = f"ws://127.0.0.1:{centre.port}/ws/chat/bank/"
        visitors = [Visitor(url, house.heard) for _number in range(VISITORS)]
        try:
            desks_seconds = await open_all(desks, 8)
            takers = desks[: max(1, STAFF // 5)]
            for desk in takers:
                await desk.be("READY")
            await gather_slowly(visitors, 20)
            talkers = visitors[: max(2, VISITORS // 10)]
            began = time.perf_counter()
            await _begin(talkers, house, desks)
            taken = time.perf_counter() - began
            await _steady(talkers, house, WARM_SECONDS)
            return [
                {"what": "desks opened", "staff": STAFF, "seconds": round(desks_seconds, 1)},
                {"what": "taken", "conversations": len(talkers), "seconds": round(taken, 1)},
                *await _watch(centre, desks, visitors, talkers, house),
            ]
        finally:
            await close_all(desks)
            await asyncio.gather(*(v.go() for v in visitors), return_exceptions=True)


async def _watch(
    centre: Centre,
    desks: list[Colleague],
    visitors: list[Visitor],
    talkers: list[Visitor],
    house: House,
) -> list[dict[str, Any]]:
    pids = _pids(centre)
    memory, looks = [resident_mib(pid) for pid in pids], sum(desk.looks for desk in desks)
    cpu, busy = [cpu_seconds(pid) for pid in pids], machine_seconds()
    began = time.perf_counter()
    took = await _steady(talkers, house, SECONDS)
    elapsed = time.perf_counter() - began
    told = [code for visitor in visitors for code in visitor.unexpected]
    failures = [failure for desk in desks for failure in desk.failures]
    return [
        {"what": "visitor to acknowledgement", "messages": len(took), **spread_ms(took)},
        {
            "what": "person's line answered",
            "messages": len(house.posted),
            **spread_ms(house.posted),
        },
        {
            "what": "person to visitor",
            "messages": len(house.received),
            **spread_ms(house.received),
        },
        {
            "what": "the house",
            "staff": STAFF,
            "visitors": VISITORS,
            "messages_per_second": PER_SECOND,
            "seconds": SECONDS,
            "unanswered": house.unanswered,
            "lost": len(house.sent),
            "doubled": house.doubled,
            "errors": sorted({re.sub("cont_[a-z0-9]+", "…", error) for error in told + failures}),
            "error_count": len(told) + len(failures),
            "looks_per_second": round((sum(d.looks for d in desks) - looks) / elapsed, 1),
            "processor_shares": [
                round((cpu_seconds(pid) - used) / elapsed, 2)
                for pid, used in zip(pids, cpu, strict=True)
            ],
            "machine_share": round((machine_seconds() - busy) / elapsed, 2),
            "memory_mib_before": memory,
            "memory_mib_after": [resident_mib(pid) for pid in pids],
        },
    ]


async def _begin(talkers: list[Visitor], house: House, desks: list[Colleague]) -> None:
    """Let the talkers ask, a few at a time, and the staff take them all."""
    until = time.perf_counter() + READY_SECONDS

    async def at_most(waiting: int, asked: int) -> None:
        while asked - len(house.hands) > waiting:
            if time.perf_counter() > until:
                failures = sorted({failure for desk in desks for failure in desk.failures})
                raise RuntimeError(f"Only {len(house.hands)} were taken: {failures[:5]}")
            await asyncio.sleep(0.1)

    for asked, visitor in enumerate(talkers):
        await at_most(WAITING_AT_ONCE, asked)
        await visitor.say("你好，我想问一下账单。")
    await at_most(0, len(talkers))


async def _steady(talkers: list[Visitor], house: House, seconds: float) -> list[float]:
    """Send at fixed moments, whatever is still on its way; every other message is staff's."""
    house.received.clear()
    house.posted.clear()
    visitors, contacts = itertools.cycle(talkers), itertools.cycle(list(house.hands))
    began = time.perf_counter()

    async def answer(number: int) -> None:
        contact, text = next(contacts), f"第{number}次为您核实（{began:.0f}）"
        moment = house.sent[text] = time.perf_counter()
        await house.hands[contact].say(contact, text)
        house.posted.append(time.perf_counter() - moment)

    async def ask(number: int) -> float:
        try:
            return await next(visitors).say(f"好的，第 {number} 句")
        except TimeoutError:
            house.unanswered += 1
            return ACK_SECONDS

    took = await at_fixed_moments(
        PER_SECOND,
        seconds,
        visitor=ask,
        colleague=answer,
    )
    await until_empty(house.sent, 30)
    return took
