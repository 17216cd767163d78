"""When a queue is open: plain functions over a working calendar.

A queue without a calendar never closes. Periods are those of the policy room: several a day, the
earliest first, an end of 00:00 being the midnight after the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy.rules.working_time import (
    MIDNIGHT,
    ONE_DAY,
    Period,
    Periods,
    WorkingCalendar,
    closing,
)

# A calendar that opens on no day of so many is shut for good as far as a customer cares.
LOOK_AHEAD_DAYS = 400
WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class Opening:
    """How a queue stands at one moment.

    Open: `until_at` says when it closes, None for never. Closed: `since_at` and `opens_at` say
    from when to when, None beyond a year.
    """

    is_open: bool
    until_at: datetime | None = None
    since_at: datetime | None = None
    opens_at: datetime | None = None


ALWAYS_OPEN = Opening(is_open=True)


def opening_at(calendar: WorkingCalendar | None, at: datetime) -> Opening:
    """Say how a queue of this calendar stands at a moment; periods that touch count as one."""
    if calendar is None:
        return ALWAYS_OPEN
    ended: datetime | None = None
    for begins, ends in _spans(calendar, at, -ONE_DAY):
        if begins <= at < ends:
            return Opening(is_open=True, until_at=_with_touching(calendar, ends))
        if ends <= at:
            ended = max(ended or ends, ends)
    opens = [begins for begins, _ends in _spans(calendar, at, ONE_DAY) if begins > at]
    return Opening(is_open=False, since_at=ended, opens_at=min(opens, default=None))


def _spans(
    calendar: WorkingCalendar, at: datetime, step: timedelta
) -> list[tuple[datetime, datetime]]:
    """Give the periods of the day itself and of the nearest day worked before or after it."""
    day = day_of(at)
    found: list[tuple[datetime, datetime]] = []
    for away in range(LOOK_AHEAD_DAYS):
        there = [
            (datetime.combine(day, opens, SHANGHAI), closing(day, ends))
            for opens, ends in calendar.periods_of(day)
        ]
        found += there
        if away and there:
            break
        day += step
    return found


def _with_touching(calendar: WorkingCalendar, ends: datetime) -> datetime:
    """Follow the periods that begin where the last one ends, for a fortnight at most."""
    for _turn in range(2 * WEEKDAYS):
        day = day_of(ends)
        touching = [
            closing(day, closes)
            for opens, closes in calendar.periods_of(day)
            if datetime.combine(day, opens, SHANGHAI) == ends
        ]
        if not touching:
            break
        ends = touching[0]
    return ends


def runs_of(week: Mapping[int, Periods]) -> list[tuple[int, int, Periods]]:
    """Give a week as runs of days of the same periods: (first, last, periods), Monday is 0.

    Days without periods are left out, so that a customer reads when we are there.
    """
    runs: list[tuple[int, int, Periods]] = []
    for day in range(WEEKDAYS):
        periods = tuple(week.get(day, ()))
        if not periods:
            continue
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == periods:
            runs[-1] = (runs[-1][0], day, periods)
        else:
            runs.append((day, day, periods))
    return runs


def clock_words(period: Period) -> str:
    """Say one period as on a door: 09:00–12:00; midnight at its end is 24:00."""
    opens, ends = period
    return f"{opens:%H:%M}–{'24:00' if ends == MIDNIGHT else f'{ends:%H:%M}'}"
