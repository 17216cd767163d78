"""What a category asks: set up in versions, inherited, filled in, and waited for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.service.cases import actions, queries
from shouwen.service.cases.actions import FormIncomplete
from shouwen.service.cases.models import Case, CaseAnswer, Category, CategoryForm
from shouwen.service.cases.rules import asking as rules
from shouwen.service.cases.rules.asking import Choice, Item, Kind, Step
from shouwen.service.cases.tests.factories import (
    Bank,
    a_bank,
    a_case,
    a_case_in,
    a_question,
    later,
)

SERIAL = Item("serial", Kind.TEXT, "交易流水号", "Serial number", Step.OPENING)
AMOUNT = Item("amount", Kind.AMOUNT, "争议金额", "Disputed amount", Step.RESOLVE)
CARD = Item("card", Kind.NUMBER, "卡号", "Card number", is_personal=True)
CALLED = Item("called", Kind.POINT, "已致电商户", "Merchant called", Step.RESOLVE)
TOLD = Item("told", Kind.POINT, "已告知时限", "Limit told", Step.CLOSE)
FILED = Item("filed", Kind.DATE, "归档材料日期", "Papers dated", Step.ARCHIVE)
MERCHANT = Item(
    "sort",
    Kind.CHOICE,
    "商户类型",
    choices=(Choice("web", "网络商户", "Online"), Choice("shop", "实体商户")),
)


def ask(bank: Bank, *items: Item, of: Category | None = None, seen: int = 0) -> CategoryForm:
    """Have the leaf ask these."""
    boss = bank.acting(bank.admin)
    return actions.set_form(of or bank.frozen, items, seen=seen, actor=boss, at=later())


def fill(case: Case, bank: Bank, **answers: str) -> None:
    """Fill in as the agent."""
    actions.fill_form(case, answers, actor=bank.me, at=later(minutes=30))


def said(case: Case) -> dict[str, str]:
    """Give the answers by code."""
    return {one.item.code: one.said for one in queries.asked_of(case) if one.said}


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (Kind.TEXT, " 网银 ", "网银"),
        (Kind.TEXT, "一\n二", None),
        (Kind.TEXT, "长" * 201, None),
        (Kind.LONG, "一\n二", "一\n二"),
        (Kind.LONG, "\x00", None),
        (Kind.NUMBER, "-3.50", "-3.50"),
        (Kind.NUMBER, "٣", None),
        (Kind.NUMBER, "1e5", None),
        (Kind.NUMBER, "9" * 21, None),
        (Kind.AMOUNT, "2,386", "2386.00"),
        (Kind.AMOUNT, "-1", None),
        (Kind.AMOUNT, "1.005", None),
        (Kind.DATE, "2026-02-29", None),
        (Kind.DATE, "2026-06-16", "2026-06-16"),
        (Kind.DATE, "0001-01-01", None),
        (Kind.CHOICE, "web", "web"),
        (Kind.CHOICE, "other", None),
        (Kind.YES_NO, "no", "no"),
        (Kind.YES_NO, "maybe", None),
        (Kind.POINT, "yes", "yes"),
        (Kind.POINT, "no", ""),
        (Kind.DATE, "  ", ""),
    ],
)
def test_an_answer_is_of_its_kind(kind: Kind, text: str, kept: str | None) -> None:
    item = Item("x", kind, "某项", choices=MERCHANT.choices if kind is Kind.CHOICE else ())
    assert rules.value_of(item, text) == kept


def test_a_case_is_asked_what_its_whole_branch_asks(bank: Bank) -> None:
    middle = bank.frozen.parent
    assert middle is not None
    ask(bank, MERCHANT, of=middle.parent)
    ask(bank, AMOUNT)
    case = a_case_in("CLASSIFIED", bank)
    assert [one.item.code for one in queries.asked_of(case)] == ["sort", "amount"]
    with pytest.raises(Invalid) as error:
        ask(bank, MERCHANT, of=bank.locked)
    assert list(error.value.fields) == ["items.0.code"]


def test_a_case_keeps_the_version_it_began_with(bank: Bank) -> None:
    early = a_case_in("IN_PROGRESS", bank)
    ask(bank, AMOUNT)
    case = a_case_in("IN_PROGRESS", bank)
    ask(bank, AMOUNT, MERCHANT, CALLED, seen=1)
    assert queries.asked_of(early) == []
    assert [one.item.code for one in queries.asked_of(case)] == ["amount"]
    actions.resolve(early, solution="已解决", actor=bank.me, at=later(hours=1))
    after = a_case_in("CLASSIFIED", bank)
    assert [one.item.code for one in queries.asked_of(after)] == ["amount", "sort", "called"]
    detail = json.loads(AuditRow.objects.filter(act="case.form_set").latest("pk").detail)
    assert detail["version"] == 2
    assert json.loads(detail["before"]) == []
    assert [one["code"] for one in json.loads(detail["after"])] == ["called", "sort"]


def test_each_step_waits_for_what_it_needs_and_names_it(bank: Bank) -> None:
    ask(bank, SERIAL, AMOUNT, CALLED, TOLD, FILED)
    case = a_case_in("ASSIGNED", bank)

    def lacks(act: Callable[..., Any], *codes: str, **more: Any) -> None:
        with pytest.raises(FormIncomplete) as error:
            act(case, actor=more.pop("actor", bank.me), at=later(hours=1), **more)
        assert list(error.value.fields) == [f"form.{code}" for code in codes]

    lacks(actions.start_work, "serial")
    fill(case, bank, serial="T-2386")
    actions.start_work(case, actor=bank.me, at=later(hours=1))
    lacks(actions.resolve, "amount", "called", solution="已垫付")
    fill(case, bank, amount="2,386", called="yes")
    actions.resolve(case, solution="已垫付", actor=bank.me, at=later(hours=2))
    actions.send_feedback(case, "已垫付。", "PHONE", actor=bank.me, at=later(hours=2))
    actions.confirm_by_agent(case, actor=bank.me, at=later(hours=3))
    actions.confirm_by_customer(case, actor=bank.caller, at=later(hours=3))
    lacks(actions.close, "told")
    fill(case, bank, told="yes")
    actions.close(case, actor=bank.me, at=later(hours=4))
    lacks(actions.archive, "filed", actor=bank.boss)
    fill(case, bank, filed="2026-06-16")
    actions.archive(case, actor=bank.boss, at=later(hours=5))
    with pytest.raises(Conflict):
        fill(case, bank, filed="2026-06-17")


def test_an_item_needed_at_opening_is_needed_with_the_category(bank: Bank) -> None:
    ask(bank, SERIAL, AMOUNT)

    def opened(**answers: str) -> Case:
        return actions.open_case(
            a_question(), category=bank.frozen, answers=answers, actor=bank.me, at=later()
        )

    with pytest.raises(FormIncomplete) as error:
        opened(amount="1")
    assert list(error.value.fields) == ["form.serial"]
    assert Case.objects.count() == 0
    assert said(opened(serial="T-1")) == {"serial": "T-1"}
    with pytest.raises(Invalid) as stray:
        opened(serial="T-1", colour="red")
    assert list(stray.value.fields) == ["form.colour"]
    with pytest.raises(Invalid):
        actions.open_case(a_question(), answers={"serial": "1"}, actor=bank.me, at=later())


def test_what_is_personal_is_sealed_and_what_looks_so_is_refused(bank: Bank) -> None:
    length = Item("length", Kind.NUMBER, "长度")
    place = Item("place", Kind.TEXT, "地点")
    words = Item("words", Kind.LONG, "经过")
    ask(bank, CARD, length, place, words)
    case = a_case_in("ACCEPTED", bank)
    actions.classify(case, bank.frozen, actor=bank.me, at=later(minutes=3))
    fill(case, bank, card="6222021234567", place="电话13812345678", words="家住建国路1号")
    rows = {row.code: (row.value, row.words is not None) for row in CaseAnswer.objects.all()}
    assert rows["card"] == ("", True)
    assert rows["words"] == ("", True)
    assert "13812345678" not in rows["place"][0]
    assert said(case)["card"] == "6222021234567"
    with pytest.raises(Invalid) as error:
        fill(case, bank, length="13812345678")
    assert list(error.value.fields) == ["form.length"]
    with pytest.raises(Invalid):
        fill(case, bank, card="none")


def test_who_ticked_what_when_stands_there_and_on_the_timeline(bank: Bank) -> None:
    ask(bank, CALLED, AMOUNT)
    case = a_case_in("IN_PROGRESS", bank)
    fill(case, bank, called="yes", amount="20")
    [point] = [one for one in queries.asked_of(case) if one.item.is_point]
    assert (point.answered_by, point.answered_at) == (bank.agent.name, later(minutes=30))
    fill(case, bank, called="no", amount="20.00")
    entries = [entry.text for entry in queries.timeline(case) if entry.act == "form"]
    assert entries == ["取消勾选：已致电商户", "已勾选：已致电商户\n争议金额：20.00元"]
    before = case.version
    fill(case, bank, amount="20")
    assert len([e for e in queries.timeline(case) if e.act == "form"]) == 2
    assert case.version == before


def test_another_category_asks_anew_and_what_was_said_stays_to_be_read(bank: Bank) -> None:
    ask(bank, AMOUNT)
    ask(bank, AMOUNT, CALLED, of=bank.locked)
    case = a_case_in("IN_PROGRESS", bank)
    fill(case, bank, amount="20")
    actions.classify(case, bank.locked, actor=bank.me, at=later(hours=1))
    assert said(case) == {"amount": "20.00"}
    ask(bank, CALLED, of=bank.locked, seen=1)
    actions.classify(case, bank.frozen, actor=bank.me, at=later(hours=2))
    actions.classify(case, bank.locked, actor=bank.me, at=later(hours=3))
    asked = [(one.item.code, one.is_asked) for one in queries.asked_of(case)]
    assert asked == [("called", True), ("amount", False)]
    with pytest.raises(Invalid):
        fill(case, bank, amount="30")


def test_items_are_put_moved_and_dropped_one_by_one(bank: Bank) -> None:
    boss = bank.acting(bank.admin)
    more: dict[str, Any] = {"actor": boss, "at": later()}
    actions.put_item(bank.frozen, AMOUNT, seen=0, **more)
    free = Item("", Kind.TEXT, "备注")
    actions.put_item(bank.frozen, free, seen=1, **more)
    with pytest.raises(Conflict):
        actions.put_item(bank.frozen, SERIAL, seen=1, **more)
    actions.move_item(bank.frozen, "f1", up=True, seen=2, **more)
    renamed = Item("", Kind.AMOUNT, "金额")
    form = actions.put_item(bank.frozen, renamed, replaces="amount", seen=3, **more)
    assert [(one.code, one.name_zh) for one in form.asked] == [("f1", "备注"), ("amount", "金额")]
    form = actions.drop_item(bank.frozen, "f1", seen=4, **more)
    assert [one.code for one in form.asked] == ["amount"]
    with pytest.raises(NotThere):
        actions.drop_item(bank.frozen, "f1", seen=5, **more)


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (Item("A", Kind.TEXT, "某"), "code"),
        (Item("a", Kind.TEXT, " "), "name_zh"),
        (Item("a", Kind.TEXT, "某", "x" * 81), "name_en"),
        (Item("a", Kind.TEXT, "某", needed_at=Step.CLOSE), "needed_at"),
        (Item("a", Kind.POINT, "某", needed_at=Step.OPENING), "needed_at"),
        (Item("a", Kind.POINT, "某", needed_at=Step.CLOSE, is_personal=True), "is_personal"),
        (Item("a", Kind.CHOICE, "某"), "choices"),
        (Item("a", Kind.TEXT, "某", choices=MERCHANT.choices), "choices"),
        (Item("a", Kind.CHOICE, "某", choices=(Choice("b", "一"), Choice("b", "二"))), "choices"),
        (Item("a", Kind.CHOICE, "某", choices=(Choice("b", "一"), Choice("C", "二"))), "choices"),
    ],
)
def test_a_wrong_item_names_its_field(bank: Bank, item: Item, field: str) -> None:
    with pytest.raises(Invalid) as error:
        ask(bank, item)
    assert list(error.value.fields) == [f"items.0.{field}"]


def test_each_institution_asks_its_own(bank: Bank) -> None:
    other = a_bank("insurer")
    for actor, error in ((other.acting(other.admin), NotThere), (bank.boss, NotAllowed)):
        with pytest.raises(error):
            actions.set_form(bank.frozen, [AMOUNT], seen=0, actor=actor, at=later())
    ask(bank, AMOUNT)
    theirs = a_case(other)
    with pytest.raises(NotThere):
        actions.fill_form(theirs, {"amount": "1"}, actor=bank.me, at=later())
    assert queries.asked_at_opening(other.institution.pk, bank.frozen.code) == []
