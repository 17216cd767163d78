"""Scripts as programs word them: with the rights of the page, against a revision, and once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shouwen.front.desk import queries
from shouwen.front.desk.models import Script
from shouwen.front.desk.tests.factories import MONDAY_9AM, Centre, a_centre, a_waiting_contact
from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import FOUNDER, a_person, a_unit

pytestmark = pytest.mark.django_db
Asks = Callable[..., Any]
HOME = "/api/v1/scripts"
CARD: dict[str, Any] = {
    "kind": "GUIDANCE",
    "shortcut": "BK",
    "title_zh": "补卡指引",
    "body_zh": "补办{业务名称}请携带有效证件。",
}
ONCE = {"Idempotency-Key": "one"}


def program_of(centre: Centre, role: str, person: Person | None = None) -> Asks:
    """Give a program with a key; it asks on Monday at nine."""
    _row, token = staff.create_api_key(
        centre.institution, role=role, name="CMS", person=person, actor=FOUNDER, at=MONDAY_9AM
    )

    def ask(method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        with time.frozen(MONDAY_9AM):
            return Client(raise_request_exception=False).generic(
                method,
                f"{HOME}{path}",
                json.dumps(body) if body is not None else "",
                content_type="application/json",
                headers={"Authorization": f"Bearer {token}", **headers},
            )

    return ask


@pytest.fixture
def centre() -> Centre:
    return a_centre()


@pytest.fixture
def admin(centre: Centre) -> Asks:
    return program_of(centre, "admin")


def _offered(centre: Centre) -> list[str]:
    contact = a_waiting_contact(centre)
    found = queries.scripts_for(centre.first, contact, "bk", at=MONDAY_9AM)
    return [script.title for script in found if script.shortcut == "bk"]


def test_a_program_writes_a_script_once_and_the_desk_offers_it(centre: Centre, admin: Asks) -> None:
    first, second = (admin("POST", "", CARD, **ONCE) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    made = first.json()
    assert (made["shortcut"], made["revision"], made["unit"], made["channels"]) == (
        "bk",
        1,
        None,
        [],
    )
    assert _offered(centre) == ["补卡指引"]
    other = admin("POST", "", {**CARD, "title_zh": "另一条"}, **ONCE)
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    taken = admin("POST", "", CARD)
    assert (taken.status_code, taken.json()["code"]) == (409, "shortcut-taken")
    assert AuditRow.objects.filter(act="script.written").count() == 1


def test_it_is_reworded_against_its_revision_and_the_trail_has_both(
    centre: Centre, admin: Asks
) -> None:
    ref = admin("POST", "", CARD).json()["id"]
    said = {**CARD, "body_zh": "请到网点补卡。", "channels": ["chat", "chat"], "revision": 1}
    changed = admin("PUT", f"/{ref}", said).json()
    assert (changed["body_zh"], changed["channels"], changed["revision"]) == (
        "请到网点补卡。",
        ["chat"],
        2,
    )
    assert admin("PUT", f"/{ref}", said).status_code == 409
    row = AuditRow.objects.get(act="script.changed")
    assert json.loads(row.detail)["body_zh.before"] == CARD["body_zh"]


def test_it_is_set_aside_and_given_back(centre: Centre, admin: Asks) -> None:
    ref = admin("POST", "", CARD).json()["id"]
    for _twice in range(2):
        aside = admin("POST", f"/{ref}/aside", {"revision": 1}, **ONCE)
        assert (aside.status_code, aside.json()["is_active"]) == (200, False)
    assert _offered(centre) == []
    listed = admin("GET", "?standing=ASIDE").json()["items"]
    assert [one["id"] for one in listed] == [ref]
    back = admin("POST", f"/{ref}/back", {"revision": 2}).json()
    assert (back["is_active"], back["revision"]) == (True, 3)
    assert admin("POST", f"/{ref}/aside", {"revision": 1}).status_code == 409


def test_the_list_is_asked_by_words_kind_and_unit_and_turns_its_pages(
    centre: Centre, admin: Asks
) -> None:
    unit = centre.first.unit.public_id
    ref = admin("POST", "", {**CARD, "unit": unit}).json()["id"]

    def ids(query: str) -> list[str]:
        return [one["id"] for one in admin("GET", f"?{query}").json()["items"]]

    assert ids("q=补卡") == ids(f"unit={unit}") == [ref]
    assert ref in ids("kind=GUIDANCE")
    assert ref not in ids("unit=all")
    assert ids("standing=LATER") == []
    seen: list[str] = []
    cursor = ""
    while True:
        page = admin("GET", f"?cursor={cursor}" if cursor else "").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == Script.objects.count()
    assert admin("GET", "?cursor=script_none").status_code == 404
    assert admin("GET", "?standing=GONE").status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body_zh": "请输入{密码}"}, "body_zh"),
        ({"body_zh": "我明白您的意思。"}, "body_zh"),
        ({"body_zh": " "}, "body_zh"),
        ({"shortcut": "补卡"}, "shortcut"),
        ({"kind": "GOSSIP"}, "kind"),
        ({"unit": "unit_none"}, "unit"),
        ({"valid_from": "2026-06-16", "valid_until": "2026-06-15"}, "valid_until"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    centre: Centre, admin: Asks, change: dict[str, Any], field: str
) -> None:
    before = Script.objects.count()
    answer = admin("POST", "", {**CARD, **change})
    assert answer.status_code == 422
    assert [wrong["field"] for wrong in answer.json()["errors"]] == [field]
    assert Script.objects.count() == before


def test_a_units_lead_words_that_units_alone_and_an_agent_none(centre: Centre, admin: Asks) -> None:
    unit = centre.first.unit
    other = a_unit(centre.institution, "贷款组")
    small = program_of(centre, "lead", a_person(unit, "lead", over=unit))
    assert small("POST", "", {**CARD, "unit": unit.public_id}).status_code == 201
    assert small("POST", "", {**CARD, "shortcut": "bk2"}).status_code == 403
    beyond = {**CARD, "shortcut": "bk2", "unit": other.public_id}
    assert small("POST", "", beyond).status_code == 422
    ref = admin("POST", "", beyond).json()["id"]
    assert small("GET", f"/{ref}").status_code == 404
    agent = program_of(centre, "agent", centre.first)
    assert agent("GET").status_code == agent("POST", "", CARD).status_code == 403
    theirs = program_of(a_centre("insurer"), "admin")
    assert theirs("PUT", f"/{ref}", {**beyond, "revision": 1}).status_code == 404
