"""People and units for an HR system: read, taken in, let go; roles stay with two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    PASSWORD,
    a_person,
    a_unit,
    an_institution,
)

PEOPLE = "/api/v1/people"
NEW = {"username": "newcomer", "staff_no": "N1", "name": "新同事"}
Ask = Callable[..., Any]


@pytest.fixture
def centre(db: None) -> Unit:
    """The top unit of a bank."""
    return a_unit(an_institution())


@pytest.fixture
def cards(centre: Unit) -> Unit:
    """A team below it."""
    return a_unit(centre.institution, "信用卡组", centre)


def program(unit: Unit, role: str = "admin") -> Ask:
    """Give what a program of a role does: ask by method, path, body and idempotency key."""
    _row, token = actions.create_api_key(
        name="HR", role=role, institution=unit.institution, actor=FOUNDER, at=MONDAY_9AM
    )

    def ask(method: str, path: str, body: object = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        send = getattr(Client(), method)
        if method == "get":
            return send(f"/api/v1{path}", headers=headers)
        return send(f"/api/v1{path}", body or {}, content_type="application/json", headers=headers)

    return ask


def names(answer: Any) -> list[str]:
    """Give the usernames of a list."""
    return [one["username"] for one in answer.json()["items"]]


def test_units_come_as_a_tree_with_their_paths(centre: Unit, cards: Unit) -> None:
    a_person(cards, "agent")
    old = a_unit(centre.institution, "旧组", centre)
    actions.close_unit(old, actor=FOUNDER, at=MONDAY_9AM)
    a_unit(an_institution("insurer"))
    answer = program(centre, "auditor")("get", "/units").json()
    top, team, closed = answer["items"]
    assert answer["next"] is None
    assert (top["path"], top["parent"], top["people"], top["people_below"]) == (
        ["客服中心"],
        None,
        0,
        1,
    )
    assert team == {
        "id": cards.public_id,
        "name_zh": "信用卡组",
        "name_en": "",
        "parent": centre.public_id,
        "path": ["客服中心", "信用卡组"],
        "people": 1,
        "people_below": 1,
        "closed_at": None,
    }
    assert (closed["id"], closed["closed_at"] is None) == (old.public_id, False)


def test_people_are_listed_by_unit_role_and_standing(centre: Unit, cards: Unit) -> None:
    a_person(centre, "admin", username="boss")
    a_person(cards, "agent", username="agent", over=cards)
    gone = a_person(cards, "agent", username="gone")
    actions.disable_person(gone, actor=FOUNDER, at=MONDAY_9AM)
    a_person(a_unit(an_institution("insurer")), "agent", username="stranger")
    ask = program(centre, "risk")
    assert names(ask("get", "/people")) == ["boss", "agent"]
    assert names(ask("get", f"/people?unit={cards.public_id}")) == ["agent"]
    assert names(ask("get", "/people?role=admin")) == ["boss"]
    assert names(ask("get", "/people?standing=disabled")) == ["gone"]
    assert names(ask("get", "/people?standing=all&q=o")) == ["boss", "gone"]
    [line] = ask("get", "/people?role=agent").json()["items"]
    assert line.keys() == {
        "id",
        "staff_no",
        "username",
        "name",
        "unit",
        "unit_name",
        "is_active",
        "roles",
    }
    assert line["roles"] == [{"role": "agent", "unit": cards.public_id}]
    for wrong in ("role=king", "unit=unit_none", "cursor=pers_none", "standing=gone", "page=2"):
        answer = ask("get", f"/people?{wrong}")
        [told] = answer.json()["errors"]
        assert (answer.status_code, told["field"]) == (422, wrong.partition("=")[0])


def test_a_long_list_goes_on_from_its_cursor(centre: Unit) -> None:
    made = [a_person(centre, username=f"p{n}") for n in range(51)]
    ask = program(centre)
    first = ask("get", "/people").json()
    rest = ask("get", f"/people?cursor={first['next']}").json()
    assert len(first["items"]) == 50
    assert rest["next"] is None
    listed = [one["id"] for one in first["items"] + rest["items"]]
    assert listed == [person.public_id for person in made]


@pytest.mark.parametrize("people", [1, 6])
def test_the_list_costs_the_same_for_any_length(
    centre: Unit, people: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _n in range(people):
        a_person(centre, "agent")
    ask = program(centre)
    ask("get", "/people")
    with django_assert_max_num_queries(8):
        assert len(ask("get", "/people").json()["items"]) == people


def test_a_person_is_read_with_roles_and_qualifications(centre: Unit) -> None:
    mentor = a_person(centre, "agent", username="mentor")
    actions.set_experience(
        mentor, since=date(2010, 1, 1), mentor=None, actor=FOUNDER, at=MONDAY_9AM
    )
    person = a_person(centre, "agent")
    skill = actions.define_skill(
        institution=centre.institution, code="card", name_zh="信用卡", actor=FOUNDER, at=MONDAY_9AM
    )
    actions.teach_skill(
        person,
        skill,
        3,
        expires_on=date(2190, 1, 1),
        certificate="XYK-1",
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    today = time.now().date()
    actions.set_experience(person, since=today, mentor=mentor, actor=FOUNDER, at=time.now())
    read = program(centre, "auditor")("get", f"/people/{person.public_id}").json()
    assert (read["roles"], read["is_active"]) == ([{"role": "agent", "unit": None}], True)
    assert (read["mentor"], read["needs_mentor"]) == (
        {"id": mentor.public_id, "name": mentor.name},
        False,
    )
    assert read["qualifications"] == [
        {
            "skill": "card",
            "name_zh": "信用卡",
            "name_en": "",
            "level": 3,
            "certificate": "XYK-1",
            "expires_on": "2190-01-01",
            "has_ended": False,
            "ends_soon": False,
        }
    ]


def test_a_new_person_is_taken_in_once_and_chooses_a_password_by_the_link(centre: Unit) -> None:
    ask, body = program(centre), {**NEW, "unit": centre.public_id}
    made, again = (ask("post", "/people", body, key="hr-1") for _turn in range(2))
    assert (made.status_code, again.status_code) == (201, 201)
    link = made.json()["invitation"]
    assert link.startswith("http://testserver/accounts/invitation/")
    assert again.json() == {**made.json(), "invitation": None}
    assert made.json()["roles"] == []
    acts = AuditRow.objects.filter(act__startswith="person.").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["person.hired", "person.invited"]
    assert Client().post(link, {"password": PASSWORD})["Location"] == "/accounts/login/"
    twice = ask("post", "/people", body)
    assert (twice.status_code, twice.json()["code"]) == (409, "person-known-already")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "A B"}, "username"),
        ({"staff_no": "9" * 30}, "staff_no"),
        ({"name": " "}, "name"),
        ({"unit": "unit_none"}, "unit"),
        ({"language": "fr"}, "language"),
        ({"password": PASSWORD}, "password"),
        ({"role": "admin"}, "role"),
    ],
)
def test_a_wrong_entry_is_named_and_nobody_is_taken_in(
    centre: Unit, wrong: dict[str, str], field: str
) -> None:
    answer = program(centre)("post", "/people", {**NEW, "unit": centre.public_id, **wrong}, key="k")
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert not Person.objects.filter(username=NEW["username"]).exists()


def test_a_leaver_is_signed_out_and_may_come_back(centre: Unit) -> None:
    person = a_person(centre, "agent", username="leaver", password=PASSWORD)
    ask, where = program(centre), f"/people/{person.public_id}"
    for _turn in range(2):
        answer = ask("post", f"{where}/disable")
        assert (answer.status_code, answer.json()["is_active"]) == (200, False)
    assert AuditRow.objects.filter(act="person.disabled").count() == 1
    assert ask("post", f"{where}/reinstate").json()["is_active"] is True
    for act in ("disable", "reinstate"):
        assert program(centre, "risk")("post", f"{where}/{act}").status_code == 403
        elsewhere = program(a_unit(an_institution(f"other{act}")))
        assert elsewhere("post", f"{where}/{act}").status_code == 404
