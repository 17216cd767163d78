"""The form of a case on its page and for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import queries
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.cases.tests.test_forms import (
    AMOUNT,
    CALLED,
    CARD,
    MERCHANT,
    SERIAL,
    ask,
    fill,
)
from shouwen.service.cases.tests.test_pages import page_of

CATEGORIES = "/api/v1/categories"
FORM = {
    "version": 0,
    "items": [
        {"code": "serial", "kind": "TEXT", "name_zh": "流水号", "needed_at": "OPENING"},
        {
            "code": "sort",
            "kind": "CHOICE",
            "name_zh": "类型",
            "choices": [{"code": "a", "name_zh": "甲"}, {"code": "b", "name_zh": "乙"}],
        },
    ],
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_card_is_filled_in_and_ticked(bank: Bank, language: str) -> None:
    Person.objects.filter(pk=bank.agent.pk).update(language=language)
    bank.agent.refresh_from_db()
    ask(bank, AMOUNT, MERCHANT, CALLED, CARD)
    case = a_case_in("IN_PROGRESS", bank)
    me = signed_in(bank.agent)
    page = me.get(page_of(case)).content.decode()
    assert 'name="form.amount"' in page
    assert ("2 needed for the next step" in page) == (language == "en")
    sent = {"form.amount": "2,386.5", "form.sort": "web", "form.called": "yes", "point": "called"}
    answer = me.post(page_of(case, "do", "form"), sent)
    assert answer.status_code == 200
    assert 'value="2386.50"' in answer.content.decode()
    said = {one.item.code: one.said for one in queries.asked_of(case) if one.said}
    assert said == {"amount": "2386.50", "sort": "web", "called": "yes"}
    # A box that is not ticked sends nothing: the point that was shown says so.
    me.post(page_of(case, "do", "form"), {"form.amount": "2386.50", "point": "called"})
    [point] = [one for one in queries.asked_of(case) if one.item.is_point]
    assert point.said == ""
    card = me.get(page_of(case, "asked")).content.decode()
    assert f"{case.public_id}/asked/" in card


def test_a_wrong_entry_is_said_beside_its_field_and_stays_typed(bank: Bank) -> None:
    ask(bank, AMOUNT, MERCHANT)
    case = a_case_in("IN_PROGRESS", bank)
    sent = {"form.amount": "much", "form.sort": "web"}
    answer = signed_in(bank.agent).post(page_of(case, "do", "form"), sent)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert 'value="much"' in words
    assert 'value="web" selected' in words
    assert queries.asked_of(case)[1].said == ""
    assert answer["HX-Retarget"] == "#case-asked"


def test_a_press_that_comes_too_early_names_what_is_missing(bank: Bank) -> None:
    ask(bank, AMOUNT, CALLED)
    case = a_case_in("IN_PROGRESS", bank)
    me = signed_in(bank.agent)
    me.post(page_of(case, "do", "opinion"), {"cause": "原因", "solution": "办法"})
    answer = me.post(page_of(case, "do", "resolve"))
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "请先填写“争议金额”" in words
    assert "请先勾选“已致电商户”" in words


def test_others_read_and_do_not_fill_in(bank: Bank) -> None:
    ask(bank, AMOUNT)
    case, other = a_case_in("IN_PROGRESS", bank), a_bank("insurer")
    fill(case, bank, amount="20")
    seen = signed_in(bank.auditor).get(page_of(case)).content.decode()
    assert "20.00" in seen
    assert 'name="form.amount"' not in seen
    sent = {"form.amount": "30"}
    assert signed_in(bank.auditor).post(page_of(case, "do", "form"), sent).status_code == 403
    assert signed_in(other.agent).post(page_of(case, "do", "form"), sent).status_code == 404
    assert signed_in(other.agent).get(page_of(case, "asked")).status_code == 404


@pytest.mark.parametrize("items", [1, 3])
def test_the_card_costs_the_same_for_any_length(bank: Bank, items: int) -> None:
    ask(bank, *(AMOUNT, MERCHANT, SERIAL)[:items])
    case = a_case_in("CLASSIFIED", bank)
    me = signed_in(bank.lead)
    me.get(page_of(case, "asked"))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        me.get(page_of(case, "asked"))
    mine = [one for one in seen if "cases_caseform" in one["sql"] or "cases_caseans" in one["sql"]]
    assert len(mine) == 2


@pytest.fixture
def setup(bank: Bank) -> Any:
    """Send one request as an administrator's program."""
    key = Program(bank, "admin").key
    client = Client(raise_request_exception=False)

    def send(method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        act = getattr(client, method)
        return act(f"{CATEGORIES}{path}", body, content_type="application/json", headers=headers)

    return send


def test_a_program_sets_a_form_and_another_fills_it_in(bank: Bank, setup: Any) -> None:
    leaf = f"/{bank.frozen.code}/form"
    made = setup("put", leaf, FORM)
    assert (made.status_code, made.json()["version"]) == (200, 1)
    assert [one["category"] for one in made.json()["items"]] == [bank.frozen.code] * 2
    assert setup("put", leaf, {**FORM, "items": []}).status_code == 409
    program = Program(bank)
    body = {"title": "卡被冻结", "description": "客户来电。", "category": bank.frozen.code}
    missing = program.post("", body)
    assert missing.status_code == 422
    assert missing.json()["code"] == "form-incomplete"
    assert [one["field"] for one in missing.json()["errors"]] == ["form.serial"]
    opened = program.post("", {**body, "answers": {"serial": "T-1"}}, key="one").json()
    ref = opened["id"]
    filled = program.post(f"/{ref}/form", {"answers": {"sort": "b"}})
    assert [(one["code"], one["answer"]) for one in filled.json()["form"]] == [
        ("serial", "T-1"),
        ("sort", "b"),
    ]
    assert filled.json()["form"][1]["answered_by"] == "tests"


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": -1, "items": []},
        {"version": 0, "items": [{"code": "x", "kind": "COLOUR", "name_zh": "色"}]},
        {"version": 0, "items": [{"code": "X", "kind": "TEXT", "name_zh": "色"}]},
        {"version": 0, "items": [{"code": "x", "kind": "TEXT", "name_zh": "\ud83d"}]},
        {"version": 0, "items": [{"code": "x", "kind": "CHOICE", "name_zh": "色"}]},
        {
            "version": 0,
            "items": [{"code": f"x{n}", "kind": "TEXT", "name_zh": "色"} for n in range(41)],
        },
    ],
)
def test_a_wrong_form_is_refused(bank: Bank, setup: Any, wrong: Any) -> None:
    assert setup("put", f"/{bank.frozen.code}/form", wrong).status_code in (400, 422)
    assert setup("put", "/nowhere/form", FORM).status_code == 404


@pytest.mark.parametrize("wrong", [{"answers": {"none": "1"}}, {"answers": {"amount": "x"}}, {}])
def test_wrong_answers_are_refused(bank: Bank, wrong: Any) -> None:
    ask(bank, AMOUNT)
    case = a_case_in("IN_PROGRESS", bank)
    assert Program(bank).post(f"/{case.public_id}/form", wrong).status_code == 422
