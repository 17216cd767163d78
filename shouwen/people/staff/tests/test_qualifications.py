"""Certificates that end, experience that is short, and mentors."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import Person, PersonSkill, Skill, Unit
from shouwen.people.staff.rules.experience import latest_start
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)


@pytest.fixture
def centre(db: None) -> Unit:
    """The top unit of one institution."""
    return a_unit(an_institution())


@pytest.fixture
def cards(centre: Unit) -> Skill:
    """A skill."""
    return actions.define_skill(
        institution=centre.institution, code="card", name_zh="信用卡", actor=FOUNDER, at=MONDAY_9AM
    )


def ready(person: Person) -> Person:
    """Put a person at their desk."""
    actions.set_presence(person, "READY", actor=acting(person), at=MONDAY_9AM)
    return person


def routed(unit: Unit) -> dict[int, dict[str, int]]:
    """Give who could be offered work, and their skills."""
    there = queries.people_for_routing(unit.institution_id, MONDAY_9AM)
    return {one.person_id: one.skills for one in there}


def test_a_certificate_counts_through_its_last_day(centre: Unit, cards: Skill) -> None:
    last_day, ended = ready(a_person(centre, "agent")), ready(a_person(centre, "agent"))
    for person, until in ((last_day, TODAY), (ended, TODAY - DAY)):
        actions.teach_skill(
            person, cards, 3, expires_on=until, certificate="XYK-1", actor=FOUNDER, at=MONDAY_9AM
        )
    assert routed(centre) == {last_day.pk: {"card": 3}, ended.pk: {}}


def test_an_end_is_noted_once(centre: Unit, cards: Skill) -> None:
    person = a_person(centre, "agent")
    actions.teach_skill(person, cards, 3, expires_on=TODAY, actor=FOUNDER, at=MONDAY_9AM)
    assert actions.note_expired_skills(MONDAY_9AM) == 0
    tomorrow = MONDAY_9AM + DAY
    assert actions.note_expired_skills(tomorrow) == 1
    assert actions.note_expired_skills(tomorrow) == 0
    assert AuditRow.objects.filter(act="skill.expired").count() == 1
    # A new term begins anew, and its end will be noted again.
    later = TODAY + timedelta(days=400)
    actions.teach_skill(person, cards, 3, expires_on=later, actor=FOUNDER, at=tomorrow)
    assert PersonSkill.objects.get().end_noted is False


def test_a_skill_is_taken_back(centre: Unit, cards: Skill) -> None:
    person = ready(a_person(centre, "agent"))
    actions.teach_skill(person, cards, 3, actor=FOUNDER, at=MONDAY_9AM)
    actions.drop_skill(person, cards, actor=FOUNDER, at=MONDAY_9AM)
    assert routed(centre) == {person.pk: {}}
    with pytest.raises(actions.SkillNotHeld):
        actions.drop_skill(person, cards, actor=FOUNDER, at=MONDAY_9AM)


@pytest.mark.parametrize(("level", "certificate"), [(0, ""), (6, ""), (3, "x" * 61), (3, "a\x00")])
def test_a_wrong_qualification_is_refused(
    centre: Unit, cards: Skill, level: int, certificate: str
) -> None:
    with pytest.raises(Invalid):
        actions.teach_skill(
            a_person(centre), cards, level, certificate=certificate, actor=FOUNDER, at=MONDAY_9AM
        )


def test_a_trainee_works_only_with_a_mentor(centre: Unit) -> None:
    trainee, mentor = a_person(centre, "agent"), a_person(centre, "agent")
    actions.set_experience(
        mentor, since=date(2024, 6, 15), mentor=None, actor=FOUNDER, at=MONDAY_9AM
    )
    begun = date(2024, 6, 16)
    actions.set_experience(trainee, since=begun, mentor=None, actor=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(actions.MentorNeeded):
        ready(trainee)
    actions.set_experience(trainee, since=begun, mentor=mentor, actor=FOUNDER, at=MONDAY_9AM)
    ready(trainee)
    assert routed(centre) == {trainee.pk: {}}
    # The mentor leaves: nothing more is offered, though the trainee is still ready.
    actions.disable_person(mentor, actor=FOUNDER, at=MONDAY_9AM)
    assert routed(centre) == {}


def test_a_mentor_has_the_experience_and_is_not_oneself(centre: Unit) -> None:
    trainee, green, unknown = a_person(centre), a_person(centre), a_person(centre)
    actions.set_experience(
        green, since=TODAY - 300 * DAY, mentor=None, actor=FOUNDER, at=MONDAY_9AM
    )
    for wrong in (trainee, green, unknown):
        with pytest.raises(actions.NotAMentor):
            actions.set_experience(trainee, since=TODAY, mentor=wrong, actor=FOUNDER, at=MONDAY_9AM)
    stranger = a_person(a_unit(an_institution("insurer")))
    with pytest.raises(NotThere):
        actions.set_experience(trainee, since=TODAY, mentor=stranger, actor=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(Invalid):
        actions.set_experience(
            trainee, since=TODAY + DAY, mentor=None, actor=FOUNDER, at=MONDAY_9AM
        )


def test_the_page_lists_what_ended_what_ends_and_who_is_short(centre: Unit, cards: Skill) -> None:
    admin = acting(a_person(centre, "admin"))
    people = [a_person(centre, "agent") for _number in range(3)]
    for person, days in zip(people, (-1, 30, 31), strict=True):
        until = TODAY + days * DAY
        actions.teach_skill(person, cards, 1, expires_on=until, actor=FOUNDER, at=MONDAY_9AM)
    actions.set_experience(people[0], since=TODAY, mentor=None, actor=FOUNDER, at=MONDAY_9AM)
    found = queries.qualifications(admin, MONDAY_9AM)
    assert [line.held.person for line in found.ended] == [people[0]]
    assert [line.held.person for line in found.soon] == [people[1]]
    assert [(line.person, line.needs_mentor) for line in found.short] == [(people[0], True)]
    assert found.skills == [(cards, 3)]
    theirs = acting(a_person(a_unit(an_institution("insurer")), "admin"))
    nothing = queries.qualifications(theirs, MONDAY_9AM)
    assert (nothing.ended, nothing.soon, nothing.short, nothing.skills) == ([], [], [], [])
    with pytest.raises(NotAllowed):
        queries.qualifications(acting(people[0]), MONDAY_9AM)


@given(some.dates(date(1950, 1, 1), date(2150, 1, 1)), some.integers(0, 20))
def test_so_many_years_are_over_on_the_day_itself_and_not_before(today: date, years: int) -> None:
    start = latest_start(today, years)
    assert start.year == today.year - years
    assert start <= today
    assert latest_start(today + DAY, years) >= start
