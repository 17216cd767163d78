"""Personal answers to a category's form: masked everywhere, opened one by one on the trail."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault import sequencer
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, CaseAnswer
from shouwen.service.cases.queries import Filters
from shouwen.service.cases.rules.asking import Choice, Item, Kind, Step
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case, a_case_in, later
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.cases.tests.test_forms import AMOUNT, CALLED, CARD, MERCHANT, ask, fill
from shouwen.service.cases.tests.test_pages import page_of

AT = later(hours=6)
NUMBER = "6222021234567"
PERSONAL = (
    CARD,
    Item("born", Kind.DATE, "出生日期", "Born", is_personal=True),
    Item(
        "health",
        Kind.CHOICE,
        "健康状况",
        "Health",
        is_personal=True,
        choices=(Choice("a", "良好", "Good"), Choice("b", "一般", "Fair")),
    ),
)


@pytest.fixture
def case(bank: Bank) -> Case:
    """A case with one personal answer of each sort and one that is not."""
    ask(bank, *PERSONAL, AMOUNT)
    made = a_case_in("IN_PROGRESS", bank)
    fill(made, bank, card=NUMBER, born="1990-02-03", health="b", amount="20")
    return made


def answer_of(case: Case, code: str) -> CaseAnswer:
    return CaseAnswer.objects.get(case=case, code=code)


def opened(person: Person, answer: CaseAnswer, **more: str) -> Any:
    sent = {"kind": "cases.caseanswer", "ref": answer.public_id, "field": "words"}
    return signed_in(person).post(reverse("vault:reveal"), {**sent, **more})


def taken(bank: Bank, filters: Filters, language: str = "zh-hans") -> list[list[str]]:
    export = actions.ask_export(
        filters, kind="csv", reason="复盘", language=language, actor=bank.boss, at=AT
    )
    actions.write_waiting(AT)
    data = actions.download(export.public_id, actor=bank.boss, at=AT).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data)))
    return rows[: rows.index([])]


@pytest.mark.parametrize("who", ["agent", "lead", "auditor"])
def test_nobody_reads_a_personal_answer_without_opening_it(
    bank: Bank, case: Case, who: str
) -> None:
    person = getattr(bank, who)
    for parts in ((), ("asked",), ("parts",)):
        page = signed_in(person).get(page_of(case, *parts)).content.decode()
        for plain in (NUMBER, "1990-02-03", 'value="b" selected'):
            assert plain not in page
    page = signed_in(person).get(page_of(case)).content.decode()
    assert "20.00" in page
    assert "****" in page
    assert ("/vault/" in page and "caseanswer" in page) == (who != "auditor")


def test_one_is_opened_with_a_reason_and_on_the_trail(bank: Bank, case: Case) -> None:
    card = answer_of(case, "card")
    assert opened(bank.agent, card).status_code == 422
    shown = opened(bank.agent, card, reason="handle-business")
    assert shown.status_code == 200
    assert NUMBER in shown.content.decode()
    row = AuditRow.objects.filter(act="value.revealed").latest("pk")
    assert (row.object_kind, row.object_ref, row.purpose) == (
        "cases.caseanswer",
        card.public_id,
        "handle-business",
    )
    assert json.loads(row.detail) == {"case": case.public_id}
    sequencer.sequence_pending(time.now())
    trail = signed_in(bank.auditor).get("/console/audit/?act=value.revealed").content.decode()
    assert f"/cases/{case.public_id}/" in trail
    # A choice is read by its name, a day as a day.
    for code, words in (("health", "一般"), ("born", "1990-02-03")):
        seen = opened(bank.agent, answer_of(case, code), reason="handle-business")
        assert words in seen.content.decode()


def test_who_works_masked_or_elsewhere_opens_none(bank: Bank, case: Case) -> None:
    card, other = answer_of(case, "card"), a_bank("insurer")
    for person, status in (
        (bank.auditor, 403),
        (bank.inspector, 403),
        (bank.outsider, 404),
        (other.agent, 404),
    ):
        assert opened(person, card, reason="handle-business").status_code == status
    assert opened(bank.agent, card, reason="handle-business", ref="x" * 90).status_code == 404
    assert opened(bank.agent, card, reason="handle-business", field="value").status_code == 404


def test_an_empty_field_keeps_a_masked_answer_and_a_tick_takes_it_away(
    bank: Bank, case: Case
) -> None:
    client = signed_in(bank.agent)
    card = client.get(page_of(case, "asked")).content.decode()
    assert 'name="kept" value="card"' in card
    form = {
        "form.card": "",
        "form.born": "1991-01-01",
        "form.health": "",
        "form.amount": "30",
        "kept": ["card", "born", "health"],
    }
    assert client.post(page_of(case, "do", "form"), form).status_code == 200
    said = {one.item.code: one.said for one in queries.asked_of(case)}
    assert said == {"card": NUMBER, "born": "1991-01-01", "health": "b", "amount": "30.00"}
    client.post(page_of(case, "do", "form"), {**form, "gone": ["card"], "form.born": ""})
    said = {one.item.code: one.said for one in queries.asked_of(case)}
    assert said == {"card": "", "born": "1991-01-01", "health": "b", "amount": "30.00"}
    wrong = client.post(page_of(case, "do", "form"), {**form, "form.born": "gone"})
    assert wrong.status_code == 422
    assert "1991-01-01" not in wrong.content.decode()


def test_the_timeline_says_that_and_not_what(bank: Bank, case: Case) -> None:
    [entry] = [e for e in queries.timeline(case) if e.act == "form"]
    assert "卡号：****" in entry.text
    assert "争议金额：20.00元" in entry.text
    assert NUMBER not in entry.text


def test_programs_get_the_mask_and_cannot_send_it_back(bank: Bank, case: Case) -> None:
    program = Program(bank)
    form = {one["code"]: one["answer"] for one in program.get(f"/{case.public_id}").json()["form"]}
    assert form == {"card": "****", "born": "****", "health": "****", "amount": "20.00"}
    text = Item("who", Kind.TEXT, "收款人", is_personal=True)
    ask(bank, *PERSONAL, AMOUNT, text, seen=1)
    again = a_case_in("IN_PROGRESS", bank)
    with pytest.raises(Invalid) as error:
        fill(again, bank, who="林****")
    assert list(error.value.fields) == ["form.who"]
    answer = program.post(f"/{again.public_id}/form", {"answers": {"who": "****"}})
    assert answer.status_code == 422


def test_a_category_export_has_a_column_for_each_item(bank: Bank, case: Case) -> None:
    story = Item("story", Kind.LONG, "经过")
    note = Item("note", Kind.TEXT, "=备注")
    count = Item("count", Kind.NUMBER, "笔数")
    ask(bank, AMOUNT, MERCHANT, CALLED, story, note, count, seen=1)
    later_case = a_case_in("IN_PROGRESS", bank)
    fill(
        later_case,
        bank,
        amount="2386.5",
        sort="web",
        called="yes",
        story="电话13812345678",
        note="=1+1",
        count="-3",
    )
    plain = a_case_in("ACCEPTED", bank)
    actions.classify(plain, bank.locked, actor=bank.me, at=AT)
    head, *rows = taken(bank, Filters(category=bank.frozen.code))
    named = [dict(zip(head, row, strict=True)) for row in rows]
    keys = ["争议金额（元）", "商户类型", "已致电商户", "经过", "'=备注", "笔数", "卡号"]
    assert [[row[key] for key in keys] for row in named] == [
        ["2386.5", "网络商户", "是", "电话138****5678", "'=1+1", "-3", ""],
        ["20.0", "", "", "", "", "", "****"],
    ]
    assert NUMBER not in json.dumps(rows)
    english, *_rest = taken(bank, Filters(category=bank.frozen.code), "en")
    assert "Disputed amount (CNY)" in english


def test_an_export_of_all_has_the_answers_in_one_column(bank: Bank, case: Case) -> None:
    a_case(bank)
    head, *rows = taken(bank, Filters())
    assert head[-1] == "填写项"
    assert [row[-1] for row in rows] == [
        "",
        "卡号: ****; 出生日期: ****; 健康状况: ****; 争议金额: 20.00元",
    ]


def test_an_export_speaks_of_its_own_institution_alone(bank: Bank, case: Case) -> None:
    other = a_bank("insurer")
    ask(other, Item("theirs", Kind.TEXT, "他行项"))
    made = a_case_in("IN_PROGRESS", other)
    fill(made, other, theirs="他行答")
    rows = taken(bank, Filters(category=bank.frozen.code))
    assert "他行项" not in rows[0]
    assert len(rows) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_answers_of_many_cases_cost_two_queries(bank: Bank, case: Case, rows: int) -> None:
    more = [a_case_in("IN_PROGRESS", bank) for _ in range(rows)]
    for one in more:
        fill(one, bank, card=NUMBER, amount="1")
    with CaptureQueriesContext(connection) as seen:
        found = queries.asked_of_all(more)
    assert len(seen) == 2
    assert all([one.item.code for one in found[one_case.pk]] for one_case in more)


def test_an_item_needed_is_there_though_masked(bank: Bank) -> None:
    ask(bank, Item("card", Kind.NUMBER, "卡号", needed_at=Step.RESOLVE, is_personal=True))
    case = a_case_in("IN_PROGRESS", bank)
    fill(case, bank, card=NUMBER)
    actions.resolve(case, solution="已处理", actor=bank.me, at=later(hours=1))
    assert case.state == "RESOLVED"
