"""Shares admit having no data; quarter hours and Shanghai days hold their moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shouwen.assurance.monitoring.rules import Tally, day_start, days_before, hour_of, quarter_of

MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)
)


def test_a_share_of_nothing_is_no_data() -> None:
    empty = Tally()
    assert [
        empty.connect_rate,
        empty.service_level,
        empty.abandon_rate,
        empty.first_contact_resolution,
        empty.satisfaction_rate,
        empty.average_wait_seconds,
        empty.average_handle_seconds,
    ] == [None] * 7


def test_connect_rate_is_answered_over_routed_to_people() -> None:
    # SN-17-01, with those still waiting outside: their fate is not known yet.
    assert Tally(queued=210, answered=199, abandoned=1).connect_rate == 0.995


def test_service_level_counts_the_abandoned_as_missed() -> None:
    assert Tally(answered=90, answered_in_time=80, abandoned=10).service_level == 0.8  # SN-17-02


def test_satisfaction_rate_is_satisfied_over_surveyed() -> None:
    assert Tally(rated=50, satisfied=46).satisfaction_rate == 0.92  # SN-21-01, OM-1.3-04


@given(MOMENTS)
def test_a_quarter_hour_holds_its_moment(at: datetime) -> None:
    start = quarter_of(at)
    assert start <= at < start + timedelta(minutes=15)
    assert hour_of(at) <= start


@given(MOMENTS)
def test_a_day_begins_at_midnight_in_shanghai(at: datetime) -> None:
    start = day_start(at)
    assert start <= at < start + timedelta(days=1)
    assert (start.astimezone(UTC).hour, start.astimezone(UTC).minute) == (16, 0)
    assert days_before(at, 1) == start - timedelta(days=1)
