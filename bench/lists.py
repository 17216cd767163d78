"""The ledger, a case's page and search among 100,000 cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from bench.databases import demo_centre, each_kind, figures_of
from bench.doors import Door
from bench.measuring import resident_mib
from bench.pages import time_pages
from tests.run import Skipped

CASES = 100_000
# A month, so that cases in every state are there to be copied.
DEMO_DAYS = 6


def measure() -> Iterator[dict[str, Any]]:
    """Measure on both databases."""
    for kind in each_kind():
        try:
            with demo_centre(kind, days=DEMO_DAYS) as centre:
                yield from _of(kind, centre)
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


def _of(kind: str, centre: Any) -> Iterator[dict[str, Any]]:
    (filled,) = figures_of("fill_cases", str(CASES), environment=centre.environment)
    yield {"database": kind, "what": "filled", **filled}
    centre.start()
    found = Door(centre.port, centre.key("lead", person="lead"))
    open_ones = found.must("GET", "/api/v1/cases?view=open&limit=100")["items"]
    ref, number = open_ones[50]["id"], open_ones[50]["number"]
    pages = {
        "ledger, open cases": "/cases/?view=open",
        "ledger, all cases": "/cases/?view=all",
        "ledger, due soon": "/cases/?view=soon",
        "ledger, late": "/cases/?view=late",
        "ledger, one state": "/cases/?view=all&state=ARCHIVED",
        "case page": f"/cases/{ref}/",
        "search, common word": f"/cases/?view=all&q={quote('信用卡')}",
        "search, two words": f"/cases/?view=all&q={quote('还款 账单')}",
        "search, rare word": "/cases/?view=all&q=A01234",
        "search, number": f"/cases/?view=all&q={number}",
        "desk": "/desk/",
    }
    calls = {
        "API list, all cases": "/api/v1/cases?view=all",
        "API case": f"/api/v1/cases/{ref}",
        "API search": f"/api/v1/cases?q={quote('信用卡')}",
    }
    for figures in time_pages(centre, "lead", pages, calls):
        yield {"database": kind, "cases": filled["cases"], **figures}
    if centre.process:
        memory = resident_mib(centre.process.pid)
        yield {"database": kind, "what": "server memory", "memory_mib": memory}
