"""An institution's working calendar as people read it: its week, and the days that differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import words
from shouwen.ground.policy.book import policy_of
from shouwen.ground.policy.models import CalendarException
from shouwen.ground.policy.rules.working_time import Periods, WorkingCalendar

AHEAD = timedelta(days=400)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that differ from the week for one reason: a day off, or worked."""

    first: date
    last: date
    name: str
    is_worked: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The worked periods of a week (0 is Monday), what differs from it, from which year on the
    State Council's arrangement is not at hand (None where it reaches far enough), and how many
    days are worked."""

    week: dict[int, Periods]
    stretches: list[Stretch]
    unknown_from: int | None
    worked_days: int


def working_calendar(institution_id: int, now: datetime) -> CalendarView:
    """Give the institution's calendar and the days that differ in the 400 days to come."""
    first = day_of(now)
    return _between(institution_id, first, first + AHEAD)


def calendar_of_year(institution_id: int, year: int) -> CalendarView:
    """Give the institution's calendar and the days of one year that differ."""
    return _between(institution_id, date(year, 1, 1), date(year, 12, 31))


def _between(institution_id: int, first: date, last: date) -> CalendarView:
    calendar = policy_of(institution_id).calendar()
    # What counts everywhere comes first, so that the institution's own word stands over it.
    reasons: dict[date, str] = {}
    for everywhere in (True, False):
        rows = CalendarException.objects.filter(date__range=(first, last)).order_by("date", "pk")
        own = rows.filter(institution_id=None if everywhere else institution_id)
        reasons |= dict(own.values_list("date", "reason"))
    unknown = [
        year for year in range(first.year, last.year + 1) if not calendar.holidays.known(year)
    ]
    return CalendarView(
        week={day: tuple(periods) for day, periods in calendar.periods.items()},
        stretches=list(_joined(_differing(calendar, reasons, first, last))),
        unknown_from=min(unknown, default=None),
        worked_days=sum(calendar.is_working_day(day) for day in _each(first, last)),
    )


def _each(first: date, last: date) -> Iterator[date]:
    return (first + ONE_DAY * n for n in range((last - first).days + 1))


def _differing(
    calendar: WorkingCalendar, reasons: dict[date, str], first: date, last: date
) -> Iterator[Stretch]:
    for day in _each(first, last):
        off, makeup = (
            calendar.holidays.off_days(day.year),
            calendar.holidays.makeup_days(day.year),
        )
        if day in calendar.exceptions:
            worked = bool(calendar.exceptions[day])
            yield Stretch(day, day, reasons.get(day, ""), is_worked=worked, is_own=True)
        elif day in off:
            yield Stretch(day, day, words.holiday(off[day]), is_worked=False, is_own=False)
        elif day in makeup:
            yield Stretch(day, day, words.holiday(makeup[day]), is_worked=True, is_own=False)


def _joined(days: Iterator[Stretch]) -> Iterator[Stretch]:
    held: Stretch | None = None
    for one in days:
        if held is not None and (
            one.first == held.last + ONE_DAY
            and (one.name, one.is_worked, one.is_own) == (held.name, held.is_worked, held.is_own)
        ):
            held = Stretch(held.first, one.last, held.name, held.is_worked, held.is_own)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held
