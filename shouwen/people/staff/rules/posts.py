"""Which version of a post counts on a day, in plain Python. Serves HB-1.1-07."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def in_force(versions: Iterable[tuple[int, date]], day: date) -> int | None:
    """Give the number of the version that counts on a day; None before the first one does.

    `versions` are numbers with their first days. What was written later goes before what was
    written earlier as soon as its day has come, also where the earlier one named a later day.
    """
    begun = [number for number, first in versions if first <= day]
    return max(begun, default=None)


def to_come(versions: Iterable[tuple[int, date]], day: date) -> int | None:
    """Give the number of the version that counts next after a day; None where none is written."""
    known = list(versions)
    now = in_force(known, day) or 0
    ahead = [(first, -number) for number, first in known if first > day and number > now]
    return -min(ahead)[1] if ahead else None
