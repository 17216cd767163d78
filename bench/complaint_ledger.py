"""The pages of complaints with 1,000,000 of them behind, against the same with 100,000.

PostgreSQL, two databases in one, a web server and a worker each, asked in turns; the analysis of a
month stands among them. `BENCH_COMPLAINT_ROWS` names other sizes, the smallest first; 1,000,000
take 4 GiB of disk. `BENCH_COMPLAINT_ROUNDS` says how often each page is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.databases import demo_centre, each_kind, figures_of
from bench.doors import Door
from bench.growth import (
    FILL_SECONDS,
    Grown,
    compare,
    database_from,
    environment_of,
    quickly,
    running,
)
from tests.live import Centre
from tests.run import Skipped

SIZES = "100000,1000000"
DEMO_DAYS = 2
ROUNDS = int(os.environ.get("BENCH_COMPLAINT_ROUNDS", "25"))


def measure() -> Iterator[dict[str, Any]]:
    """Measure on PostgreSQL, which is what many complaints are kept in."""
    sizes = [int(size) for size in os.environ.get("BENCH_COMPLAINT_ROWS", SIZES).split(",")]
    for kind in each_kind("postgresql"):
        try:
            with demo_centre(kind, days=DEMO_DAYS) as centre, quickly(centre):
                for size in sizes:
                    yield {"database": kind, "what": "filled", **_fill(centre, size)}
                with ExitStack() as held:
                    grown = [held.enter_context(running(centre, size)) for size in sizes]
                    for one in grown:
                        one.pages = pages_of(one)
                    for figures in compare(grown, ROUNDS):
                        yield {"database": kind, **figures}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


def _fill(centre: Centre, size: int) -> dict[str, Any]:
    database_from(centre, size)
    environment = environment_of(centre, size)
    return figures_of("fill_complaints", str(size), environment=environment, timeout=FILL_SECONDS)[
        0
    ]


def pages_of(grown: Grown) -> dict[str, tuple[Door, str]]:
    """Name what is asked: the ledger every way, and a complaint of the demo with its clocks."""
    number = grown.program.must("GET", "/api/v1/complaints?view=all&limit=1")["items"][0]["number"]
    ref = _whole(grown)
    deep = f"complaint_8{grown.size // 2:025d}"
    day = (datetime.now(UTC) - timedelta(days=180)).date()
    ledger = {
        "in hand": "view=open",
        "all": "view=all",
        "half way back": f"view=all&after={deep}",
        "due today": "view=today",
        "late": "view=late",
        "in hand, tightest first": "view=open&sort=due",
        "handled by me": "view=mine",
        "supervised by me": "view=supervised",
        "from the regulator": "view=regulator",
        "repeats": "view=repeat",
        "major": "view=major",
        "reviews to decide": "view=reviews",
        "groups": "view=group",
        "one state of the open": "view=all&state=GRADED",
        "archived": "view=all&state=ARCHIVED",
        "one type": "view=all&cg_type=SERVICE",
        "one type, tightest first": "view=open&cg_type=SERVICE&sort=due",
        "one grade": "view=all&grade=G1",
        "urgent": "view=all&urgency=URGENT",
        "special": "view=all&complexity=SPECIAL",
        "urgent, special and major": "view=major&urgency=URGENT&complexity=SPECIAL",
        "one day half a year ago": f"view=all&since={day}&until={day}",
        "until half a year ago": f"view=all&until={day}",
        "in nobody's hands": "view=open&handler=nobody",
        "any limit late": "view=all&clock_state=late",
        "one limit late": "view=open&clock=complaint.resolve&clock_state=late",
        "one limit on hold": "view=all&clock=complaint.resolve&clock_state=paused",
        "met late": "view=all&clock_state=met_late",
        "a number": f"view=all&number={number}",
        "a number that is none": "view=all&number=GD20260101-1",
    }
    worker, centre = Door(grown.centre.port), grown.centre
    worker.sign_in("complaints", centre.password)
    asked = {
        f"complaints, {what}": (grown.person, f"/complaints/?{path}")
        for what, path in ledger.items()
    }
    for what in ("in hand", "all", "late", "handled by me", "supervised by me"):
        _lead, path = asked[f"complaints, {what}"]
        asked[f"complaints, {what}, by who works them"] = (worker, path)
    for what, period in {"30 days": "30d", "12 months": "12m"}.items():
        asked[f"analysis of {what}"] = (grown.person, f"/improvement/?period={period}")
    asked["a complaint's page"] = (worker, f"/complaints/{ref}/")
    for what, path in {
        "API, complaints in hand": "?view=open",
        "API, all complaints": "?view=all",
        "API, a number": f"?view=all&number={number}",
        "API, a complaint with its clocks": f"/{ref}",
    }.items():
        asked[what] = (grown.program, f"/api/v1/complaints{path}")
    return asked


def _whole(grown: Grown) -> str:
    """Give a complaint whose texts can be opened: the newest of the demo's own."""
    cursor = f"complaint_8{0:025d}"
    older = grown.program.must("GET", f"/api/v1/complaints?view=all&cursor={cursor}&limit=1")
    return str(older["items"][0]["id"])
