"""The ledger: who sees which cases, by which view, filter and search."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import queries as customers
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries import Filters, View, searching
from shouwen.service.cases.queries.ledger import count_ledger
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
    a_question,
    later,
)


def listed(actor: Actor, at: datetime = MONDAY_9AM, **asked: object) -> list[Case]:
    page = queries.ledger(actor, Filters(**asked), at=at)  # type: ignore[arg-type]  # as asked
    return [row.case for row in page.rows]


def test_each_sees_what_is_within_reach(bank: Bank) -> None:
    mine = a_case(bank)
    loan = actions.open_case(
        a_question(), unit=bank.loans, actor=bank.acting(bank.outsider), at=MONDAY_9AM
    )
    nobodys = actions.open_case(a_question(), actor=bank.key, at=MONDAY_9AM)
    a_case(a_bank("insurer"))
    sees = {
        bank.agent: [nobodys, mine],
        bank.lead: [nobodys, mine],
        bank.outsider: [nobodys, loan],
        bank.auditor: [nobodys, loan, mine],
        bank.inspector: [nobodys, loan, mine],
    }
    for person, cases in sees.items():
        assert listed(bank.acting(person)) == cases
        for case in (mine, loan, nobodys):
            if case in cases:
                assert queries.case_for(bank.acting(person), case.public_id) == case
            else:
                with pytest.raises(NotThere):
                    queries.case_for(bank.acting(person), case.public_id)
    with pytest.raises(NotAllowed):
        listed(bank.acting(bank.admin))


def test_a_case_handed_to_another_unit_stays_in_its_owners_sight(bank: Bank) -> None:
    case = a_case_in("CLASSIFIED", bank)
    actions.assign(case, bank.outsider, actor=bank.key, at=later(minutes=3))
    case.refresh_from_db()
    assert case.unit == bank.loans
    assert listed(bank.me) == [case]
    assert listed(bank.acting(bank.outsider), view=View.MINE) == [case]
    assert listed(bank.acting(bank.colleague)) == []


def test_views_hold_what_they_say(bank: Bank) -> None:
    new = a_case(bank)
    working = a_case_in("IN_PROGRESS", bank, channel="CHAT")
    waiting = a_case_in("IN_PROGRESS", bank)
    actions.wait_outside(waiting, reason="调单", actor=bank.me, at=later(hours=1))
    told = a_case_in("FEEDBACK_SENT", bank)
    closed = a_case_in("CLOSED", bank)
    me, boss = bank.me, bank.boss
    assert listed(me, view=View.ALL) == [closed, told, waiting, working, new]
    assert listed(me, view=View.OPEN) == [told, waiting, working, new]
    assert listed(me, view=View.OWNED) == [told, waiting, working, new]
    assert listed(me, view=View.MINE) == [told, waiting, working]
    assert listed(boss, view=View.MINE) == []
    assert listed(boss, view=View.UNIT) == [told, waiting, working, new]
    assert listed(me, view=View.WAITING) == [waiting]
    assert listed(me, view=View.ANSWER) == [told]
    assert working.due_at == later(hours=24)  # OM-3.2.3-02, on the web
    assert listed(me, at=later(hours=23.5), view=View.SOON)[0] in (working, new)
    assert working in listed(me, at=later(hours=25), view=View.LATE)
    assert working not in listed(me, at=later(hours=25), view=View.SOON)
    counted = queries.counts(me, at=later(hours=1)).by_view
    assert (counted["open"], counted["waiting"], counted["answer"]) == (4, 1, 1)
    assert queries.badge_count(me) == 3


def test_filters_narrow(bank: Bank) -> None:
    frozen = a_case_in("IN_PROGRESS", bank)
    a_case(bank)
    actions.classify(frozen, bank.locked, urgency="URGENT", actor=bank.me, at=later(hours=1))
    for asked in (
        {"category": "account.abnormal.locked"},
        {"urgency": "URGENT"},
        {"state": "IN_PROGRESS"},
        {"handler": "me"},
        {"handler": bank.agent.public_id},
    ):
        assert listed(bank.me, **asked) == [frozen]
    assert listed(bank.me, since=later(hours=1)) == []
    assert len(listed(bank.me, until=later(hours=1))) == 2


def test_pages_follow_on_each_other_both_ways(bank: Bank) -> None:
    cases = [a_case(bank) for _ in range(5)][::-1]
    filters = Filters(limit=2)
    first = queries.ledger(bank.me, filters, at=MONDAY_9AM)
    second = queries.ledger(bank.me, replace(filters, after=first.next), at=MONDAY_9AM)
    third = queries.ledger(bank.me, replace(filters, after=second.next), at=MONDAY_9AM)
    back = queries.ledger(bank.me, replace(filters, before=third.previous), at=MONDAY_9AM)
    assert [r.case for page in (first, second, third) for r in page.rows] == cases
    assert (first.previous, third.next) == ("", "")
    assert [r.case for r in back.rows] == [r.case for r in second.rows]


def test_words_and_numbers_find_cases(bank: Bank) -> None:
    card = a_case(bank, title="ATM吞卡未退")
    frozen = a_case_in("CLASSIFIED", bank, title="工资无法支取")
    foreign = a_case(a_bank("insurer"), title="ATM吞卡")
    assert listed(bank.me, q="吞卡") == [card]
    assert listed(bank.me, q="atm") == [card]
    assert listed(bank.me, q="账户冻结") == [frozen]
    assert listed(bank.me, q="工资 冻结") == [frozen]
    assert listed(bank.me, q=card.number.lower()) == [card]
    assert listed(bank.me, q="卡") == []
    assert listed(bank.acting(bank.outsider), q="吞卡") == []
    assert foreign.title == "ATM吞卡"


def test_a_search_for_common_words_goes_on_where_it_stopped(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LOOKED_AT", 2)
    both = a_case(bank, title="吞卡 退款")
    cards = [a_case(bank, title="吞卡") for _ in range(3)]
    for _ in range(4):
        a_case(bank, title="退款")
    filters = Filters(q="吞卡 退款", limit=2)
    first = queries.ledger(bank.me, filters, at=MONDAY_9AM)
    assert first.rows == []
    assert first.looked_until == cards[1].opened_at
    second = queries.ledger(bank.me, replace(filters, after=first.next), at=MONDAY_9AM)
    assert ([r.case for r in second.rows], second.next) == ([both], "")
    assert second.looked_until is None
    back = queries.ledger(bank.me, replace(filters, before=second.previous), at=MONDAY_9AM)
    assert (back.rows, back.looked_until) == ([], cards[1].opened_at)
    assert count_ledger(bank.me, filters, 10, at=MONDAY_9AM) == 1


def test_where_a_search_stopped_names_no_case_and_leads_nowhere_else(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LOOKED_AT", 1)
    for title in ("吞卡 退款", "退款", "退款", "退款", "吞卡", "吞卡"):
        a_case(bank, title=title)
    words = Filters(q="吞卡 退款")
    token = queries.ledger(bank.me, words, at=MONDAY_9AM).next
    again = queries.ledger(bank.me, words, at=MONDAY_9AM).next
    assert len(token) == 48
    assert token != again
    assert not set(Case.objects.values_list("public_id", flat=True)) & {token, again}
    elsewhere = a_bank("insurer")
    spoilt = token[:-1] + ("A" if token[-1] != "A" else "B")
    for actor, filters in (
        (bank.me, replace(words, after=spoilt)),
        (bank.me, Filters(after=token)),
        (elsewhere.me, replace(words, after=token)),
    ):
        with pytest.raises(Invalid) as refused:
            queries.ledger(actor, filters, at=MONDAY_9AM)
        assert set(refused.value.fields) == {"cursor"}


def test_one_common_word_needs_no_stop(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "LOOKED_AT", 2)
    cases = [a_case(bank, title="吞卡") for _ in range(4)][::-1]
    everywhere = replace(bank.me, all_units=True)
    page = queries.ledger(everywhere, Filters(q="吞卡", limit=3), at=MONDAY_9AM)
    assert [row.case for row in page.rows] == cases[:3]
    assert (page.next, page.looked_until) == (cases[2].public_id, None)


def test_a_page_says_how_far_a_search_has_looked(
    client: Client, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LOOKED_AT", 1)
    for title in ("吞卡 退款", "退款", "退款", "退款", "吞卡", "吞卡"):
        a_case(bank, title=title)
    client.force_login(bank.agent)
    shown = client.get("/cases/", {"view": "all", "q": "吞卡 退款"}).content.decode()
    assert "目前没有找到" in shown
    assert "可继续翻页" in shown
    onwards = re.search(r"after=([A-Za-z0-9_-]{48})(?![A-Za-z0-9_-])", shown)
    assert onwards is not None
    page = client.get("/cases/", {"view": "all", "q": "吞卡 退款", "after": onwards[1]})
    assert page.status_code == 200


def test_a_search_is_on_the_trail_without_personal_values(bank: Bank) -> None:
    case = a_case(bank)
    phone = customers.points_of(bank.customer)[0].value.plain
    page = actions.look_for_customer(bank.me, phone, Filters(), at=later(hours=1))
    assert [row.case for row in page.rows] == [case]
    actions.look_for(bank.me, Filters(q="吞卡"), at=later(hours=1))
    rows = AuditRow.objects.filter(act__in=("customer.searched", "case.searched")).order_by("id")
    assert [row.act for row in rows] == ["customer.searched", "case.searched"]
    assert not any(phone in f"{row.detail}{row.purpose}{row.fields}" for row in rows)
    with pytest.raises(Invalid):
        actions.look_for_customer(bank.me, "林晓棠", Filters(), at=later(hours=1))
    with pytest.raises(NotAllowed):
        actions.look_for_customer(bank.acting(bank.auditor), phone, Filters(), at=later(hours=1))


def test_the_ledger_costs_the_same_for_any_length(bank: Bank) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            queries.ledger(bank.me, Filters(), at=later(hours=1))
        return len(captured)

    a_case_in("IN_PROGRESS", bank)
    cost()  # policy and keys are read once
    one = cost()
    for _ in range(2):
        a_case_in("IN_PROGRESS", bank)
    assert cost() == one
    assert one <= 8


def test_the_customer_sees_only_what_is_theirs_to_see(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    actions.add_note(case, "内部：疑似团伙", actor=bank.me, at=later(hours=1))
    actions.add_note(case, "已联系卡组织", for_customer=True, actor=bank.me, at=later(hours=1))
    view = queries.portal_view(queries.case_for(bank.caller, case.public_id))
    assert [e.act for e in view.entries] == ["note", "start", "accept", "open"]
    assert view.entries[0].text == "已联系卡组织"
    assert (view.may_confirm, view.may_object, view.feedback) == (False, False, "")
    told = a_case_in("FEEDBACK_SENT", bank)
    view = queries.portal_view(told)
    assert (view.may_confirm, view.may_object) == (True, True)
    assert view.feedback == "已换发新卡，款项两日内到账。"
