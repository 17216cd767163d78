"""Rosters: planned without clashes, published, and compared with who is there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import Absence, Person, Planned, Shift, Unit
from shouwen.people.staff.rules import rosters as rules
from shouwen.people.staff.rules.rosters import Attendance
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

MONDAY = date(2026, 6, 15)
TUESDAY = date(2026, 6, 16)
NEXT_MONDAY = date(2026, 6, 22)


@pytest.fixture
def team(db: None) -> Unit:
    """One unit of a bank."""
    return a_unit(an_institution())


@pytest.fixture
def lead(team: Unit) -> Person:
    """Who plans for it."""
    return a_person(team, "lead", over=team)


@pytest.fixture
def agent(team: Unit) -> Person:
    """Who is planned."""
    return a_person(team, "agent", over=team)


def a_shift(team: Unit, name: str = "早班", begins: int = 9, ends: int = 18) -> Shift:
    return actions.define_shift(
        team.institution,
        name_zh=name,
        begins=time(begins),
        ends=time(ends),
        actor=FOUNDER,
        at=MONDAY_9AM,
    )


def plan(lead: Person, people: list[Person], days: list[date], shift: Shift) -> int:
    return actions.plan_shifts(
        lead.unit, people, days, shift, actor=acting(lead), at=MONDAY_9AM - timedelta(hours=2)
    )


def at(hour: int, minute: int = 0) -> datetime:
    return MONDAY_9AM + timedelta(hours=hour - 9, minutes=minute)


def test_people_are_planned_for_days_once(lead: Person, agent: Person) -> None:
    shift = a_shift(lead.unit)
    assert plan(lead, [agent, lead], [MONDAY, TUESDAY], shift) == 4
    assert plan(lead, [agent], [MONDAY, TUESDAY, date(2026, 6, 17)], shift) == 1
    first = Planned.objects.filter(person=agent).order_by("day").first()
    assert first is not None
    assert (first.begins_at, first.ends_at) == (MONDAY_9AM, at(18))
    assert AuditRow.objects.filter(act="roster.planned").count() == 2


def test_nobody_is_in_two_places_at_once_also_past_midnight(lead: Person, agent: Person) -> None:
    night = a_shift(lead.unit, "夜班", 22, 8)
    plan(lead, [agent], [MONDAY], night)
    with pytest.raises(actions.RosterConflict, match="2026-06-16"):
        plan(lead, [lead, agent], [TUESDAY], a_shift(lead.unit, "凌晨班", 7, 12))
    # All or nobody: the lead is not planned either.
    assert Planned.objects.count() == 1
    assert plan(lead, [agent], [TUESDAY], a_shift(lead.unit, "上午班", 8, 12)) == 1


def test_whoever_is_away_is_not_planned_and_their_planned_shifts_say_so(
    lead: Person, agent: Person
) -> None:
    shift = a_shift(lead.unit)
    plan(lead, [agent], [MONDAY], shift)
    away = actions.note_absence(agent, "SICK", MONDAY, TUESDAY, actor=acting(lead), at=MONDAY_9AM)
    with pytest.raises(actions.RosterConflict, match="2026-06-16"):
        plan(lead, [agent], [TUESDAY], shift)
    with pytest.raises(actions.RosterConflict):
        actions.note_absence(agent, "LEAVE", TUESDAY, TUESDAY, actor=acting(lead), at=MONDAY_9AM)
    actions.publish_week(lead.unit, MONDAY, actor=acting(lead), at=MONDAY_9AM)
    assert [line.attendance for line in queries.today(acting(lead), at(10))] == [Attendance.AWAY]
    actions.end_absence(away, actor=acting(lead), at=MONDAY_9AM)
    assert Absence.objects.count() == 0
    # Why somebody is away does not stand on the trail.
    assert not AuditRow.objects.filter(act__startswith="absence", detail__contains="SICK").exists()


@pytest.mark.parametrize(
    ("came", "now", "stands"),
    [
        (None, at(9, 4), Attendance.AHEAD),
        (None, at(9, 6), Attendance.MISSING),
        (None, at(19), Attendance.MISSING),
        (at(8, 50), at(9, 1), Attendance.THERE),
        (at(9, 20), at(10), Attendance.LATE),
        (at(9), at(18), Attendance.OVER),
    ],
)
def test_who_is_planned_is_compared_with_who_is_there(
    lead: Person, agent: Person, came: datetime | None, now: datetime, stands: Attendance
) -> None:
    plan(lead, [agent], [MONDAY], a_shift(lead.unit))
    actions.publish_week(lead.unit, MONDAY, actor=acting(lead), at=at(8))
    if came:
        actions.set_presence(agent, "READY", actor=acting(agent), at=came)
    [line] = queries.today(acting(lead), now)
    assert (line.attendance, line.came_at) == (stands, came)


def test_whoever_goes_before_the_end_is_marked(lead: Person, agent: Person) -> None:
    plan(lead, [agent], [MONDAY], a_shift(lead.unit))
    actions.publish_week(lead.unit, MONDAY, actor=acting(lead), at=at(8))
    actions.set_presence(agent, "READY", actor=acting(agent), at=at(9))
    actions.set_presence(agent, "OFFLINE", actor=acting(agent), at=at(11))
    assert [line.attendance for line in queries.today(acting(lead), at(12))] == [Attendance.LEFT]


@given(some.integers(0, 1439), some.integers(0, 1439))
def test_a_shift_always_ends_after_it_begins_within_a_day(begins: int, ends: int) -> None:
    if begins == ends:
        return
    from_at, to_at = rules.span(
        MONDAY, time(begins // 60, begins % 60), time(ends // 60, ends % 60)
    )
    assert timedelta() < to_at - from_at < timedelta(days=1)


def test_a_person_sees_their_own_published_shifts_alone(lead: Person, agent: Person) -> None:
    shift = a_shift(lead.unit)
    plan(lead, [agent], [MONDAY, NEXT_MONDAY], shift)
    plan(lead, [lead], [MONDAY], shift)
    assert not any(held for _day, held, _away in queries.own_days(acting(agent), MONDAY_9AM))
    actions.publish_week(lead.unit, MONDAY, actor=acting(lead), at=MONDAY_9AM)
    seen = [day for day, held, _away in queries.own_days(acting(agent), MONDAY_9AM) if held]
    assert seen == [MONDAY]


def test_a_week_is_planned_like_the_one_before_without_those_away(
    lead: Person, agent: Person
) -> None:
    plan(lead, [agent, lead], [MONDAY, TUESDAY], a_shift(lead.unit))
    actions.note_absence(
        agent, "LEAVE", NEXT_MONDAY, NEXT_MONDAY, actor=acting(lead), at=MONDAY_9AM
    )
    copied = actions.copy_week(lead.unit, NEXT_MONDAY, actor=acting(lead), at=MONDAY_9AM)
    again = actions.copy_week(lead.unit, NEXT_MONDAY, actor=acting(lead), at=MONDAY_9AM)
    assert (copied, again) == (3, 0)
    with pytest.raises(Invalid):
        actions.copy_week(lead.unit, TUESDAY, actor=acting(lead), at=MONDAY_9AM)


def test_who_began_is_not_taken_off(lead: Person, agent: Person) -> None:
    plan(lead, [agent], [MONDAY, TUESDAY], a_shift(lead.unit))
    begun, ahead = Planned.objects.order_by("day")
    actions.take_off(ahead, actor=acting(lead), at=MONDAY_9AM)
    with pytest.raises(actions.RosterConflict):
        actions.take_off(begun, actor=acting(lead), at=MONDAY_9AM)
    assert list(Planned.objects.all()) == [begun]


@pytest.mark.parametrize(
    ("people", "days", "field"),
    [
        ([], [MONDAY], "people"),
        (["agent"], [], "days"),
        (["agent"], [date(2026, 6, 14)], "days"),
        (["stranger"], [MONDAY], "people"),
    ],
)
def test_a_wrong_plan_is_refused_by_name(
    lead: Person, agent: Person, people: list[str], days: list[date], field: str
) -> None:
    elsewhere = a_person(a_unit(lead.institution, "信贷组"), "agent")
    who = {"agent": agent, "stranger": elsewhere}
    with pytest.raises(Invalid) as refused:
        plan(lead, [who[name] for name in people], days, a_shift(lead.unit))
    assert list(refused.value.fields) == [field]


def test_only_planners_of_the_unit_plan(lead: Person, agent: Person) -> None:
    shift = a_shift(lead.unit)
    insurer = a_unit(an_institution("insurer"))
    theirs = a_person(insurer, "lead")
    aside = a_unit(lead.institution, "信贷组")
    for actor, error in (
        (acting(agent), NotAllowed),
        (acting(theirs), NotThere),
        (acting(a_person(aside, "lead", over=aside)), NotThere),
    ):
        with pytest.raises(error):
            actions.plan_shifts(lead.unit, [agent], [MONDAY], shift, actor=actor, at=MONDAY_9AM)
        with pytest.raises(error):
            queries.roster(actor, lead.unit.public_id, MONDAY)
    with pytest.raises(NotThere):
        actions.close_shift(shift, actor=acting(theirs), at=MONDAY_9AM)
    with pytest.raises(Invalid):
        a_shift(lead.unit)
    with pytest.raises(Invalid):
        a_shift(lead.unit, "空班", 9, 9)


@pytest.mark.parametrize("people", [1, 5])
def test_a_week_costs_the_same_for_any_team(
    lead: Person, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    team = [a_person(lead.unit, "agent") for _n in range(people)]
    plan(lead, team, [MONDAY, TUESDAY], a_shift(lead.unit))
    actions.publish_week(lead.unit, MONDAY, actor=acting(lead), at=MONDAY_9AM)
    actor = acting(lead)
    with django_assert_num_queries(5):
        roster = queries.roster(actor, lead.unit.public_id, TUESDAY)
    assert sum(len(held) for row in roster.rows for _day, held, _away in row.days) == 2 * people
    with django_assert_num_queries(5):
        assert len(queries.today(actor, at(10))) == people
