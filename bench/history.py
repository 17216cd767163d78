"""Figures of a year of 10,000,000 contacts: the page and the API, by queue, person and category."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.databases import demo_centre, each_kind, figures_of
from bench.pages import time_pages
from tests.run import Skipped

CONTACTS = 10_000_000
PAGES = {
    "year by queue": "/reports/?period=12m",
    "year by person": "/reports/?period=12m&by=person&kpi=average_handle",
    "year by category": "/reports/?period=12m&by=category&kpi=cases_closed",
    "30 days by unit": "/reports/?period=30d&by=unit",
    "today by 15 minutes": "/reports/?period=today&interval=15min",
}
CALLS = {"API year": "/api/v1/metrics/history?period=12m&by=person"}


def measure() -> Iterator[dict[str, Any]]:
    """Measure on both databases."""
    for kind in each_kind():
        try:
            with demo_centre(kind) as centre:
                words = str(CONTACTS)
                (filled,) = figures_of("fill_figures", words, environment=centre.environment)
                yield {"database": kind, "what": "filled", **filled}
                centre.start()
                for figures in time_pages(centre, "lead", PAGES, CALLS):
                    yield {"database": kind, "contacts": filled["contacts"], **figures}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}
