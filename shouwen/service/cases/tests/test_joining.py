"""Several cases become one, and one becomes two."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from shouwen.contact.conversations import actions as conversations
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import defaults
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.people.customers import actions as customers
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, CaseRelation
from shouwen.service.cases.rules.merging import Duty, put_off
from shouwen.service.cases.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
    a_question,
    a_task,
    later,
)
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.cases.tests.test_by_customer import PNG
from shouwen.service.cases.tests.test_pages import page_of
from shouwen.service.cases.tests.test_racing import at_once

REASON = "客户两次来电说的是同一笔扣款。"
AT = later(hours=2)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("owner", "handler", "customer", "merged_into").get(
        pk=case.pk
    )


def merge(main: Case, *others: Case, actor: Actor, at: datetime = AT) -> None:
    actions.merge_cases(main, others, reason=REASON, actor=actor, at=at)


@pytest.fixture
def ruled(bank: Bank) -> Bank:
    """The bank with the packs in force."""
    home = bank.institution.pk
    defaults.adopt_as_insurer(home, actor=FOUNDER, approver=bank.key, at=MONDAY_9AM)
    return bank


def test_merged_cases_end_point_to_the_main_one_and_lose_nothing(ruled: Bank) -> None:
    main, other = a_case_in("IN_PROGRESS", ruled), a_case_in("IN_PROGRESS", ruled)
    earlier = a_case(ruled)
    merge(other, earlier, actor=ruled.me, at=later(hours=1))
    task = a_task(ruled, fresh(other), at=later(hours=1))
    actions.add_material(other, files=[actions.Upload("a.png", PNG)], actor=ruled.caller, at=AT)
    other = fresh(other)
    merge(main, other, actor=ruled.me)
    other, main = fresh(other), fresh(main)
    assert (other.state, other.is_open, other.merged_into) == ("MERGED", False, main)
    # The case merged before goes along, so that nobody follows a chain.
    assert fresh(earlier).merged_into == main
    assert [row.other for row in queries.merged_into(ruled.me, main)] == [other, earlier]
    ended = Clock.objects.filter(subject_ref=other.public_id).exclude(state="STOPPED")
    assert {clock.state for clock in ended} == {"CANCELLED"}
    reasons = ClockEntry.objects.filter(clock__in=ended, act="CANCELLED")
    assert {entry.reason for entry in reasons} == {"case.merged"}
    assert [row.task for row in queries.tasks_of(ruled.me, main, AT)] == [task]
    assert [file.name.plain for file in queries.files_of(main)] == ["a.png"]
    with pytest.raises(actions.TasksStillOpen):
        actions.resolve(main, solution="已办", actor=ruled.me, at=later(hours=3))
    answerer = ruled.acting(ruled.outsider)
    actions.answer_task(
        queries.task_for(answerer, task.public_id), "已核对", actor=answerer, at=later(hours=3)
    )
    told = {(e.act, e.subject_name) for e in queries.timeline(main)}
    assert {("merge_in", other.number), ("task_answer", ruled.loans.name_zh)} <= told
    assert ("merge", main.number) in {(e.act, e.subject_name) for e in queries.timeline(other)}


def test_nothing_more_is_done_on_a_merged_case(bank: Bank) -> None:
    main, other = a_case_in("IN_PROGRESS", bank), a_case_in("IN_PROGRESS", bank)
    merge(main, other, actor=bank.me)
    other, at = fresh(other), later(hours=3)
    me = bank.me
    for act in (
        lambda: actions.resolve(other, solution="x", actor=me, at=at),
        lambda: actions.add_note(other, "x", actor=me, at=at),
        lambda: actions.reopen(other, reason="x", actor=me, at=at),
        lambda: actions.relate_cases(other, main, "RELATED", actor=me, at=at),
        lambda: actions.assign(other, bank.colleague, actor=me, at=at),
        lambda: actions.split_case(other, a_question(), actor=me, at=at),
        lambda: merge(other, a_case(bank), actor=me, at=at),
        lambda: merge(main, other, actor=me, at=at),
    ):
        with pytest.raises(actions.CaseMerged) as refused:
            act()
        assert main.number in str(refused.value)
    words = signed_in(bank.agent).get(page_of(other)).content.decode()
    assert page_of(main) in words
    assert "btn-primary" not in words.split("<main", 1)[1]


def test_only_one_customers_cases_are_merged(bank: Bank) -> None:
    main = a_case(bank)
    stranger = customers.register_customer(
        bank.institution, name="贺知秋", phone="13700001111", actor=bank.me, at=MONDAY_9AM
    )
    theirs = actions.open_case(a_question(), customer=stranger, actor=bank.me, at=MONDAY_9AM)
    unknown = actions.open_case(a_question(), actor=bank.me, at=MONDAY_9AM)
    for pair in ((main, theirs), (main, unknown), (unknown, main)):
        with pytest.raises(actions.OtherCustomer):
            merge(*pair, actor=bank.me)
    for others in ((), (main,)):
        with pytest.raises(Invalid):
            merge(main, *others, actor=bank.me)
    with pytest.raises(Invalid):
        actions.merge_cases(main, [a_case(bank)], reason=" ", actor=bank.me, at=AT)


def test_who_merges_and_splits(bank: Bank) -> None:
    main, other = a_case(bank), a_case(bank)
    colleagues = actions.open_case(
        a_question(), customer=bank.customer, actor=bank.acting(bank.colleague), at=MONDAY_9AM
    )
    with pytest.raises(NotAllowed):
        merge(main, colleagues, actor=bank.me)
    far = actions.open_case(
        a_question(),
        customer=bank.customer,
        unit=bank.loans,
        actor=bank.acting(bank.outsider),
        at=MONDAY_9AM,
    )
    foreign = a_case(a_bank("insurer"))
    for away in (far, foreign):
        with pytest.raises(NotThere):
            merge(main, away, actor=bank.me)
        with pytest.raises(Invalid):
            queries.cases_to_merge(bank.me, [away.public_id])
        with pytest.raises(NotThere):
            actions.split_case(away, a_question(), actor=bank.me, at=AT)
    for reader in (bank.acting(bank.inspector), bank.acting(bank.auditor)):
        with pytest.raises(NotAllowed):
            merge(main, other, actor=reader)
    assert [case.pk for case in queries.may_be_merged(bank.me, main)] == [other.pk]
    merge(main, colleagues, other, actor=bank.boss)
    assert queries.may_be_merged(bank.me, main) == []


@pytest.mark.parametrize("state", ["RESOLVED", "FEEDBACK_SENT", "CLOSED", "ARCHIVED"])
def test_what_has_its_result_is_neither_merged_nor_split(bank: Bank, state: str) -> None:
    done, other = a_case_in(state, bank), a_case(bank)
    for pair in ((done, other), (other, done)):
        with pytest.raises(actions.ResultIsThere):
            merge(*pair, actor=bank.boss)
    with pytest.raises(actions.ResultIsThere):
        actions.split_case(done, a_question(), actor=bank.boss, at=later(days=1))
    assert CaseRelation.objects.count() == 0


def test_merging_puts_no_limit_off(ruled: Bank) -> None:
    older = a_case_in("IN_PROGRESS", ruled)
    newer = actions.open_case(
        a_question(), customer=ruled.customer, actor=ruled.me, at=later(hours=1)
    )
    with pytest.raises(actions.MergeWouldDelay) as refused:
        merge(newer, older, actor=ruled.me)
    assert older.number in str(refused.value)
    merge(older, newer, actor=ruled.me)
    complaint = actions.open_case(
        a_question(kind="COMPLAINT"),
        customer=ruled.customer,
        is_led=True,
        actor=ruled.me,
        at=later(hours=2),
    )
    with pytest.raises(actions.MergeWouldDelay):
        merge(fresh(older), complaint, actor=ruled.me, at=later(hours=3))


moments = st.integers(0, 9).map(lambda hours: MONDAY_9AM + timedelta(hours=hours))
duties = st.lists(
    st.builds(Duty, st.sampled_from(["a.accept", "a.resolve", "b.resolve"]), moments, st.booleans())
)


@given(merged=duties, main=duties)
def test_no_open_duty_is_fulfilled_later(merged: list[Duty], main: list[Duty]) -> None:
    if put_off(merged, main) is not None:
        return
    for duty in (d for d in merged if not d.is_done):
        same = [d for d in main if d.sort == duty.sort]
        assert any(d.is_done or d.due_at <= duty.due_at for d in same)


def test_the_database_knows_where_a_merged_case_went(bank: Bank) -> None:
    case = a_case(bank)
    for values in ({"state": "MERGED", "is_open": False}, {"merged_into": a_case(bank)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_the_same_pair_both_ways_merge_once() -> None:
    bank = a_bank()
    pair = (a_case(bank), a_case(bank))
    sides = [pair, pair[::-1]] * 4

    def press() -> object:
        main, other = sides.pop()
        merge(fresh(main), fresh(other), actor=bank.me)
        return None

    assert at_once(press).count(None) == 1
    assert Case.objects.filter(state="MERGED").count() == 1


def test_a_part_becomes_a_case_of_its_own(ruled: Bank) -> None:
    contact = conversations.open_contact(
        institution=ruled.institution,
        channel="chat",
        visitor_ref=ruled.caller.ref,
        customer=ruled.customer,
        subject="两件事",
        actor=ruled.caller,
        at=MONDAY_9AM,
    )
    case = actions.open_case(a_question(), contact=contact, actor=ruled.me, at=MONDAY_9AM)
    part = actions.split_case(
        case, a_question("年费减免"), category=ruled.locked, actor=ruled.me, at=AT
    )
    assert (part.customer, part.contact, part.owner) == (ruled.customer, contact, ruled.agent)
    assert (part.state, part.title, part.opened_at) == ("NEW", "年费减免", AT)
    clocks = Clock.objects.filter(subject_ref=part.public_id, state="RUNNING")
    assert {clock.started_at for clock in clocks} == {AT}
    roles = [(r.other.pk, r.role) for r in queries.relations_of(ruled.me, part)]
    assert roles == [(case.pk, "SPLIT")]
    assert [r.role for r in queries.relations_of(ruled.me, case)] == ["PART"]
    assert "split" in {e.act for e in queries.timeline(case)}
    assert "split_from" in {e.act for e in queries.timeline(part)}
    # Where a part came from is not forgotten, nor said of cases that were not split.
    with pytest.raises(actions.NotRelated):
        actions.unrelate_cases(part, case, actor=ruled.me, at=later(hours=3))
    with pytest.raises(Invalid):
        actions.relate_cases(part, a_case(ruled), "SPLIT", actor=ruled.me, at=later(hours=3))


def test_merging_and_splitting_on_the_page(bank: Bank) -> None:
    main, other, client = a_case(bank), a_case(bank), signed_in(bank.agent)
    offered = client.get(page_of(main, "ask", "merge")).content.decode()
    assert other.number in offered
    for wrong in ({}, {"other": other.public_id}, {"other": "case_x", "reason": REASON}):
        assert client.post(page_of(main, "do", "merge"), wrong).status_code == 422
    form = {"other": other.public_id, "reason": REASON}
    assert client.post(page_of(main, "do", "merge"), form).status_code == 200
    assert page_of(other) in client.get(page_of(main)).content.decode()
    assert client.get(page_of(main, "ask", "merge")).status_code == 200
    assert client.get(page_of(main, "ask", "split")).status_code == 200
    part = {"title": "年费减免", "description": "另要求减免年费。"}
    for wrong in ({}, {**part, "title": " "}, {**part, "category": "no.such"}):
        assert client.post(page_of(main, "do", "split"), wrong).status_code == 422
    assert client.post(page_of(main, "do", "split"), part).status_code == 200
    assert "年费减免" in client.get(page_of(main)).content.decode()


def test_the_customer_sees_where_it_goes_on(bank: Bank) -> None:
    main, other = a_case(bank), a_case(bank)
    merge(main, other, actor=bank.me)
    view = queries.portal_view(fresh(other))
    assert (view.state, view.may_add, view.may_urge, view.may_withdraw) == (
        "MERGED",
        False,
        False,
        False,
    )
    assert (view.entries[0].act, view.entries[0].text) == ("merge", main.number)


def test_programs_merge_and_split(bank: Bank) -> None:
    program, main, other = Program(bank), a_case(bank), a_case(bank)
    body = {"cases": [other.public_id], "reason": REASON}
    told = [program.post(f"/{main.public_id}/merge", body, "m1") for _ in range(2)]
    assert [t.status_code for t in told] == [200, 200]
    merged = program.get(f"/{main.public_id}/merged").json()
    assert merged == {"items": [{"case": other.public_id, "number": other.number}]}
    read = program.get(f"/{other.public_id}").json()
    assert (read["state"], read["merged_into"]) == ("MERGED", main.public_id)
    again = program.post(f"/{main.public_id}/merge", body)
    assert (again.status_code, again.json()["code"]) == (409, "case-merged")
    wrong: dict[str, Any]
    for wrong in ({"cases": []}, {"cases": ["x"]}, {"reason": ""}, {"more": 1}):
        answer = program.post(f"/{main.public_id}/merge", {**body, **wrong})
        assert answer.status_code == 422, wrong
    part = {"title": "年费减免", "description": "另要求减免年费。", "kind": "CONSULT"}
    made = [program.post(f"/{main.public_id}/split", part, "s1") for _ in range(2)]
    assert [m.status_code for m in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    [link] = program.get(f"/{main.public_id}/links").json()["items"]
    assert (link["case"], link["role"]) == (made[0].json()["id"], "PART")
    for wrong in ({"unit": "unit_x"}, {"category": "no"}, {"kind": "X"}, {"title": ""}):
        answer = program.post(f"/{main.public_id}/split", {**part, **wrong})
        assert answer.status_code == 422, wrong


def test_a_complaint_is_no_part_of_a_case(bank: Bank) -> None:
    case = a_case(bank)
    question = actions.part_of(case, "投诉", "客户投诉客服态度。", "COMPLAINT")
    with pytest.raises(actions.ComplaintsAreFiled):
        actions.split_case(case, question, actor=bank.me, at=AT)
    answer = Program(bank).post(
        f"/{case.public_id}/split",
        {"title": "投诉", "description": "客户投诉客服态度。", "kind": "COMPLAINT"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "complaints-are-filed")
    # What was opened as one before there was the ledger's rule is neither split nor merged here.
    old = a_case(bank, kind="COMPLAINT")
    with pytest.raises(actions.ComplaintsAreFiled):
        actions.split_case(old, actions.part_of(old, "投诉", "再投诉。"), actor=bank.me, at=AT)
    page = signed_in(bank.agent).get(page_of(old)).content.decode()
    assert page_of(old, "ask", "split") not in page
    assert Case.objects.count() == 2
