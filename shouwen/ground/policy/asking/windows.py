"""Within how many working days something is to happen, and the close of such a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.ground.policy.book import every_limit, policy_of


@dataclass(frozen=True, slots=True)
class Window:
    """From which to which working day after its start something is to happen, by which clause."""

    first_days: int
    last_days: int
    clause: str


def window(institution_id: int, event: str, at: datetime) -> Window:
    """Give the window in working days that the documents name for an event.

    It holds also where the institution only aims at it or runs without it: what is offered to a
    customer keeps to the book. Of several the narrowest. Raises LookupError where none is named.
    """
    book = policy_of(institution_id).book(at)
    named = [
        Window(rule.earliest.value, rule.span.value, rule.clause)
        for limit in every_limit(book.packs)
        if limit.event == event
        for rule in (book.rule_of(limit),)
        if rule.span and rule.earliest and rule.span.unit == rule.earliest.unit == "wd"
    ]
    if not named:
        raise LookupError(event)
    return min(named, key=lambda one: (one.last_days - one.first_days, one.clause))


def close_of_working_day(institution_id: int, start: datetime, days: int) -> datetime:
    """Give the close of business of the n-th working day after the start day."""
    return policy_of(institution_id).calendar().end_of_working_day_n(start, days)
