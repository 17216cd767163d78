"""The wallboard's figures after 1,000,000 contacts: the fragment pages fetch, and the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.databases import demo_centre, each_kind, figures_of
from bench.pages import time_pages
from tests.run import Skipped

CONTACTS = 1_000_000


def measure() -> Iterator[dict[str, Any]]:
    """Measure on both databases."""
    for kind in each_kind():
        try:
            with demo_centre(kind) as centre:
                words = str(CONTACTS)
                (filled,) = figures_of("fill_contacts", words, environment=centre.environment)
                yield {"database": kind, "what": "filled", **filled}
                centre.start()
                pages = {"figures": "/wallboard/figures/", "page": "/wallboard/"}
                calls = {"API live": "/api/v1/metrics/live"}
                for figures in time_pages(centre, "lead", pages, calls):
                    yield {"database": kind, "contacts": filled["contacts"], **figures}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}
