"""The preview of a survey campaign among 1,000,000 customers who each had a contact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.databases import demo_centre, each_kind, figures_of
from tests.run import Skipped

CUSTOMERS = 1_000_000


def measure() -> Iterator[dict[str, Any]]:
    """Measure on PostgreSQL."""
    for kind in each_kind("postgresql"):
        try:
            with demo_centre(kind) as centre:
                words = str(CUSTOMERS)
                for figures in figures_of("preview", words, environment=centre.environment):
                    yield {"database": kind, **figures}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}
