"""Finding an article among 100,000: search, suggestions for a customer's line, related ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.databases import on_each

ARTICLES = 100_000


def measure() -> Iterator[dict[str, Any]]:
    """Measure on both databases."""
    yield from on_each("knowledge", str(ARTICLES))
