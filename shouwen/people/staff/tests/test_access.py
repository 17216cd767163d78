"""Rights of roles, and how far they reach."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.people.staff import access, actions, queries, words
from shouwen.people.staff.models import Role
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)


def _actor(*roles: str) -> Actor:
    return Actor(ActorKind.PERSON, "pers_x", "x", 1, frozenset(roles))


def test_every_role_has_its_rights_and_no_other_role_exists() -> None:
    assert set(access.RIGHTS) == set(Role.values)


# Written out by hand: a right that moves must move here too, on purpose.
WHO_HOLDS = {
    "approval.read": {"agent", "lead", "complaints", "risk", "admin"},
    "contact.take": {"agent", "lead"},
    "contact.read": {"agent", "lead", "complaints", "inspector", "risk", "auditor"},
    "contact.supervise": {"lead"},
    "case.read": {"agent", "lead", "complaints", "inspector", "risk", "auditor"},
    "case.work": {"agent", "lead", "complaints"},
    "case.archive": {"lead", "complaints"},
    "case.approve": {"lead", "risk"},
    "case.review": {"lead", "complaints", "inspector"},
    "case.export": {"lead", "complaints", "risk"},
    "export.approve": {"lead", "risk"},
    "complaint.read": {"lead", "complaints", "inspector", "risk", "auditor"},
    "complaint.work": {"lead", "complaints"},
    "complaint.grade": {"lead", "complaints"},
    "complaint.supervise": {"lead", "complaints"},
    "complaint.extend": {"lead", "risk"},
    "complaint.extend_senior": {"risk"},
    "complaint.import": {"lead", "complaints"},
    "complaint.redress": {"lead", "risk"},
    "complaint.redress_senior": {"risk"},
    "complaint.redress_result": {"lead", "complaints"},
    "complaint.report": {"complaints", "risk"},
    "cause.edit": {"complaints", "risk"},
    "threshold.edit": {"complaints", "risk"},
    "issue.read": {"lead", "complaints", "inspector", "risk", "auditor"},
    "issue.work": {"lead", "complaints"},
    "accountability.propose": {"lead", "complaints"},
    "accountability.investigate": {"inspector"},
    "accountability.decide": {"lead", "risk"},
    "issue.judge": {"lead", "inspector", "risk"},
    "customer.read": {"agent", "lead", "complaints", "risk"},
    "customer.edit": {"agent", "lead", "complaints"},
    "customer.import": {"lead"},
    "customer.merge": {"lead", "complaints"},
    "customer.reveal": {"agent", "lead", "complaints"},
    "audit.read": {"auditor"},
    "policy.read": set(Role.values) - {"none"},
    "policy.edit": {"risk", "admin"},
    "metrics.read": {"lead", "complaints", "inspector", "trainer", "risk", "auditor", "admin"},
    "qualification.read": {"trainer", "risk", "auditor", "admin"},
    "routing.edit": {"admin"},
    "routing.read": {"lead", "inspector", "auditor", "admin"},
    "script.edit": {"lead", "admin"},
    "survey.edit": {"lead", "admin"},
    "survey.read": {"lead", "risk", "auditor", "admin"},
    "staff.read": set(Role.values) - {"editor"},
    "staff.edit": {"admin"},
    "staff.review": {"admin", "auditor", "risk"},
    "staff.approve": {"admin", "risk"},
    "apikey.manage": {"admin"},
    "knowledge.read": set(Role.values) - {"auditor"},
    "knowledge.write": {"editor"},
    "knowledge.approve": {"lead"},
    "system.watch": {"admin"},
    "webhook.read": {"risk", "auditor", "admin"},
    "webhook.manage": {"admin"},
    "category.edit": {"admin"},
    "webhook.approve": {"risk", "admin"},
}


def test_the_rights_matrix_is_as_written() -> None:
    found = {
        right: {role for role in Role.values if access.has_right(_actor(role), right)}
        for right in access.ALL_RIGHTS
    }
    assert found == WHO_HOLDS


def test_every_right_is_told_in_words() -> None:
    assert set(words.RIGHTS) == access.ALL_RIGHTS


def test_a_right_nobody_bears_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="case\\.reed"):
        access.has_right(_actor("agent"), "case.reed")


def test_nobody_has_no_right_and_the_system_has_every_right() -> None:
    assert not access.has_right(None, "case.read")
    assert not access.has_right(Actor.customer("cust_x", 1), "case.read")
    assert access.has_right(FOUNDER, "case.read")
    with pytest.raises(NotAllowed):
        access.require(_actor("auditor"), "case.work")


@pytest.mark.django_db
def test_auditor_and_administrator_are_different_people() -> None:
    unit = a_unit(an_institution())
    person = a_person(unit, "auditor")
    with pytest.raises(access.RolesMustStayApart):
        actions.grant_role(person, "admin", actor=FOUNDER, at=MONDAY_9AM)
    assert acting(person).roles == {"auditor"}


@pytest.mark.django_db
def test_nobody_changes_their_own_roles() -> None:
    admin = a_person(a_unit(an_institution()), "admin")
    with pytest.raises(actions.GrantToOneself):
        actions.grant_role(admin, "lead", actor=acting(admin), at=MONDAY_9AM)
    with pytest.raises(actions.GrantToOneself):
        actions.revoke_role(admin, "admin", actor=acting(admin), at=MONDAY_9AM)


@pytest.mark.django_db
def test_a_role_over_a_unit_reaches_everything_below_it_and_nothing_else() -> None:
    bank = an_institution()
    centre = a_unit(bank)
    team, other = a_unit(bank, "一组", centre), a_unit(bank, "二组", centre)
    desk = a_unit(bank, "早班", team)
    lead = acting(a_person(team, "lead", over=team))
    assert (lead.unit_ids, lead.all_units) == (frozenset({team.pk, desk.pk}), False)
    assert [access.within(lead, unit.pk) for unit in (team, desk, other, centre)] == [
        True,
        True,
        False,
        False,
    ]
    assert access.within(lead, None)


@pytest.mark.django_db
def test_a_wide_small_role_does_not_widen_a_narrow_large_one() -> None:
    bank = an_institution()
    centre = a_unit(bank)
    team = a_unit(bank, "一组", centre)
    person = a_person(team, "lead", over=team)
    actions.grant_role(person, "editor", actor=FOUNDER, at=MONDAY_9AM)
    actor = acting(person)
    assert (actor.roles, actor.unit_ids, actor.all_units) == (
        frozenset({"lead", "editor"}),
        frozenset({team.pk}),
        False,
    )


@pytest.mark.django_db
def test_a_role_over_two_units_reaches_both() -> None:
    bank = an_institution()
    first, second = a_unit(bank, "一组"), a_unit(bank, "二组")
    person = a_person(first, "lead", over=first)
    actions.grant_role(person, "lead", unit=second, actor=FOUNDER, at=MONDAY_9AM)
    assert acting(person).unit_ids == {first.pk, second.pk}


@pytest.mark.django_db
def test_without_a_role_nothing_is_within_reach() -> None:
    actor = acting(a_person(a_unit(an_institution())))
    assert (actor.roles, actor.unit_ids, actor.all_units) == (frozenset(), frozenset(), False)


@pytest.mark.django_db
def test_people_of_another_institution_are_as_if_they_were_not_there() -> None:
    bank, insurer = an_institution(), an_institution("insurer")
    admin = acting(a_person(a_unit(bank), "admin"))
    stranger = a_person(a_unit(insurer))
    with pytest.raises(NotThere) as foreign:
        queries.person_for(admin, stranger.public_id)
    with pytest.raises(NotThere) as missing:
        queries.person_for(admin, "pers_none")
    assert (foreign.value.status, str(foreign.value)) == (missing.value.status, str(missing.value))
    with pytest.raises(NotThere):
        actions.disable_person(stranger, actor=admin, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.grant_role(stranger, "agent", actor=admin, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.open_unit(institution=insurer, name_zh="新组", actor=admin, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.create_api_key(insurer, role="lead", name="x", actor=admin, at=MONDAY_9AM)


@pytest.mark.django_db
def test_a_lead_of_one_team_does_not_see_the_other() -> None:
    bank = an_institution()
    team, other = a_unit(bank, "一组"), a_unit(bank, "二组")
    lead, mate, stranger = a_person(team, "lead", over=team), a_person(team), a_person(other)
    seen = list(queries.people_of(acting(lead)).values_list("pk", flat=True))
    assert seen == sorted([lead.pk, mate.pk])
    with pytest.raises(NotThere):
        queries.person_for(acting(lead), stranger.public_id)
    assert list(queries.unit_tree(acting(lead))) == [team]
