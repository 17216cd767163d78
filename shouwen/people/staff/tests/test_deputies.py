"""Deputies: named for a period, counting on days of absence, never for roles that stay apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.models import Deputy, Person, Unit
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = date(2026, 6, 15)


@dataclass
class Team:
    """Two colleagues, who leads them, and one of another team."""

    unit: Unit
    away: Person
    deputy: Person
    lead: Person
    narrow: Person


@pytest.fixture
def team() -> Iterator[Team]:
    """On a Monday morning."""
    bank = an_institution()
    unit, other = a_unit(bank), a_unit(bank, "二组")
    with time.frozen(MONDAY_9AM):
        yield Team(
            unit,
            a_person(unit, "agent"),
            a_person(unit, "agent"),
            a_person(unit, "lead", over=unit),
            a_person(other, "lead", over=other),
        )


def named(team: Team, *, to_on: date = TODAY + DAY) -> Deputy:
    """Name the deputy from today on, by the one who will be away."""
    return actions.name_deputy(
        team.away, team.deputy, TODAY, to_on, actor=acting(team.away), at=MONDAY_9AM
    )


def absent(team: Team, from_on: date = TODAY, to_on: date = TODAY + DAY) -> None:
    """Note an absence, as the lead does."""
    actions.note_absence(team.away, "LEAVE", from_on, to_on, actor=acting(team.lead), at=MONDAY_9AM)


def test_a_deputy_counts_on_days_of_absence_and_ends_by_itself(team: Team) -> None:
    named(team, to_on=TODAY + 3 * DAY)
    assert acting(team.deputy).stands_in_for == frozenset()
    absent(team, TODAY + DAY, TODAY + 9 * DAY)
    in_force = []
    for day in range(6):
        with time.frozen(MONDAY_9AM + day * DAY):
            in_force.append(bool(acting(team.deputy).stands_in_for))
    assert in_force == [False, True, True, True, False, False]


def test_midnight_in_shanghai_is_the_border(team: Team) -> None:
    named(team)
    absent(team)
    last = MONDAY_9AM.replace(day=16, hour=15, minute=59)
    with time.frozen(last):
        assert acting(team.deputy).stands_in_for == {team.away.public_id}
    with time.frozen(last + timedelta(minutes=1)):
        assert acting(team.deputy).stands_in_for == frozenset()


def test_it_ends_at_once_when_ended_or_when_the_person_leaves(team: Team) -> None:
    one = named(team)
    absent(team)
    assert [each.pk for each in queries.deputies_now(acting(team.deputy), MONDAY_9AM)] == [one.pk]
    actions.end_deputy(one, actor=acting(team.away), at=MONDAY_9AM)
    assert acting(team.deputy).stands_in_for == frozenset()
    with pytest.raises(NotThere):
        actions.end_deputy(one, actor=acting(team.away), at=MONDAY_9AM)
    named(team)
    actions.disable_person(team.away, actor=FOUNDER, at=MONDAY_9AM)
    assert acting(team.deputy).stands_in_for == frozenset()
    acts = AuditRow.objects.filter(act__startswith="deputy.").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "deputy.named", "deputy.ended", "deputy.named",
    ]  # fmt: skip


def test_who_plans_sees_which_deputy_stands_in_today(team: Team) -> None:
    named(team, to_on=TODAY + DAY)
    listed = queries.deputies_of_unit(acting(team.lead), team.unit.pk, MONDAY_9AM)
    assert [one.stands_in for one in listed] == [False]  # type: ignore[attr-defined]  # annotated
    absent(team, TODAY, TODAY)
    for day, stands_in in ((0, True), (1, False)):
        at = MONDAY_9AM + day * DAY
        [one] = queries.own_deputies(acting(team.deputy), at)
        assert one.stands_in is stands_in  # type: ignore[attr-defined]  # annotated


def test_roles_that_stay_apart_are_not_joined_by_standing_in(team: Team) -> None:
    actor = acting(team.away)
    for role in ("lead", "inspector", "complaints", "auditor"):
        with pytest.raises(access.RolesMustStayApart):
            actions.name_deputy(
                team.away, a_person(team.unit, role), TODAY, TODAY, actor=actor, at=MONDAY_9AM
            )
    # A role that comes later takes the deputy out of force.
    named(team)
    absent(team)
    actions.grant_role(team.away, "editor", actor=FOUNDER, at=MONDAY_9AM)
    assert acting(team.deputy).stands_in_for == {team.away.public_id}
    actions.revoke_role(team.away, "agent", actor=FOUNDER, at=MONDAY_9AM)
    actions.grant_role(team.away, "inspector", actor=FOUNDER, at=MONDAY_9AM)
    assert acting(team.deputy).stands_in_for == frozenset()


def test_who_names_whom(team: Team) -> None:
    elsewhere = a_person(a_unit(an_institution("insurer")), "agent")
    third = a_person(team.unit, "agent")

    def name(deputy: Person, actor: Person, from_on: date = TODAY, to_on: date = TODAY) -> Deputy:
        return actions.name_deputy(
            team.away, deputy, from_on, to_on, actor=acting(actor), at=MONDAY_9AM
        )

    with pytest.raises(NotAllowed):
        name(team.deputy, third)
    with pytest.raises(NotThere):
        name(team.deputy, team.narrow)
    with pytest.raises(NotThere):
        name(elsewhere, team.away)
    for deputy, from_on, to_on, field in (
        (team.away, TODAY, TODAY, "deputy"),
        (team.deputy, TODAY - DAY, TODAY, "from_on"),
        (team.deputy, TODAY + DAY, TODAY, "to_on"),
        (team.deputy, TODAY, TODAY + 400 * DAY, "to_on"),
    ):
        with pytest.raises(Invalid) as wrong:
            name(deputy, team.away, from_on, to_on)
        assert list(wrong.value.fields) == [field]
    name(team.deputy, team.lead)
    with pytest.raises(actions.DeputyNamedAlready):
        name(third, team.away)
    name(third, team.away, TODAY + DAY, TODAY + DAY)


def test_whoever_is_no_deputy_pays_nothing(
    team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        actor = acting(team.lead)
    with django_assert_num_queries(0):
        assert queries.deputies_now(actor, MONDAY_9AM) == []
        assert queries.actors_stood_in_for(actor) == []


def test_a_program_of_a_deputy_does_not_stand_in(team: Team) -> None:
    named(team)
    absent(team)
    _key, token = actions.create_api_key(
        team.unit.institution,
        role="agent",
        name="x",
        person=team.deputy,
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    actor = queries.actor_of_key(token, MONDAY_9AM)
    assert actor is not None
    assert actor.stands_in_for == frozenset()


def test_both_pages_say_so(team: Team, client: Client) -> None:
    own = "/console/roster/own/"
    days = {"from_on": "2026-06-15", "to_on": "2026-06-16"}
    client.force_login(team.away)
    wrong = client.post("/console/roster/deputies/", {**days, "deputy": "pers_none"})
    assert wrong.status_code == 422
    named_by = client.post("/console/roster/deputies/", {**days, "deputy": team.deputy.public_id})
    assert named_by["Location"] == f"{own}?done=deputy"
    absent(team)
    assert "您今天已登记缺勤" in client.get(own).content.decode()
    client.force_login(team.deputy)
    for page in (own, "/approvals/", "/cases/", "/cases/tasks/"):
        assert "您正在代理" in client.get(page).content.decode(), page
    one = Deputy.objects.get()
    assert client.post(f"/console/roster/deputies/{one.public_id}/end/").status_code == 404
    client.force_login(team.lead)
    assert one.public_id in client.get("/console/roster/").content.decode()
    ended = client.post(f"/console/roster/deputies/{one.public_id}/end/", {"back": "unit"})
    assert ended["Location"] == "/console/roster/?done=deputy_ended"


def test_programs_name_and_end_deputies(team: Team, client: Client) -> None:
    def bearer(person: Person, role: str) -> dict[str, str]:
        _key, token = actions.create_api_key(
            team.unit.institution, role=role, name="x", person=person, actor=FOUNDER, at=MONDAY_9AM
        )
        return {"Authorization": f"Bearer {token}"}

    deputies, mine = "/api/v1/rosters/deputies", bearer(team.away, "agent")
    body = {"deputy": team.deputy.public_id, "from_on": "2026-06-15", "to_on": "2026-06-16"}
    json = "application/json"
    made = client.post(deputies, body, content_type=json, headers=mine)
    assert made.status_code == 200
    assert client.post(deputies, body, content_type=json, headers=mine).status_code == 409
    listed = client.get(deputies, headers=bearer(team.deputy, "agent"))
    assert [one["id"] for one in listed.json()] == [made.json()["id"]]
    address = f"{deputies}/{made.json()['id']}"
    assert client.delete(address, headers=bearer(team.deputy, "agent")).status_code == 404
    assert client.delete(address, headers=bearer(team.lead, "lead")).status_code == 200
    assert client.delete(address, headers=mine).status_code == 404
