"""When a figure of complaints warns, as pure functions: above its threshold (CG-5.3-01)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# The figures of the report that are watched: all complaints, or the values of one of its lists.
ALL = "received"
FIGURES = (ALL, "type", "unit", "concerned", "category")
MOST_COUNT, MOST_PERCENT, MOST_DAYS, MOST_HOURS = 1_000_000, 100, 366, 240


class Measure(StrEnum):
    """What a threshold is compared with."""

    COUNT = "COUNT"
    SHARE = "SHARE"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a threshold looks at: a figure, one value of it or each (`key` empty), and how."""

    figure: str
    key: str
    measure: Measure
    most: int
    least: int = 0


def is_crossed(watch: Watch, count: int, of: int) -> bool:
    """Whether a value is above its threshold; a share of too few complaints never is."""
    if watch.measure is Measure.COUNT:
        return count > watch.most
    return of >= watch.least and count * MOST_PERCENT > watch.most * of


def left_out(watch: Watch, others: Iterable[Watch]) -> frozenset[str]:
    """Give the values that a threshold of each leaves to thresholds of their own."""
    if watch.key:
        return frozenset()
    return frozenset(
        other.key
        for other in others
        if other.key and (other.figure, other.measure) == (watch.figure, watch.measure)
    )


def concerns(watch: Watch, key: str) -> bool:
    """Whether a threshold looks at this value: at its own, or at each."""
    return watch.key in ("", key)
