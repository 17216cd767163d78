"""Working time around the real holidays of 2026, and beyond what the library holds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.policy.holidays import CHINA, LAST_YEAR
from shouwen.ground.policy.rules.working_time import (
    NoHolidays,
    WorkingCalendar,
    usual_week,
)
from shouwen.ground.policy.tests.moments import beijing

CALENDAR = WorkingCalendar(usual_week(), {}, CHINA)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1)).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)


@pytest.mark.parametrize(
    ("start", "n", "closes"),
    [
        # Dragon Boat, 19 to 21 June: the mock-up's own example.
        ("2026-06-16 10:46", 7, "2026-06-26 18:00"),
        # Spring Festival, 15 to 23 February; 14 and 28 February are worked Saturdays.
        ("2026-02-13 17:00", 1, "2026-02-14 18:00"),
        ("2026-02-13 17:00", 2, "2026-02-24 18:00"),
        ("2026-02-26 09:00", 2, "2026-02-28 18:00"),
        ("2026-02-26 09:00", 3, "2026-03-02 18:00"),
        # Golden Week, 1 to 7 October; Sunday 20 September and Saturday 10 October are worked.
        ("2026-09-18 12:00", 1, "2026-09-20 18:00"),
        ("2026-09-30 12:00", 1, "2026-10-08 18:00"),
        ("2026-09-30 12:00", 3, "2026-10-10 18:00"),
        ("2026-09-30 12:00", 4, "2026-10-12 18:00"),
        # A start on a day off, before opening or after close: the day after it is the first.
        ("2026-06-21 10:00", 1, "2026-06-22 18:00"),
        ("2026-06-22 00:01", 1, "2026-06-23 18:00"),
        ("2026-06-22 23:59", 1, "2026-06-23 18:00"),
    ],
)
def test_n_working_days_end_at_the_close_of_the_nth(start: str, n: int, closes: str) -> None:
    assert CALENDAR.end_of_working_day_n(beijing(start), n) == beijing(closes)


def test_a_dated_exception_overrides_the_statutory_calendar() -> None:
    flood = WorkingCalendar(usual_week(), {date(2026, 6, 17): ()}, CHINA)
    assert flood.end_of_working_day_n(beijing("2026-06-16 10:46"), 1) == beijing("2026-06-18 18:00")


def test_exceptions_carry_the_calendar_past_the_library() -> None:
    beyond = LAST_YEAR + 1
    monday = date(beyond, 3, 1)
    while monday.weekday() != 0:
        monday += timedelta(days=1)
    before = datetime.combine(monday - timedelta(days=1), time(12), SHANGHAI)
    half = ((time(9), time(12)),)
    known = WorkingCalendar(usual_week(), {monday: half}, CHINA)
    assert not CHINA.known(beyond)
    assert known.end_of_working_day_n(before, 1) == datetime.combine(monday, time(12), SHANGHAI)
    assert not known.is_working_day(date(beyond, 10, 1))


def test_a_schedule_may_end_at_midnight_and_work_saturdays() -> None:
    late = WorkingCalendar({5: ((time(20), time(0)),)}, {}, NoHolidays())
    start = beijing("2026-06-16 10:46")
    assert late.end_of_working_day_n(start, 1) == beijing("2026-06-21 00:00")
    assert late.add_working_seconds(start, 4 * 3600) == beijing("2026-06-21 00:00")


def test_lunch_is_not_worked() -> None:
    assert CALENDAR.add_working_seconds(beijing("2026-06-16 11:30"), 3600) == beijing(
        "2026-06-16 13:30"
    )
    seconds = CALENDAR.working_seconds_between(
        beijing("2026-06-16 11:30"), beijing("2026-06-17 09:30")
    )
    assert seconds == (0.5 + 5 + 0.5) * 3600


def test_a_schedule_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError):
        WorkingCalendar({0: ()}, {}, NoHolidays())


@given(INSTANTS, st.integers(1, 60))
def test_more_working_days_never_end_sooner(start: datetime, n: int) -> None:
    assert CALENDAR.end_of_working_day_n(start, n) < CALENDAR.end_of_working_day_n(start, n + 1)


@given(INSTANTS, INSTANTS, st.integers(1, 30))
def test_a_later_start_never_ends_sooner(one: datetime, other: datetime, n: int) -> None:
    first, second = sorted((one, other))
    assert CALENDAR.end_of_working_day_n(first, n) <= CALENDAR.end_of_working_day_n(second, n)


@given(INSTANTS, st.integers(1, 30))
def test_exactly_n_closes_lie_between_the_start_day_and_the_end(start: datetime, n: int) -> None:
    end = CALENDAR.end_of_working_day_n(start, n)
    midnight = datetime.combine(start.date() + timedelta(days=1), time(0), SHANGHAI)
    closes = CALENDAR.closes_between(midnight, end + timedelta(seconds=1))
    assert len(closes) == n


@given(INSTANTS, st.integers(0, 500_000))
def test_adding_and_counting_working_seconds_agree(start: datetime, seconds: int) -> None:
    end = CALENDAR.add_working_seconds(start, seconds)
    assert CALENDAR.working_seconds_between(start, end) == seconds
