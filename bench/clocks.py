"""The clock engine: starts a second, and how late a breach is seen among a million open clocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.databases import on_each


def measure() -> Iterator[dict[str, Any]]:
    """Measure on both databases."""
    yield from on_each("clocks")
