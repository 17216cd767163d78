"""Stretches of time that figures are asked for, and how they are cut. Plain arithmetic.

Days, weeks (from Monday) and months are Shanghai's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from shouwen.assurance.monitoring.rules import (
    INTERVAL_MINUTES,
    day_start,
    days_before,
    hour_of,
    month_start,
    next_month,
    quarter_of,
)
from shouwen.ground.kernel.time import SHANGHAI, day_of

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=INTERVAL_MINUTES)
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
LONGEST_DAYS = 732


class Interval(StrEnum):
    """How finely a line of figures is cut."""

    QUARTER = "15min"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


# Up to how many days each may be drawn: more points than this no one can read.
INTERVAL_DAYS = {
    Interval.QUARTER: 2,
    Interval.HOUR: 14,
    Interval.DAY: 184,
    Interval.WEEK: LONGEST_DAYS,
    Interval.MONTH: LONGEST_DAYS,
}
# The finest that still shows a shape rather than a comb.
USUAL = ((2, Interval.HOUR), (62, Interval.DAY), (184, Interval.WEEK), (0, Interval.MONTH))


class PeriodTooLong(ValueError):
    """More days than are summed at once."""


class PeriodTurnedRound(ValueError):
    """It ends before it begins, or lies outside the years that are kept."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to `end`; `name` is empty for days chosen by hand."""

    start: datetime
    end: datetime
    name: str = ""

    @property
    def days(self) -> int:
        """How many days it touches."""
        return max(1, -(-(self.end - self.start) // DAY))

    @property
    def first(self) -> date:
        """Its first day in Shanghai."""
        return day_of(self.start)

    @property
    def last(self) -> date:
        """Its last day in Shanghai."""
        return day_of(self.end - timedelta(microseconds=1))

    @property
    def before(self) -> Period:
        """The period to compare with: as long, and just before by whole days.

        Whole months are compared with as many whole months; a day that is not over, with the same
        hours of the day before.
        """
        if month_start(self.start) == self.start and month_start(self.end) == self.end:
            start = self.start
            for _month in range(_months(self.start, self.end)):
                start = month_start(start - DAY)
            return Period(start, self.start)
        back = timedelta(days=self.days)
        return Period(self.start - back, self.end - back)


def _months(start: datetime, end: datetime) -> int:
    first, last = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    return (last.year - first.year) * 12 + last.month - first.month


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def until_now(now: datetime) -> datetime:
    """Give the end of the quarter hour that runs."""
    return quarter_of(now) + QUARTER


NAMES = ("today", "yesterday", "7d", "30d", "month", "last-month", "12m")


def named(name: str, now: datetime) -> Period:
    """Give a period by name. Raises KeyError for a name that is none."""
    today, end = day_start(now), until_now(now)
    month = month_start(now)
    starts = {
        "today": (today, end),
        "yesterday": (days_before(now, 1), today),
        "7d": (days_before(now, 6), end),
        "30d": (days_before(now, 29), end),
        "month": (month, end),
        "last-month": (month_start(month - DAY), month),
        "12m": (_year_back(month), month),
    }
    return Period(*starts[name], name)


def _year_back(month: datetime) -> datetime:
    local = month.astimezone(SHANGHAI)
    return local.replace(year=local.year - 1)


def between(first: date, last: date, now: datetime) -> Period:
    """Give the period of these days, both included, up to now at most.

    Raises PeriodTurnedRound, PeriodTooLong.
    """
    if last < first or first < EARLIEST or last > LATEST:
        raise PeriodTurnedRound
    if (last - first).days >= LONGEST_DAYS:
        raise PeriodTooLong
    start, end = _midnight(first), _midnight(last + DAY)
    return Period(start, max(start, min(end, until_now(now))) if start <= now else end)


def intervals_of(period: Period) -> list[Interval]:
    """Give the intervals a period may be cut by, finest first."""
    return [interval for interval, most in INTERVAL_DAYS.items() if period.days <= most]


def usual_interval(period: Period) -> Interval:
    """Give the interval a period is drawn by unless another is asked for."""
    return next(interval for most, interval in USUAL if not most or period.days <= most)


def start_of(interval: Interval, at: datetime) -> datetime:
    """Give the start of the interval that holds `at`."""
    if interval is Interval.WEEK:
        return days_before(at, at.astimezone(SHANGHAI).weekday())
    cut = {
        Interval.QUARTER: quarter_of,
        Interval.HOUR: hour_of,
        Interval.DAY: day_start,
        Interval.MONTH: month_start,
    }
    return cut[interval](at)


def starts_within(interval: Interval, period: Period) -> Iterator[datetime]:
    """Give the start of every interval that the period touches, the first perhaps before it."""
    steps = {
        Interval.QUARTER: QUARTER,
        Interval.HOUR: timedelta(hours=1),
        Interval.DAY: DAY,
        Interval.WEEK: timedelta(days=7),
    }
    at = start_of(interval, period.start)
    while at < period.end:
        yield at
        at = next_month(at) if interval is Interval.MONTH else at + steps[interval]


@dataclass(frozen=True, slots=True)
class Tile:
    """A stretch that rows of one grain sum up exactly: QUARTER, HOUR, DAY or MONTH."""

    grain: str
    start: datetime
    end: datetime


def tiles(period: Period, finest: str) -> list[Tile]:
    """Cover a period by as few rows as can be: months inside, days about them, then the rest.

    `finest` is the finest grain that is kept, QUARTER or HOUR.
    """
    first_day = _day_from(period.start)
    last_day = day_start(period.end)
    if first_day >= last_day:
        return [Tile(finest, period.start, period.end)]
    first_month, last_month = _month_from(first_day), month_start(last_day)
    cuts = [
        (finest, period.start, first_day),
        *(
            [("DAY", first_day, last_day)]
            if first_month >= last_month
            else [
                ("DAY", first_day, first_month),
                ("MONTH", first_month, last_month),
                ("DAY", last_month, last_day),
            ]
        ),
        (finest, last_day, period.end),
    ]
    return [Tile(*cut) for cut in cuts if cut[1] < cut[2]]


def _day_from(at: datetime) -> datetime:
    start = day_start(at)
    return at if start == at else start + DAY


def _month_from(at: datetime) -> datetime:
    start = month_start(at)
    return at if start == at else next_month(start)
