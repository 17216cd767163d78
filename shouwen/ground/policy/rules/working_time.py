"""Working time: which days are worked, from when to when, and where the n-th of them ends.

Three sources, the later over the earlier: the weekly periods of a schedule, the statutory calendar
(holidays, and weekend days worked in exchange), and dated exceptions of an institution.

Choices the documents leave open, made here once: the start day is never counted, whether it is a
working day or not, and whatever the hour; so a matter received on a Sunday has its first working
day on Monday, one received on Monday at 00:01 or 23:59 on Tuesday. The n-th working day ends at
the close of its last period.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol

from shouwen.ground.kernel.time import SHANGHAI, day_of

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)

Period = tuple[time, time]
Periods = tuple[Period, ...]


def usual_week() -> dict[int, Periods]:
    """Give Monday to Friday, 09:00 to 18:00 with an hour for lunch."""
    day: Periods = ((time(9), time(12)), (time(13), time(18)))
    return dict.fromkeys(range(5), day)


class Holidays(Protocol):
    """The statutory calendar, one year at a time."""

    def known(self, year: int) -> bool:
        """Whether the State Council's arrangement for this year is at hand."""

    def off_days(self, year: int) -> Mapping[date, str]:
        """Give the days nobody works, weekends within a holiday included, with their names."""

    def makeup_days(self, year: int) -> Mapping[date, str]:
        """Give the weekend days that are worked, with the holiday they make up for."""


class NoHolidays:
    """A calendar of plain weeks, for tests and for places without statutory holidays."""

    def known(self, year: int) -> bool:
        """Every year is plain."""
        return True

    def off_days(self, year: int) -> Mapping[date, str]:
        """None."""
        return {}

    def makeup_days(self, year: int) -> Mapping[date, str]:
        """None."""
        return {}


def closing(day: date, end: time) -> datetime:
    """Give the instant a period ends; an end of 00:00 is the midnight after the day."""
    if end == MIDNIGHT:
        return datetime.combine(day + ONE_DAY, MIDNIGHT, SHANGHAI)
    return datetime.combine(day, end, SHANGHAI)


@dataclass(slots=True)
class WorkingCalendar:
    """One schedule under one statutory calendar with its dated exceptions.

    `periods` by weekday (0 is Monday); a weekday without periods is not worked. `exceptions` by
    date: periods, or none for a day off; they count also past the library's last year. A make-up
    day works the periods of the first worked weekday, or its own where it has some.
    """

    periods: Mapping[int, Periods] = field(default_factory=usual_week)
    exceptions: Mapping[date, Periods] = field(default_factory=dict)
    holidays: Holidays = field(default_factory=NoHolidays)
    _days: dict[int, list[date]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse a schedule with no working day: no limit would ever end."""
        if not any(self.periods.values()):
            raise ValueError("A schedule needs at least one worked weekday")

    def periods_of(self, day: date) -> Periods:
        """Give the worked periods of a day, earliest first; empty on a day off."""
        if day in self.exceptions:
            return self.exceptions[day]
        if day in self.holidays.off_days(day.year):
            return ()
        usual = self.periods.get(day.weekday(), ())
        if not usual and day in self.holidays.makeup_days(day.year):
            return self.periods[min(d for d, held in self.periods.items() if held)]
        return usual

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked. A Saturday can be: ask here, not weekday()."""
        return bool(self.periods_of(day))

    def close_of(self, day: date) -> datetime:
        """Give the close of business of a worked day. Raises ValueError on a day off."""
        periods = self.periods_of(day)
        if not periods:
            raise ValueError(f"{day} is not a working day")
        return closing(day, periods[-1][1])

    def _worked_in(self, year: int) -> list[date]:
        days = self._days.get(year)
        if days is None:
            first = date(year, 1, 1)
            length = (date(year + 1, 1, 1) - first).days
            every = (first + timedelta(days=n) for n in range(length))
            days = self._days[year] = [day for day in every if self.is_working_day(day)]
        return days

    def working_day_n(self, start: datetime, n: int) -> date:
        """Give the n-th working day after the start day, `n` at least 1."""
        if n < 1:
            raise ValueError("Working days are counted from 1")
        day = day_of(start)
        year, left = day.year, n
        days = self._worked_in(year)
        position = bisect_right(days, day)
        while position + left > len(days):
            left -= len(days) - position
            year, position = year + 1, 0
            days = self._worked_in(year)
        return days[position + left - 1]

    def end_of_working_day_n(self, start: datetime, n: int) -> datetime:
        """Give the close of business of the n-th working day after the start day."""
        return self.close_of(self.working_day_n(start, n))

    def closes_between(self, after: datetime, until: datetime) -> list[date]:
        """Give the working days whose close of business lies in [after, until)."""
        if until <= after:
            return []
        first, last = day_of(after), day_of(until)
        # A period may end at 24:00, so a day's close can fall on the date after it.
        first -= ONE_DAY
        days: list[date] = []
        for year in range(first.year, last.year + 1):
            worked = self._worked_in(year)
            days += worked[bisect_left(worked, first) : bisect_right(worked, last)]
        return [day for day in days if after <= self.close_of(day) < until]

    def add_working_seconds(self, start: datetime, seconds: float) -> datetime:
        """Give the instant at which so many seconds have been worked since `start`."""
        day, left = day_of(start), timedelta(seconds=seconds)
        while True:
            for opens, ends in self.periods_of(day):
                begin = max(datetime.combine(day, opens, SHANGHAI), start)
                end = closing(day, ends)
                if begin >= end:
                    continue
                if left <= end - begin:
                    return begin + left
                left -= end - begin
            day += ONE_DAY

    def working_seconds_between(self, start: datetime, end: datetime) -> float:
        """Count the worked seconds between two instants; 0 when the end is not later."""
        total, day = timedelta(), day_of(start)
        while day <= day_of(end):
            for opens, ends in self.periods_of(day):
                begin = max(datetime.combine(day, opens, SHANGHAI), start)
                finish = min(closing(day, ends), end)
                total += max(finish - begin, timedelta())
            day += ONE_DAY
        return total.total_seconds()

    def holidays_between(self, first: date, last: date) -> list[tuple[date, str]]:
        """Give the statutory days off from `first` to `last`, both counted, with their names."""
        found: list[tuple[date, str]] = []
        for year in range(first.year, last.year + 1):
            for day, name in sorted(self.holidays.off_days(year).items()):
                if first <= day <= last and not self.is_working_day(day):
                    found.append((day, name))
        return found

    def makeup_between(self, first: date, last: date) -> list[date]:
        """Give the weekend days worked in exchange from `first` to `last`, both counted."""
        return [
            day
            for year in range(first.year, last.year + 1)
            for day in sorted(self.holidays.makeup_days(year))
            if first <= day <= last and self.is_working_day(day)
        ]
