"""Opening cases through the API by eight programs at two server processes, beside bare SQL."""

from __future__ import annotations

import itertools
import statistics
import uuid
from collections.abc import Iterator
from typing import Any

from bench.databases import demo_centre, each_kind, figures_of, second_process
from bench.doors import Door, load
from bench.measuring import resident_mib, spread_ms
from tests.run import Skipped

CLIENTS = 8
WARM_UP_SECONDS = 3.0
ROUNDS = 5
ROUND_SECONDS = 6.0
QUESTION = {
    "title": "信用卡年费减免",
    "description": "客户来电，年费多扣了一次，请核实后退回并告知。",
    "kind": "REQUEST",
    "channel": "PHONE",
}
_numbers = itertools.count()


def open_one(door: Door, _number: int) -> None:
    """Open one case under a key of its own."""
    title = f"{QUESTION['title']} {next(_numbers)}"
    door.must("POST", "/api/v1/cases", {**QUESTION, "title": title}, once=uuid.uuid4().hex)


def measure() -> Iterator[dict[str, Any]]:
    """Measure on both databases."""
    for kind in each_kind():
        try:
            yield from _on(kind)
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


def _on(kind: str) -> Iterator[dict[str, Any]]:
    with demo_centre(kind) as centre:
        (bare,) = figures_of("bare", environment=centre.environment)
        key = centre.key("agent", person="agent")
        centre.start()
        with second_process(centre) as beside:
            ports = [centre.port, beside.port] * (CLIENTS // 2)
            doors = [Door(port, key) for port in ports]
            load(doors, open_one, WARM_UP_SECONDS)
            rates: list[float] = []
            took: list[float] = []
            for _round in range(ROUNDS):
                rate, seconds = load(doors, open_one, ROUND_SECONDS)
                rates.append(rate)
                took += seconds
            memory = [resident_mib(c.process.pid) for c in (centre, beside) if c.process]
        per_second = statistics.median(rates)
        yield {
            "database": kind,
            "what": "POST /api/v1/cases, 2 server processes, 8 clients",
            "per_second": round(per_second, 1),
            **spread_ms(took),
            "rows_a_case": bare["rows_a_case"],
            "bare_sql_per_second": bare["per_second"],
            "share_of_bare_sql": round(per_second / bare["per_second"], 3),
            "server_memory_mib": memory,
        }
        single = [Door(centre.port, key)]
        load(single, open_one, 1)
        rate, seconds = load(single, open_one, ROUND_SECONDS)
        yield {
            "database": kind,
            "what": "POST /api/v1/cases, 1 server process, 1 client",
            "per_second": round(rate, 1),
            **spread_ms(seconds),
        }
