"""How long one may stay in a state, and how long one was in it on which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta

from shouwen.ground.kernel.time import SHANGHAI, day_of

# The figure of `rules.limits` that bounds each state; ready and offline have none.
LIMIT_OF = {
    "BREAK": "break-minutes",
    "WRAP_UP": "wrap-up-minutes",
    "BUSY": "busy-minutes",
    "TRAINING": "training-minutes",
}


def due_at(state: str, since: datetime, limits: Mapping[str, int]) -> datetime | None:
    """Give the moment by which a state should end; None for one without a limit."""
    name = LIMIT_OF.get(state)
    return None if name is None else since + timedelta(minutes=limits[name])


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Give the first moment of a civil day in Shanghai, and that of the next."""
    begins = datetime.combine(day, time(), SHANGHAI)
    return begins, begins + timedelta(days=1)


def by_day(began_at: datetime, ended_at: datetime) -> Iterator[tuple[date, float]]:
    """Split a stretch of time at each midnight in Shanghai: each day with its seconds."""
    while began_at < ended_at:
        day = day_of(began_at)
        _begins, next_begins = day_bounds(day)
        until = min(ended_at, next_begins)
        yield day, (until - began_at).total_seconds()
        began_at = until


def seconds_by_day(
    spans: Iterable[tuple[int, str, datetime, datetime]],
) -> dict[tuple[int, date, str], float]:
    """Add up stretches (whose, state, from, to) by person, day and state, in seconds."""
    found: dict[tuple[int, date, str], float] = defaultdict(float)
    for person_id, state, began_at, ended_at in spans:
        for day, seconds in by_day(began_at, ended_at):
            found[person_id, day, state] += seconds
    return dict(found)
