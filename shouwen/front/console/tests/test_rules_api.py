"""The working calendar and forbidden words for other systems, by the rights of the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import queries
from shouwen.ground.policy.models import HousePhrase
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff import actions as people
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests import factories as staff

WORDS = {
    "phrase": "闭眼买入",
    "kind": "false_claim",
    "say_instead": "产品有风险，以说明书为准。",
    "source": "合规〔2026〕8号",
}
Ask = Callable[..., Any]


def program(unit: Unit, role: str, person: Person | None = None) -> Ask:
    """Give what a program of a role does: ask by method, path, body and idempotency key."""
    _row, token = people.create_api_key(
        name="core",
        role=role,
        institution=unit.institution,
        person=person,
        actor=staff.FOUNDER,
        at=staff.MONDAY_9AM,
    )

    def ask(method: str, path: str, body: object = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        kind = {} if method == "get" else {"content_type": "application/json"}
        sent = getattr(Client(), method)
        return sent(f"/api/v1/policy{path}", body or {}, headers=headers, **kind)

    return ask


def test_the_calendar_of_a_year_is_read_as_limits_reckon_with_it(centre: Unit) -> None:
    read = program(centre, "agent")("get", "/calendar?year=2026").json()
    assert read["week"][:2] == [
        {"weekday": 0, "begins": "09:00", "ends": "12:00"},
        {"weekday": 0, "begins": "13:00", "ends": "18:00"},
    ]
    assert {one["weekday"] for one in read["week"]} == {0, 1, 2, 3, 4}
    off = [one for one in read["differing"] if not one["is_worked"]]
    assert off[0]["first"] == "2026-01-01"
    assert {one["is_own"] for one in read["differing"]} == {False}
    assert (read["year"], read["worked_days"], read["is_decreed"]) == (2026, 248, True)
    later = program(centre, "agent")("get", "/calendar?year=2099").json()
    assert (later["is_decreed"], later["differing"][0]["last"]) == (False, "2099-01-01")


@pytest.mark.parametrize("year", ["1999", "2101", "soon", "-1"])
def test_a_year_beyond_the_calendar_is_refused_by_name(centre: Unit, year: str) -> None:
    answer = program(centre, "agent")("get", f"/calendar?year={year}")
    [told] = answer.json()["errors"]
    assert (answer.status_code, told["field"]) == (422, "year")


def test_days_are_asked_for_and_count_when_a_second_person_has_approved(centre: Unit) -> None:
    risk, second = (staff.a_person(centre, "risk") for _turn in range(2))
    day = day_of(time.now()) + timedelta(days=40)
    body = {
        "days": [{"first": str(day), "what": "OFF", "name": "抢险"}],
        "reason": "市政府通知",
    }
    ask, where = program(centre, "risk", risk), f"/calendar?year={day.year}"
    before = ask("get", where).json()
    made, again = (ask("post", "/calendar/days", body, key="k1") for _turn in range(2))
    assert (made.status_code, again.json()) == (201, made.json())
    assert (made.json()["state"], made.json()["may_decide"]) == ("WAITING", False)
    assert ask("get", where).json() == before
    twice = ask("post", "/calendar/days", body)
    assert (twice.status_code, twice.json()["code"]) == (409, "change-waits")
    approvals.approve(Approval.objects.get(), "同意", actor=staff.acting(second), at=time.now())
    after = ask("get", where).json()
    own = [one for one in after["differing"] if one["is_own"]]
    assert own == [
        {
            "first": str(day),
            "last": str(day),
            "name": "抢险",
            "is_worked": False,
            "is_own": True,
        }
    ]


def test_wrong_days_are_named_and_nothing_is_asked(centre: Unit) -> None:
    ask = program(centre, "risk", staff.a_person(centre, "risk"))
    days = [
        {"first": "2199-01-01", "what": "OFF"},
        {"first": "2199-02-02", "last": "2199-02-01", "what": "OFF"},
    ]
    answer = ask("post", "/calendar/days", {"days": days, "reason": "通知"})
    [told] = answer.json()["errors"]
    assert (answer.status_code, told["field"]) == (422, "days.1.last")
    bare = program(centre, "risk")("post", "/calendar/days", {"days": days[:1], "reason": "通知"})
    assert (bare.status_code, bare.json()["code"]) == (403, "not-allowed")
    assert not Approval.objects.exists()


def test_words_are_forbidden_once_and_said_again(centre: Unit) -> None:
    ask = program(centre, "risk")
    made, again = (ask("post", "/phrases", WORDS, key="k1") for _turn in range(2))
    assert (made.status_code, again.json()) == (201, made.json())
    expected = {**WORDS, "id": HousePhrase.objects.get().public_id, "channels": [], "counts": True}
    assert made.json() == expected
    reader = program(centre, "agent")
    assert reader("get", "/phrases?own=true").json() == {"items": [expected], "next": None}
    every = reader("get", "/phrases").json()["items"]
    assert every[0] == expected
    assert {one["id"] for one in every[1:]} == {None}
    assert {one["kind"] for one in every} >= {"false_claim", "insult", "vague"}
    twice = ask("post", "/phrases", WORDS)
    assert (twice.status_code, twice.json()["code"]) == (409, "phrase-known-already")
    where = f"/phrases/{expected['id']}"
    assert reader("delete", where).status_code == 403
    elsewhere = staff.a_unit(staff.an_institution("insurer"))
    assert program(elsewhere, "risk")("delete", where).status_code == 404
    assert ask("delete", where).json() == expected
    assert ask("delete", where).status_code == 404
    assert queries.phrase_rows(centre.institution_id, time.now())[0].ref == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phrase": "—"}, "phrase"),
        ({"phrase": "—·—"}, "phrase"),
        ({"kind": "rude"}, "kind"),
        ({"channel": "fax"}, "channel"),
        ({"say_instead": " "}, "say_instead"),
        ({"surprise": "1"}, "surprise"),
    ],
)
def test_wrong_words_are_named_and_nothing_is_forbidden(
    centre: Unit, wrong: dict[str, str], field: str
) -> None:
    answer = program(centre, "admin")("post", "/phrases", {**WORDS, **wrong}, key="k")
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert not HousePhrase.objects.exists()
