"""When a figure of complaints warns, as pure functions: above its threshold (CG-5.3-01)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# The figures of the report that are watched: all complaints, the values of one of its lists, or the
# limits that were not kept, the first response among them.
ALL, PRODUCT, LATE = "received", "category", "clock_late"
FIGURES = (ALL, "type", "unit", "concerned", PRODUCT, LATE)
# What contacts are counted for: as a whole, and by what they were about.
PER_CONTACT = (ALL, PRODUCT)
FIRST_RESPONSE = "complaint.first_response"
MOST_COUNT, MOST_PERCENT, MOST_PER_MILLE, MOST_DAYS, MOST_HOURS = 1_000_000, 100, 1_000, 366, 240


class Measure(StrEnum):
    """What a threshold is compared with."""

    COUNT = "COUNT"
    SHARE = "SHARE"
    # Complaints in a thousand contacts.
    RATE = "RATE"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a threshold looks at: a figure, one value of it or each (`key` empty), and how."""

    figure: str
    key: str
    measure: Measure
    most: int
    least: int = 0


def is_crossed(watch: Watch, count: int, of: int) -> bool:
    """Whether a value is above its threshold; a share of too few, or of none, never is."""
    if watch.measure is Measure.COUNT:
        return count > watch.most
    whole = MOST_PER_MILLE if watch.measure is Measure.RATE else MOST_PERCENT
    return of >= max(watch.least, 1) and count * whole > watch.most * of


def fits(figure: str, measure: Measure) -> bool:
    """Whether a figure is compared by this measure; all complaints have no share of themselves."""
    if measure is Measure.RATE:
        return figure in PER_CONTACT
    return measure is Measure.COUNT or figure != ALL


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
