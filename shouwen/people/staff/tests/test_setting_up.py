"""Setting people up: units, invitations, roles by two people, limits; each with its trail."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.models import Institution, Person, Unit
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    PASSWORD,
    a_person,
    a_unit,
    acting,
    an_institution,
)

pytestmark = pytest.mark.django_db
AT = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture
def bank() -> Institution:
    """One institution."""
    return an_institution()


@pytest.fixture
def centre(bank: Institution) -> Unit:
    """Its top unit."""
    return a_unit(bank)


@pytest.fixture
def admin(centre: Unit) -> Person:
    """Who sets people up."""
    return a_person(centre, "admin")


def last_detail(act: str) -> dict[str, object]:
    """Give what the trail says of the newest such act."""
    row = AuditRow.objects.filter(act=act).order_by("-pk").first()
    assert row is not None
    found: dict[str, object] = json.loads(row.detail)
    return found


def test_no_person_grants_a_role_alone(centre: Unit, admin: Person) -> None:
    with pytest.raises(actions.SecondPersonNeeded):
        actions.grant_role(a_person(centre), "agent", actor=acting(admin), at=AT)


def test_rights_in_effect_are_told_with_role_and_reach(centre: Unit, admin: Person) -> None:
    team = a_unit(centre.institution, "一组", centre)
    person = a_person(team, "editor")
    actions.grant_role(person, "agent", unit=team, actor=FOUNDER, at=AT)
    rights = queries.rights_of(acting(admin), person)
    assert (rights.whole, rights.tops) == (False, [team])
    held = {line.right for line in rights.lines}
    assert held == access.RIGHTS["editor"] | access.RIGHTS["agent"]
    sources = {line.right: len(line.roles) for line in rights.lines}
    assert (sources["knowledge.read"], sources["contact.take"]) == (2, 1)
    with pytest.raises(NotAllowed):
        queries.rights_of(acting(person), person)


def test_a_unit_moves_with_all_below_it(bank: Institution, centre: Unit) -> None:
    team = a_unit(bank, "一组", centre)
    desk = a_unit(bank, "早班", team)
    other = a_unit(bank, "分行")
    actions.move_unit(team, parent=other, actor=FOUNDER, at=AT)
    desk.refresh_from_db()
    assert (team.path, team.depth) == (f"{other.pk}/{team.pk}/", 1)
    assert (desk.path, desk.depth) == (f"{other.pk}/{team.pk}/{desk.pk}/", 2)
    assert last_detail("unit.moved") == {
        "parent_before": centre.public_id,
        "parent": other.public_id,
    }
    actions.move_unit(team, parent=None, actor=FOUNDER, at=AT)
    desk.refresh_from_db()
    assert (team.depth, desk.path) == (0, f"{team.pk}/{desk.pk}/")
    for within in (team, desk):
        with pytest.raises(Invalid):
            actions.move_unit(team, parent=within, actor=FOUNDER, at=AT)


def test_a_move_finds_no_place_too_deep_nor_beside_a_namesake(bank: Institution) -> None:
    deep = a_unit(bank, "零")
    for level in range(1, 10):
        deep = a_unit(bank, f"层{level}", deep)
    pair = a_unit(bank, "甲")
    a_unit(bank, "乙", pair)
    parent = deep.parent
    assert parent is not None
    with pytest.raises(Invalid):
        actions.move_unit(pair, parent=parent, actor=FOUNDER, at=AT)
    twin = a_unit(bank, "甲", a_unit(bank, "丙"))
    with pytest.raises(actions.NameTaken):
        actions.move_unit(twin, parent=None, actor=FOUNDER, at=AT)


def test_a_unit_closes_when_nobody_is_in_it(bank: Institution, centre: Unit) -> None:
    team = a_unit(bank, "一组", centre)
    person = a_person(team)
    for unit in (team, centre):
        with pytest.raises(actions.UnitInUse):
            actions.close_unit(unit, actor=FOUNDER, at=AT)
    actions.edit_person(
        person, name="林晓", staff_no=person.staff_no, unit=centre, actor=FOUNDER, at=AT
    )
    actions.close_unit(team, actor=FOUNDER, at=AT)
    with pytest.raises(actions.UnitIsClosed):
        a_person(team)
    with pytest.raises(actions.UnitIsClosed):
        a_unit(bank, "早班", team)
    actions.reopen_unit(team, actor=FOUNDER, at=AT)
    a_person(team)


def test_a_changed_person_stands_on_the_trail_before_and_after(centre: Unit, admin: Person) -> None:
    team = a_unit(centre.institution, "一组", centre)
    person = a_person(centre)
    actions.edit_person(
        person, name="林晓棠", staff_no=person.staff_no, unit=team, actor=acting(admin), at=AT
    )
    detail = last_detail("person.changed")
    assert (detail["unit_before"], detail["unit"]) == (centre.public_id, team.public_id)
    assert set(detail) == {"name_before", "name", "unit_before", "unit"}
    with pytest.raises(Invalid) as error:
        actions.edit_person(person, name=" ", staff_no="1" * 21, unit=team, actor=FOUNDER, at=AT)
    assert set(error.value.fields) == {"name", "staff_no"}
    with pytest.raises(actions.PersonKnownAlready):
        actions.edit_person(
            person, name="林", staff_no=admin.staff_no, unit=team, actor=FOUNDER, at=AT
        )


def test_people_and_units_of_another_institution_are_not_there(admin: Person) -> None:
    theirs = a_unit(an_institution("insurer"))
    stranger = a_person(theirs)
    with pytest.raises(NotThere):
        actions.require_askable(stranger, "agent", asked_already=(), actor=acting(admin))
    with pytest.raises(NotThere):
        actions.rename_unit(theirs, name_zh="改", actor=acting(admin), at=AT)
    with pytest.raises(NotThere):
        actions.edit_person(admin, name="何", staff_no="1", unit=theirs, actor=FOUNDER, at=AT)
    with pytest.raises(NotThere):
        actions.set_limits(theirs.institution, {"break-minutes": 9}, actor=acting(admin), at=AT)


def test_an_invitation_works_once_and_in_time(centre: Unit, admin: Person) -> None:
    person = a_person(centre, password=PASSWORD)
    stale = actions.invite_person(person, actor=acting(admin), at=AT)
    token = actions.invite_person(person, actor=acting(admin), at=AT)
    assert not Person.objects.get(pk=person.pk).check_password(PASSWORD)
    for wrong in (stale, "", "x" * 5000, token[:-1]):
        with pytest.raises(actions.InvitationIsSpent):
            actions.accept_invitation(wrong, PASSWORD, at=AT)
    with pytest.raises(Invalid):
        actions.accept_invitation(token, "123", at=AT)
    with pytest.raises(actions.InvitationIsSpent):
        actions.accept_invitation(token, PASSWORD, at=AT + timedelta(hours=72))
    actions.accept_invitation(token, PASSWORD, at=AT + timedelta(hours=71))
    assert Person.objects.get(pk=person.pk).check_password(PASSWORD)
    with pytest.raises(actions.InvitationIsSpent):
        actions.accept_invitation(token, PASSWORD + "2", at=AT + timedelta(hours=71))


def test_limits_are_set_within_their_bounds_and_stay_at_home(bank: Institution) -> None:
    other = an_institution("insurer")
    actions.set_limits(bank, {"break-minutes": 20}, actor=FOUNDER, at=AT)
    assert queries.limits_of(bank.pk)["break-minutes"] == 20
    assert queries.limits_of(other.pk)["break-minutes"] == 15
    assert last_detail("staff.limit_set") == {"name": "break-minutes", "before": 15, "after": 20}
    with pytest.raises(Invalid) as error:
        actions.set_limits(bank, {"break-minutes": 0, "sleep": 5}, actor=FOUNDER, at=AT)
    assert set(error.value.fields) == {"break-minutes", "sleep"}
    assert queries.limits_of(bank.pk)["experience-years"] == 2  # HB-1.1-06
