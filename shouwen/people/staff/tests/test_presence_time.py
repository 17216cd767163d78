"""Time spent in states: limits, stretches, days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel.errors import NotAllowed
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import Person, PresenceSpan, Unit
from shouwen.people.staff.rules import presence as rules
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

MINUTE = timedelta(minutes=1)
MONDAY = date(2026, 6, 15)


@pytest.fixture
def centre(db: None) -> Unit:
    """The top unit of one institution."""
    return a_unit(an_institution())


def be(person: Person, state: str, minutes: int, reason: str = "") -> None:
    """Have a person change state so many minutes after nine."""
    at = MONDAY_9AM + minutes * MINUTE
    actions.set_presence(person, state, reason=reason, actor=acting(person), at=at)


def test_stretches_follow_one_another_and_end_offline(centre: Unit) -> None:
    person = a_person(centre, "agent")
    be(person, "READY", 0)
    be(person, "READY", 5)
    be(person, "BREAK", 10, "午餐")
    be(person, "BREAK", 20, "就诊")
    be(person, "OFFLINE", 30)
    spans = PresenceSpan.objects.order_by("pk").values_list("state", "reason", "began_at")
    assert [(state, reason, (at - MONDAY_9AM) / MINUTE) for state, reason, at in spans] == [
        ("READY", "", 0),
        ("BREAK", "午餐", 10),
        ("BREAK", "就诊", 20),
    ]
    assert not PresenceSpan.objects.filter(ended_at__isnull=True).exists()


def test_whoever_is_lost_ends_their_stretch(centre: Unit) -> None:
    person = a_person(centre, "agent")
    be(person, "READY", 0)
    at = MONDAY_9AM + MINUTE
    assert actions.mark_lost(at, 12) == [person.pk]
    assert PresenceSpan.objects.get().ended_at == at


def test_a_lead_sees_who_stays_too_long_first(centre: Unit) -> None:
    lead = a_person(centre, "lead")
    resting, working, other = (a_person(centre, "agent") for _number in range(3))
    be(working, "READY", 0)
    be(resting, "BREAK", 0)
    be(other, "TRAINING", 0)
    stranger = a_person(a_unit(an_institution("insurer")), "agent")
    be(stranger, "BREAK", 0)
    at = MONDAY_9AM + 16 * MINUTE
    lines = queries.team_now(acting(lead), at)
    assert [(line.person, line.is_over) for line in lines] == [
        (resting, True),
        (working, False),
        (other, False),
    ]
    assert lines[0].seconds == {"BREAK": 16 * 60}
    assert queries.over_limit_count(acting(lead), at) == 1
    actions.set_limits(centre.institution, {"break-minutes": 20}, actor=FOUNDER, at=at)
    assert queries.over_limit_count(acting(lead), at) == 0
    assert queries.over_limit_count(acting(working), at) == 0
    with pytest.raises(NotAllowed):
        queries.team_now(acting(working), at)


@pytest.mark.parametrize("people", [1, 6])
def test_the_team_costs_the_same_for_any_size(
    centre: Unit, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lead = acting(a_person(centre, "lead"))
    for _number in range(people):
        be(a_person(centre, "agent"), "READY", 0)
    with django_assert_num_queries(3):
        queries.team_now(lead, MONDAY_9AM + MINUTE)


def test_a_state_without_a_limit_asks_nothing(
    centre: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = a_person(centre, "agent")
    be(person, "READY", 0)
    with django_assert_num_queries(0):
        assert queries.presence_due_at(person.presence, centre.institution_id) is None
    be(person, "BREAK", 1)
    person.presence.refresh_from_db()
    due = queries.presence_due_at(person.presence, centre.institution_id)
    assert due == MONDAY_9AM + 16 * MINUTE


def test_reports_get_whole_days_split_at_midnight_in_shanghai(centre: Unit) -> None:
    lead, person = acting(a_person(centre, "lead")), a_person(centre, "agent")
    # 23:30 in Shanghai on Monday to 00:45 on Tuesday.
    be(person, "READY", 870)
    be(person, "OFFLINE", 945)
    be(person, "BREAK", 1440)
    now = MONDAY_9AM + 1450 * MINUTE
    found = queries.presence_by_day(lead, MONDAY, MONDAY + timedelta(days=1), now)
    assert [(line.day, line.state, line.seconds) for line in found] == [
        (MONDAY, "READY", 1800),
        (MONDAY + timedelta(days=1), "BREAK", 600),
        (MONDAY + timedelta(days=1), "READY", 2700),
    ]
    assert queries.presence_by_day(lead, MONDAY, MONDAY, now) == found[:1]
    with pytest.raises(NotAllowed):
        queries.presence_by_day(acting(person), MONDAY, MONDAY, now)


_moments = some.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=some.just(UTC))


@given(_moments, some.integers(0, 400_000))
def test_no_second_is_lost_or_doubled_at_midnight(began_at: datetime, seconds: int) -> None:
    ended_at = began_at + timedelta(seconds=seconds)
    parts = list(rules.by_day(began_at, ended_at))
    assert sum(part for _day, part in parts) == pytest.approx(seconds)
    days = [day for day, _part in parts]
    assert days == sorted(set(days))
