"""Roles by two persons: asked, decided by neither asker nor gainer, given, refused, expired."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from shouwen.front.console import roles_page
from shouwen.front.console.actions import ask_role
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals import queries
from shouwen.people.approvals.models import Approval, State
from shouwen.people.staff import access, actions
from shouwen.people.staff.models import Person, RoleGrant, Unit
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

AT = MONDAY_9AM + timedelta(hours=1)
STANDS = timedelta(days=7)


@dataclass
class House:
    """One institution with who asks, who decides, and who gets the role."""

    unit: Unit
    admin: Person
    risk: Person
    person: Person

    def ask(self, role: str = "agent", **other: Any) -> Approval:
        """Ask for a role."""
        said: dict[str, Any] = {"reason": "到岗", "actor": acting(self.admin), "at": AT, **other}
        return ask_role(self.person, role, **said)

    @property
    def roles(self) -> frozenset[str]:
        """What the person is here for now."""
        return acting(self.person).roles


@pytest.fixture
def house(db: None) -> House:
    """One bank."""
    unit = a_unit(an_institution())
    return House(unit, a_person(unit, "admin"), a_person(unit, "risk"), a_person(unit))


def details(act: str) -> list[dict[str, object]]:
    """Give what the trail says of such acts."""
    rows = AuditRow.objects.filter(act=act).order_by("pk")
    return [json.loads(row.detail) for row in rows]


def test_a_role_counts_once_a_second_person_approves_it(house: House) -> None:
    asked = house.ask(unit=house.unit)
    assert house.roles == frozenset()
    with pytest.raises(approvals.OwnRequest):
        approvals.approve(asked, "同意", actor=acting(house.admin), at=AT)
    with pytest.raises(Invalid):
        approvals.approve(asked, " ", actor=acting(house.risk), at=AT)
    approvals.approve(asked, "同意", actor=acting(house.risk), at=AT)
    assert house.roles == {"agent"}
    told = {"role": "agent", "unit": house.unit.public_id}
    assert [details(act)[-1] for act in ("role.asked", "role.granted")] == [told, told]
    with pytest.raises(approvals.AlreadyDecided):
        approvals.decline(asked, "迟了", actor=acting(house.risk), at=AT)


def test_whoever_gains_does_not_decide_nor_sees_it_to_be_decided(house: House) -> None:
    gainer = a_person(house.unit, "risk")
    asked = ask_role(gainer, "trainer", reason="兼课", actor=acting(house.admin), at=AT)
    for act in (approvals.approve, approvals.decline):
        with pytest.raises(approvals.RequestAboutYou):
            act(asked, "同意", actor=acting(gainer), at=AT)
    seen = {
        who.public_id: [
            row.approval for row in queries.approvals_for(acting(who), "waiting", at=AT).rows
        ]
        for who in (gainer, house.risk, house.admin)
    }
    assert list(seen.values()) == [[], [asked], []]
    [line], _ended = roles_page.requests(acting(gainer), AT)
    assert not line.row.may_decide


def test_nobody_decides_for_whoever_gains_as_their_deputy(house: House) -> None:
    gainer, deputy = a_person(house.unit, "risk"), a_person(house.unit, "editor")
    day = AT.date()
    actions.name_deputy(gainer, deputy, day, day, actor=acting(gainer), at=AT)
    actions.note_absence(gainer, "LEAVE", day, day, actor=acting(house.admin), at=AT)
    asked = ask_role(gainer, "trainer", reason="兼课", actor=acting(house.admin), at=AT)
    with pytest.raises((NotAllowed, NotThere)):
        approvals.approve(asked, "同意", actor=acting(deputy), at=AT)
    assert Approval.objects.get().state == State.WAITING


def test_the_same_role_waits_once_whoever_asks(house: House) -> None:
    house.ask()
    other = a_person(house.unit, "admin")
    with pytest.raises(actions.RoleAskedAlready):
        house.ask(actor=acting(other))
    # Over a unit it is another role; in time the first one ends and may be asked for anew.
    house.ask(unit=house.unit)
    house.ask(at=AT + STANDS)


def test_a_request_is_declined_withdrawn_or_ends_by_itself(house: House) -> None:
    first = house.ask()
    approvals.decline(first, "未通过考试", actor=acting(house.risk), at=AT)
    second = house.ask()
    with pytest.raises(NotAllowed):
        approvals.withdraw(second, actor=acting(house.risk), at=AT)
    approvals.withdraw(second, actor=acting(house.admin), at=AT)
    third = house.ask()
    assert approvals.expire_due(AT + STANDS - timedelta(seconds=1)) == 0
    assert approvals.expire_due(AT + STANDS) == 1
    with pytest.raises(approvals.RequestExpired):
        approvals.approve(third, "同意", actor=acting(house.risk), at=AT + STANDS)
    assert not RoleGrant.objects.filter(person=house.person).exists()
    _open, ended = roles_page.requests(acting(house.risk), AT + STANDS)
    assert [line.approval.state for line in ended] == ["EXPIRED", "WITHDRAWN", "DECLINED"]
    acts = ("role.declined", "role.request_withdrawn", "approval.expired")
    assert [len(details(act)) for act in acts] == [1, 1, 1]


@pytest.mark.parametrize(
    ("held", "asked", "clause"),
    [
        ("agent", "complaints", "CG-3.4-02"),
        ("complaints", "inspector", "CG-3.4-02"),
        ("agent", "lead", "PV-10-01"),
        ("editor", "auditor", "OM-1.4-05"),
    ],
)
def test_separated_roles_are_refused_with_their_clause(
    house: House, held: str, asked: str, clause: str
) -> None:
    actions.grant_role(house.person, held, actor=FOUNDER, at=AT)
    with pytest.raises(access.RolesMustStayApart, match=clause):
        house.ask(asked)


def test_separated_roles_do_not_meet_in_two_requests_nor_at_the_decision(house: House) -> None:
    asked = house.ask("agent")
    with pytest.raises(access.RolesMustStayApart):
        house.ask("inspector")
    actions.grant_role(house.person, "inspector", actor=FOUNDER, at=AT)
    with pytest.raises(access.RolesMustStayApart):
        approvals.approve(asked, "同意", actor=acting(house.risk), at=AT)
    asked.refresh_from_db()
    assert asked.state == State.WAITING.value
    assert house.roles == {"inspector"}


def test_a_unit_closed_meanwhile_gives_no_role(house: House) -> None:
    team = a_unit(house.unit.institution, "一组")
    asked = house.ask(unit=team)
    actions.close_unit(team, actor=FOUNDER, at=AT)
    with pytest.raises(actions.UnitIsClosed):
        approvals.approve(asked, "同意", actor=acting(house.risk), at=AT)


@pytest.mark.parametrize("wrong", [{"role": "king"}, {"reason": " "}, {"reason": "a\x00b"}])
def test_a_wrong_entry_is_named(house: House, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as error:
        house.ask(**wrong)
    assert list(error.value.fields) == list(wrong)


def test_another_institution_or_unit_does_not_see_the_requests(house: House) -> None:
    asked = house.ask()
    theirs = a_unit(an_institution("insurer"))
    branch = a_unit(house.unit.institution, "分行")
    for other in (a_person(theirs, "risk"), a_person(branch, "risk", over=branch)):
        assert roles_page.requests(acting(other), AT) == ([], [])
        with pytest.raises(NotThere):
            roles_page.request_for(acting(other), asked.public_id)
    # Whoever reviews sees it without deciding.
    [line], _ended = roles_page.requests(acting(a_person(house.unit, "auditor")), AT)
    assert (line.approval, line.row.may_decide) == (asked, False)
    with pytest.raises(NotAllowed):
        roles_page.requests(acting(a_person(house.unit, "agent")), AT)


def test_the_page_costs_the_same_for_any_number(
    house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for role in ("agent", "editor", "trainer"):
        house.ask(role, unit=house.unit)
    risk = acting(house.risk)
    with django_assert_num_queries(4):
        waiting, _ended = roles_page.requests(risk, AT)
    assert [str(line.person.public_id) for line in waiting] == [house.person.public_id] * 3


def test_old_requests_are_taken_over_with_their_ids(house: House) -> None:
    taking = import_module("shouwen.people.approvals.migrations.0003_roles_asked_for")

    def old(state: str, **more: Any) -> SimpleNamespace:
        ended = state != "WAITING"
        values: dict[str, Any] = {
            "public_id": f"rreq_{state.lower()}",
            "institution_id": house.unit.institution_id,
            "person": house.person,
            "person_id": house.person.pk,
            "role": "agent",
            "unit": None,
            "reason": "到岗",
            "asked_by_id": house.admin.pk,
            "asked_at": AT,
            "state": state,
            "decided_by_id": house.risk.pk if ended else None,
            "decided_at": AT if ended else None,
            "decision": "不合适" if state == "DECLINED" else "",
        }
        return SimpleNamespace(**values | more)

    rows = [
        old("WAITING"),
        old("APPROVED"),
        old("DECLINED"),
        old("WITHDRAWN", decided_by_id=house.admin.pk, unit=house.unit),
    ]

    class Rows:
        def select_related(self, *_names: str) -> Rows:
            return self

        def order_by(self, *_names: str) -> Rows:
            return self

        def iterator(self, **_options: int) -> list[SimpleNamespace]:
            return rows

    models = {"Approval": Approval, "RoleRequest": SimpleNamespace(objects=Rows())}
    apps = SimpleNamespace(get_model=lambda _room, name: models[name])
    taking.take_over(apps, None)
    found = {one.public_id: one for one in Approval.objects.all()}
    assert {ref: one.state for ref, one in found.items()} == {
        row.public_id: row.state for row in rows
    }
    # The open one is decided as if it had been asked for here, and asked for once.
    with pytest.raises(actions.RoleAskedAlready):
        house.ask()
    approvals.approve(found["rreq_waiting"], "同意", actor=acting(house.risk), at=AT)
    assert house.roles == {"agent"}
