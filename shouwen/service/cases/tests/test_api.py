"""Cases for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.people.customers import queries as customers
from shouwen.people.staff import actions as staff
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
)

CASES = "/api/v1/cases"
BODY = {"title": "工资无法支取", "description": "客户称账户被冻结。", "channel": "CHAT"}


class Program:
    """A program with an API key."""

    def __init__(self, bank: Bank, role: str = "lead", *, as_agent: bool = False) -> None:
        _row, self.key = staff.create_api_key(
            bank.institution,
            role=role,
            name="tests",
            actor=FOUNDER,
            at=MONDAY_9AM,
            person=bank.agent if as_agent else None,
        )
        self.client = Client(raise_request_exception=False)

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.key}"}
        if key:
            headers["Idempotency-Key"] = key
        return self.client.post(
            f"{CASES}{path}", body or {}, content_type="application/json", headers=headers
        )

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(
            f"{CASES}{path}", query, headers={"Authorization": f"Bearer {self.key}"}
        )


@pytest.fixture
def program(bank: Bank) -> Program:
    """A program of the bank, with a lead's rights."""
    return Program(bank)


def test_a_case_goes_all_the_way(bank: Bank) -> None:
    program = Program(bank, "agent", as_agent=True)
    opened = program.post("", {**BODY, "customer": bank.customer.public_id})
    assert opened.status_code == 201
    ref = opened.json()["id"]
    assert {c["event"] for c in opened.json()["clocks"]} >= {"ticket.resolve"}
    resolve = next(c for c in opened.json()["clocks"] if c["event"] == "ticket.resolve")
    assert resolve["clause"] == "OM-3.2.3-02"
    assert resolve["candidates"][0].keys() == {"clause", "due_at"}
    for act, body, state in (
        ("accept", None, "ACCEPTED"),
        ("classify", {"category": "account.abnormal.frozen"}, "CLASSIFIED"),
        ("assign", {"handler": bank.agent.public_id}, "ASSIGNED"),
        ("start", None, "IN_PROGRESS"),
        ("opinion", {"cause": "误判", "solution": "解冻"}, "IN_PROGRESS"),
        ("wait", {"waits_for": "customer", "reason": "补材料"}, "WAITING_CUSTOMER"),
        ("carry-on", None, "IN_PROGRESS"),
        ("resolve", {"solution": "已解冻"}, "RESOLVED"),
        ("feedback", {"text": "已解冻", "channel": "SMS"}, "FEEDBACK_SENT"),
        ("confirm", None, "FEEDBACK_SENT"),
        ("confirm", {"by": "customer", "channel": "PHONE", "words": "好了"}, "FEEDBACK_SENT"),
        ("close", None, "CLOSED"),
    ):
        answer = program.post(f"/{ref}/{act}", body)
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.content
        if act == "feedback":
            token = answer.json()["link"].rsplit("/", 1)[1]
            case = Case.objects.get(public_id=ref)
            assert links.redeem(token, case.feedback_at or MONDAY_9AM) == case
    assert program.post(f"/{ref}/archive").status_code == 403
    assert Program(bank).post(f"/{ref}/archive").json()["state"] == "ARCHIVED"
    whole = program.get(f"/{ref}").json()
    assert (whole["owner"]["id"], whole["solution"]) == (bank.agent.public_id, "已解冻")


def test_opening_twice_with_one_key_opens_once(program: Program) -> None:
    first, again = program.post("", BODY, key="k1"), program.post("", BODY, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert Case.objects.count() == 1
    other = program.post("", {**BODY, "title": "另一件"}, key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")


def test_a_complaint_is_sent_to_its_own_door(program: Program) -> None:
    answer = program.post("", {**BODY, "kind": "COMPLAINT"}, key="k1")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "complaints-are-filed")
    assert [one["field"] for one in told["errors"]] == ["kind"]
    assert "POST /complaints" in told["errors"][0]["message"]
    assert not Case.objects.exists()


def test_a_repeated_act_with_its_key_is_done_once(bank: Bank, program: Program) -> None:
    case = a_case(bank)
    first = program.post(f"/{case.public_id}/accept", key="a1")
    again = program.post(f"/{case.public_id}/accept", key="a1")
    assert (first.status_code, again.status_code) == (200, 200)
    without = program.post(f"/{case.public_id}/accept")
    assert (without.status_code, without.json()["code"]) == (409, "case-already-accepted")
    elsewhere = program.post(f"/{a_case(bank).public_id}/accept", key="a1")
    assert elsewhere.json()["code"] == "key-reused"


def test_opening_takes_few_queries(bank: Bank, program: Program) -> None:
    body = {**BODY, "customer": bank.customer.public_id, "category": "account.abnormal.frozen"}
    program.post("", body, key="warm")
    with CaptureQueriesContext(connection) as captured:
        assert program.post("", body, key="counted").status_code == 201
    statements = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    assert len(statements) <= 25, "\n".join(statements)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({**BODY, "title": ""}, "title"),
        ({**BODY, "title": "长" * 121}, "title"),
        ({**BODY, "title": "   "}, "title"),
        ({**BODY, "description": "长" * 5001}, "description"),
        ({**BODY, "kind": "TALK"}, "kind"),
        ({**BODY, "surprise": 1}, "surprise"),
        ({**BODY, "category": "no.such"}, "category"),
        ({**BODY, "customer": "cust_nobody"}, "customer"),
        ({**BODY, "contact": "cont_nobody"}, "contact"),
        ({**BODY, "unit": "unit_nowhere"}, "unit"),
        ({**BODY, "owner": "pers_nobody"}, "owner"),
        ({**BODY, "expected_at": "soon"}, "expected_at"),
        ({**BODY, "expected_at": "2026-06-15T09:00:00"}, "expected_at"),
    ],
)
def test_wrong_input_names_its_field(program: Program, body: dict[str, Any], field: str) -> None:
    answer = program.post("", body)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert Case.objects.count() == 0


