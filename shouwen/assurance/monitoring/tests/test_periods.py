"""Periods are cut without gap or overlap, in Shanghai's days and months."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.assurance.monitoring import periods
from shouwen.assurance.monitoring.periods import Interval, Period, Tile
from shouwen.assurance.monitoring.rules import quarter_of

# Tuesday 16 June 2026, 10:46 in Shanghai.
NOW = datetime(2026, 6, 16, 2, 46, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(
    lambda at: quarter_of(at.replace(tzinfo=UTC))
)


def shanghai(text: str) -> datetime:
    """Read a moment of Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("name", "start", "end", "before"),
    [
        ("today", "2026-06-16T00:00", "2026-06-16T11:00", "2026-06-15T00:00"),
        ("yesterday", "2026-06-15T00:00", "2026-06-16T00:00", "2026-06-14T00:00"),
        ("7d", "2026-06-10T00:00", "2026-06-16T11:00", "2026-06-03T00:00"),
        ("month", "2026-06-01T00:00", "2026-06-16T11:00", "2026-05-16T00:00"),
        ("last-month", "2026-05-01T00:00", "2026-06-01T00:00", "2026-04-01T00:00"),
        ("12m", "2025-06-01T00:00", "2026-06-01T00:00", "2024-06-01T00:00"),
    ],
)
def test_a_named_period_and_the_one_before(name: str, start: str, end: str, before: str) -> None:
    period = periods.named(name, NOW)
    assert (period.start, period.end) == (shanghai(start), shanghai(end))
    assert period.before.start == shanghai(before)
    assert period.before.end <= period.start


def test_today_is_compared_with_the_same_hours_of_yesterday() -> None:
    assert periods.named("today", NOW).before.end == shanghai("2026-06-15T11:00")


def test_days_are_read_as_whole_days_up_to_now() -> None:
    period = periods.between(date(2026, 6, 1), date(2026, 6, 30), NOW)
    assert (period.first, period.last) == (date(2026, 6, 1), date(2026, 6, 16))
    assert period.end == shanghai("2026-06-16T11:00")


def test_days_that_cannot_be_are_refused() -> None:
    with pytest.raises(periods.PeriodTurnedRound):
        periods.between(date(2026, 6, 2), date(2026, 6, 1), NOW)
    with pytest.raises(periods.PeriodTurnedRound):
        periods.between(date(1, 1, 1), date(1, 1, 2), NOW)
    with pytest.raises(periods.PeriodTooLong):
        periods.between(date(2020, 1, 1), date(2026, 6, 1), NOW)


@given(MOMENTS, st.timedeltas(timedelta(minutes=15), timedelta(days=500)))
def test_tiles_cover_a_period_once(start: datetime, length: timedelta) -> None:
    period = Period(start, quarter_of(start + length))
    found = periods.tiles(period, "QUARTER")
    assert found[0].start == period.start
    assert found[-1].end == period.end
    assert all(a.end == b.start for a, b in itertools.pairwise(found))
    assert len(found) <= 5


def test_a_year_is_read_by_months_and_its_edges_by_days() -> None:
    period = Period(shanghai("2025-06-15T00:00"), shanghai("2026-06-16T11:00"))
    assert periods.tiles(period, "QUARTER") == [
        Tile("DAY", shanghai("2025-06-15T00:00"), shanghai("2025-07-01T00:00")),
        Tile("MONTH", shanghai("2025-07-01T00:00"), shanghai("2026-06-01T00:00")),
        Tile("DAY", shanghai("2026-06-01T00:00"), shanghai("2026-06-16T00:00")),
        Tile("QUARTER", shanghai("2026-06-16T00:00"), shanghai("2026-06-16T11:00")),
    ]


def test_a_week_begins_on_monday() -> None:
    assert periods.start_of(Interval.WEEK, NOW) == shanghai("2026-06-15T00:00")
    period = periods.between(date(2026, 6, 10), date(2026, 6, 15), NOW)
    assert list(periods.starts_within(Interval.WEEK, period)) == [
        shanghai("2026-06-08T00:00"),
        shanghai("2026-06-15T00:00"),
    ]


def test_an_interval_stays_readable() -> None:
    assert periods.intervals_of(periods.named("today", NOW))[0] is Interval.QUARTER
    assert periods.intervals_of(periods.named("12m", NOW)) == [Interval.WEEK, Interval.MONTH]
    assert periods.usual_interval(periods.named("7d", NOW)) is Interval.DAY
    assert periods.usual_interval(periods.named("12m", NOW)) is Interval.MONTH