def test_nothing_of_another_institution_is_touched(bank: Bank, program: Program) -> None:
    other = a_bank("insurer")
    theirs = a_case(other)
    assert program.get(f"/{theirs.public_id}").status_code == 404
    assert program.post(f"/{theirs.public_id}/accept").status_code == 404
    assert program.get("").json()["items"] == []
    for field, ref in (
        ("customer", other.customer.public_id),
        ("unit", other.cards.public_id),
        ("owner", other.agent.public_id),
    ):
        assert program.post("", {**BODY, field: ref}).status_code == 422
    case = a_case_in("CLASSIFIED", bank)
    answer = program.post(f"/{case.public_id}/assign", {"handler": other.agent.public_id})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "handler")


@pytest.mark.parametrize(
    ("role", "reads", "works"),
    [
        ("agent", True, True),
        ("lead", True, True),
        ("complaints", True, True),
        ("inspector", True, False),
        ("risk", True, False),
        ("auditor", True, False),
        ("trainer", False, False),
        ("editor", False, False),
        ("admin", False, False),
    ],
)
def test_each_role_may_what_it_may(bank: Bank, role: str, reads: bool, works: bool) -> None:
    program = Program(bank, role)
    case = a_case(bank)
    assert (program.get("").status_code == 200) is reads
    assert (program.get(f"/{case.public_id}").status_code == 200) is reads
    assert (program.post("", BODY).status_code == 201) is works
    assert (program.post(f"/{case.public_id}/accept").status_code == 200) is works


def test_without_a_key_nothing_is_told(bank: Bank) -> None:
    case = a_case(bank)
    client = Client(raise_request_exception=False)
    for path in ("", f"/{case.public_id}"):
        assert client.get(f"{CASES}{path}").status_code == 401
        assert client.post(f"{CASES}{path}/accept" if path else CASES).status_code == 401


def test_lists_follow_their_cursor(bank: Bank, program: Program) -> None:
    cases = [a_case(bank).public_id for _ in range(3)][::-1]
    first = program.get("", limit=2).json()
    second = program.get("", limit=2, cursor=first["next"]).json()
    assert [c["id"] for c in first["items"] + second["items"]] == cases
    assert second["next"] is None
    assert program.get("", surprise=1).status_code == 422
    assert program.get("", state="GONE").status_code == 422


def test_a_phone_number_is_looked_up_by_post_only(bank: Bank, program: Program) -> None:
    case = a_case(bank)
    phone = customers.points_of(bank.customer)[0].value.plain
    assert program.get("", q=phone).status_code == 422
    found = program.post("/search", {"number": phone})
    assert [c["id"] for c in found.json()["items"]] == [case.public_id]
    assert program.post("/search", {"number": "林晓棠林晓棠林晓"}).status_code == 422


def test_the_categories_are_listed(bank: Bank, program: Program) -> None:
    answer = program.client.get(
        "/api/v1/categories", headers={"Authorization": f"Bearer {program.key}"}
    )
    assert answer.json() == {
        "items": [
            {"code": "account.abnormal.frozen", "path": ["账户服务", "账户异常", "账户冻结"]},
            {"code": "account.abnormal.locked", "path": ["账户服务", "账户异常", "密码锁定"]},
        ]
    }


def test_closing_says_who_is_missing(bank: Bank, program: Program) -> None:
    case = a_case_in("FEEDBACK_SENT", bank)
    answer = program.post(f"/{case.public_id}/close")
    assert (answer.status_code, answer.json()["code"]) == (409, "agent-has-not-confirmed")
    program.post(f"/{case.public_id}/confirm")
    answer = program.post(f"/{case.public_id}/close")
    assert (answer.status_code, answer.json()["code"]) == (409, "customer-has-not-confirmed")


def test_a_program_without_a_name_opens_from_a_contact(bank: Bank, program: Program) -> None:
    answer = program.post("", BODY)
    assert (answer.json()["owner"], answer.json()["customer"]) == (None, None)
    linked = program.post(f"/{answer.json()['id']}/customer", {"customer": bank.customer.public_id})
    assert linked.json()["customer"] == bank.customer.public_id
