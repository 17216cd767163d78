"""After the end: taken up again, reviewed by another person, checked before the archive."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import defaults
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions, queries
from shouwen.service.cases.actions import Judgement
from shouwen.service.cases.models import Case, CaseReview, CaseRound
from shouwen.service.cases.queries import Filters, View
from shouwen.service.cases.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
    later,
)
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.cases.tests.test_pages import page_of
from shouwen.service.cases.tests.test_racing import at_once

REASON = "款项仍未到账，客户再次来电。"
GOOD = Judgement(content_ok=True, process_ok=True, customer_ok=True)
POOR = Judgement(content_ok=False, process_ok=True, customer_ok=True)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("owner", "handler", "customer").get(pk=case.pk)


def running(case: Case) -> dict[str, object]:
    rows = Clock.objects.filter(subject_ref=case.public_id, state="RUNNING").order_by("event")
    return {clock.event: clock.started_at for clock in rows}


@pytest.fixture
def ruled(bank: Bank) -> Bank:
    """The bank with the packs in force."""
    actor = FOUNDER
    defaults.adopt_as_insurer(bank.institution.pk, actor=actor, approver=bank.key, at=MONDAY_9AM)
    return bank


def test_a_case_taken_up_again_keeps_what_was_and_runs_anew(ruled: Bank) -> None:
    case = a_case_in("CLOSED", ruled)
    at = later(days=3)
    actions.reopen(case, reason=REASON, actor=ruled.me, at=at)
    case = fresh(case)
    assert (case.state, case.is_open, case.round, case.reopened_at) == ("ASSIGNED", True, 2, at)
    assert (case.owner, case.handler) == (ruled.agent, ruled.agent)
    assert (case.solution, case.feedback, case.resolved_at, case.closed_at) == (None,) * 4
    [before] = queries.rounds_of(case)
    assert before.solution is not None
    assert (before.number, before.solution.plain) == (1, "换发新卡，先行垫付。")
    assert (before.reason.plain, before.reopened_by_name) == (REASON, ruled.agent.name)
    clocks = running(case)
    assert clocks["ticket.resolve"] == at
    assert clocks["ticket.initial_opinion"] == at
    # What lies behind does not run again, and what ran after the end does not run on.
    assert "request.accept" not in clocks
    assert "followup.callback" not in clocks
    shown = {clock.event for clock in queries.clocks_of_case(case, at)}
    assert shown == set(clocks)
    assert AuditRow.objects.filter(act="case.reopen", object_ref=case.public_id).count() == 1


def test_the_second_round_goes_the_whole_way(ruled: Bank) -> None:
    case = a_case_in("ARCHIVED", ruled)
    actions.reopen(case, reason=REASON, actor=ruled.boss, at=later(days=3))
    actions.start_work(case, actor=ruled.me, at=later(days=3, hours=1))
    actions.resolve(case, solution="补发款项。", actor=ruled.me, at=later(days=3, hours=2))
    assert "ticket.resolve" not in running(case)
    actions.send_feedback(case, "已补发。", "PHONE", actor=ruled.me, at=later(days=3, hours=3))
    actions.confirm_by_agent(case, actor=ruled.me, at=later(days=3, hours=3))
    actions.confirm_by_customer(case, actor=ruled.caller, at=later(days=3, hours=4))
    actions.close(case, actor=ruled.me, at=later(days=3, hours=5))
    assert running(case)["followup.callback"] == later(days=3, hours=5)
    actions.archive(case, actor=ruled.boss, at=later(days=4))
    actions.reopen(case, reason=REASON, actor=ruled.boss, at=later(days=9))
    assert [r.number for r in queries.rounds_of(case)] == [2, 1]
    steps = queries.four_steps(case, queries.timeline(case))
    assert [step.phase for step in steps] == ["done", "now", "later", "later"]
    assert steps[1].since == later(days=9)


def test_who_may_take_a_case_up_again(bank: Bank) -> None:
    closed, archived = a_case_in("CLOSED", bank), a_case_in("ARCHIVED", bank)
    at = later(days=1)
    for actor, refused in (
        (bank.acting(bank.colleague), NotAllowed),
        (bank.acting(bank.inspector), NotAllowed),
        (bank.acting(bank.outsider), NotThere),
        (bank.caller, NotAllowed),
    ):
        with pytest.raises(refused):
            actions.reopen(closed, reason=REASON, actor=actor, at=at)
    with pytest.raises(NotAllowed):
        actions.reopen(archived, reason=REASON, actor=bank.me, at=at)
    with pytest.raises(NotThere):
        actions.reopen(closed, reason=REASON, actor=a_bank("insurer").boss, at=at)
    actions.reopen(closed, reason=REASON, actor=bank.me, at=at)
    actions.reopen(archived, reason=REASON, actor=bank.boss, at=at)


@pytest.mark.parametrize("state", ["NEW", "IN_PROGRESS", "FEEDBACK_SENT"])
def test_what_has_not_ended_is_not_taken_up_again(bank: Bank, state: str) -> None:
    case = a_case_in(state, bank)
    with pytest.raises(actions.CaseNotEnded):
        actions.reopen(case, reason=REASON, actor=bank.me, at=later(days=1))
    closed = a_case_in("CLOSED", bank)
    for reason in ("", "  ", "长" * 5001):
        with pytest.raises(Invalid):
            actions.reopen(closed, reason=reason, actor=bank.me, at=later(days=1))
    assert not CaseRound.objects.exists()


def test_a_case_whose_handler_has_left_is_assigned_anew(bank: Bank) -> None:
    case = a_case_in("CLOSED", bank)
    Person.objects.filter(pk=bank.agent.pk).update(is_active=False)
    case = fresh(case)
    actions.reopen(case, reason=REASON, actor=bank.boss, at=later(days=1))
    assert (case.state, case.handler, case.owner) == ("CLASSIFIED", None, bank.agent)
    actions.assign(case, bank.colleague, actor=bank.boss, at=later(days=1, hours=1))
    assert case.state == "ASSIGNED"


@pytest.mark.django_db(transaction=True)
def test_two_who_press_take_it_up_once() -> None:
    bank = a_bank()
    case = a_case_in("CLOSED", bank)

    def press() -> object:
        actions.reopen(fresh(case), reason=REASON, actor=bank.me, at=later(days=1))
        return None

    assert at_once(press).count(None) == 1
    assert (CaseRound.objects.count(), fresh(case).round) == (1, 2)


def test_another_person_reviews_and_nothing_is_found(bank: Bank) -> None:
    case = a_case_in("CLOSED", bank)
    at = later(days=1)
    for actor in (bank.me, bank.acting(bank.colleague), bank.acting(bank.auditor), bank.caller):
        with pytest.raises((NotAllowed, NotThere)):
            actions.review(case, GOOD, actor=actor, at=at)
    inspector = bank.acting(bank.inspector)
    found = queries.ledger(inspector, Filters(view=View.REVIEW), at=at)
    assert [row.case for row in found.rows] == [case]
    actions.review(case, GOOD, actor=inspector, at=at)
    assert fresh(case).state == "CLOSED"
    assert queries.ledger(inspector, Filters(view=View.REVIEW), at=at).rows == []
    [kept] = queries.reviews_of(case)
    assert (kept.finding, kept.reviewer_name, kept.words) == ("KEPT", bank.inspector.name, None)
    with pytest.raises(actions.AlreadyReviewed):
        actions.review(case, GOOD, actor=bank.boss, at=at)


def test_what_a_review_finds_leads_back_to_work(bank: Bank) -> None:
    case = a_case_in("CLOSED", bank)
    with pytest.raises(Invalid):
        actions.review(case, POOR, actor=bank.boss, at=later(days=1))
    actions.review(case, POOR, words="未告知到账时间。", actor=bank.boss, at=later(days=1))
    case = fresh(case)
    assert (case.state, case.round, case.reviewed_at) == ("ASSIGNED", 2, None)
    acts = [entry.act for entry in queries.timeline(case)]
    assert acts[:2] == ["reopen", "review_found"]
    # The lead who only judged may judge the next round too; the agent who works it may not.
    assert bank.boss.ref not in queries.worked_on(case)
    assert bank.me.ref in queries.worked_on(case)


def test_nobody_reviews_what_they_had_a_part_in(bank: Bank) -> None:
    case = a_case_in("FEEDBACK_SENT", bank)
    actions.record_confirmation(
        case, words="好的", channel="PHONE", actor=bank.boss, at=later(hours=3)
    )
    actions.confirm_by_agent(case, actor=bank.me, at=later(hours=3))
    actions.close(case, actor=bank.me, at=later(hours=4))
    with pytest.raises(actions.OwnWork):
        actions.review(case, GOOD, actor=bank.boss, at=later(days=1))
    other = staff.acting(staff.a_person(bank.cards, "lead", over=bank.cards))
    actions.review(case, GOOD, actor=other, at=later(days=1))


def test_the_database_keeps_reviews_whole(bank: Bank) -> None:
    case = a_case_in("CLOSED", bank)
    values = {
        "case": case,
        "round": 1,
        "content_ok": True,
        "process_ok": False,
        "customer_ok": True,
        "reviewed_at": later(days=1),
        "reviewer_ref": "x",
        "reviewer_name": "x",
    }
    for finding in ("KEPT", "FOUND"):
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseReview.objects.create(finding=finding, **values)


def test_only_what_is_closed_is_reviewed(bank: Bank) -> None:
    for state in ("FEEDBACK_SENT", "ARCHIVED"):
        with pytest.raises(actions.ReviewAfterClosing):
            actions.review(a_case_in(state, bank), GOOD, actor=bank.boss, at=later(days=1))


def closed_without_a_customer(bank: Bank) -> Case:
    case = a_case(bank)
    Case.objects.filter(pk=case.pk).update(
        customer=None,
        state="CLOSED",
        is_open=False,
        agent_confirmed_at=later(hours=1),
        customer_confirmed_at=later(hours=1),
        closed_at=later(hours=1),
    )
    return fresh(case)


def test_the_archive_names_what_is_missing_and_where_to_fill_it_in(bank: Bank) -> None:
    case = closed_without_a_customer(bank)
    client = signed_in(bank.lead)
    answer = client.post(page_of(case, "do", "archive"))
    assert answer.status_code == 422
    words = answer.content.decode()
    for act in ("customer", "reopen"):
        assert page_of(case, "ask", act) in words
    items = {item.field: item.fill_in for item in queries.archive_items(case)}
    assert items == {
        "name": "customer",
        "contact": "customer",
        "service_content": "reopen",
        "handled_at": "reopen",
    }


def test_a_way_to_reach_the_customer_is_added_from_the_check(bank: Bank) -> None:
    case, client = a_case_in("CLOSED", bank), signed_in(bank.lead)
    bank.customer.points.all().delete()
    assert client.post(page_of(case, "do", "archive")).status_code == 422
    assert page_of(case, "ask", "point") in client.get(page_of(case)).content.decode()
    assert client.get(page_of(case, "ask", "point")).status_code == 200
    for wrong in ({"kind": "PHONE", "value": "12"}, {"kind": "X", "value": "13800001234"}, {}):
        assert client.post(page_of(case, "do", "point"), wrong).status_code == 422
    form = {"kind": "PHONE", "value": "13912345678"}
    assert client.post(page_of(case, "do", "point"), form).status_code == 200
    assert client.post(page_of(case, "do", "archive")).status_code == 200
    assert fresh(case).state == "ARCHIVED"


def test_the_pages_of_the_end(bank: Bank) -> None:
    case, client = a_case_in("CLOSED", bank), signed_in(bank.lead)
    for act in ("reopen", "review"):
        assert page_of(case, "ask", act) in client.get(page_of(case)).content.decode()
        assert client.get(page_of(case, "ask", act)).status_code == 200
    assert client.post(page_of(case, "do", "review"), {"content": "yes"}).status_code == 422
    said = {"content": "no", "process": "yes", "customer": "yes", "words": "未告知到账时间。"}
    assert client.post(page_of(case, "do", "review"), {**said, "words": ""}).status_code == 422
    answer = client.post(page_of(case, "do", "review"), said)
    assert answer.status_code == 200
    assert "未告知到账时间。" in answer.content.decode()
    worker = signed_in(bank.agent).get(page_of(case)).content.decode()
    assert page_of(case, "ask", "review") not in worker
    assert client.get("/cases/", {"view": "review"}).status_code == 200


def test_an_inspector_reviews_on_the_page(bank: Bank) -> None:
    case, client = a_case_in("CLOSED", bank), signed_in(bank.inspector)
    assert client.get(page_of(case, "ask", "review")).status_code == 200
    assert client.get(page_of(case, "ask", "reopen")).status_code == 403
    said = {"content": "yes", "process": "yes", "customer": "yes"}
    assert client.post(page_of(case, "do", "review"), said).status_code == 200
    assert len(queries.reviews_of(case)) == 1


def test_the_customer_sees_that_it_goes_on_but_not_why(bank: Bank) -> None:
    case = a_case_in("CLOSED", bank)
    actions.reopen(case, reason=REASON, actor=bank.me, at=later(days=1))
    view = queries.portal_view(fresh(case))
    newest = view.entries[0]
    assert (newest.act, newest.text) == ("reopen", "")
    assert (view.feedback, view.may_confirm, view.closed_at) == ("", False, None)


def test_programs_take_up_review_and_check(bank: Bank) -> None:
    case, lead = a_case_in("CLOSED", bank), Program(bank)
    path = f"/{case.public_id}"
    check = lead.get(f"{path}/archive-check").json()
    assert check["is_complete"]
    assert {item["field"] for item in check["items"]} == {
        "name",
        "contact",
        "service_content",
        "handled_at",
    }
    told = [lead.post(f"{path}/reopen", {"reason": REASON}, "r1") for _ in range(2)]
    assert [(t.status_code, t.json()["round"]) for t in told] == [(200, 2)] * 2
    again = lead.post(f"{path}/reopen", {"reason": REASON})
    assert (again.status_code, again.json()["code"]) == (409, "case-already-reopened")
    [before] = lead.get(f"{path}/rounds").json()["items"]
    assert (before["number"], before["reason"]) == (1, REASON)
    # A key without a person is nobody who could judge.
    judged = {"content_ok": True, "process_ok": True, "customer_ok": True}
    assert lead.post(f"{path}/reviews", judged).status_code == 403
    assert lead.post(f"{path}/reopen", {}).status_code == 422
    assert lead.post(f"{path}/reopen", {"reason": REASON, "more": 1}).status_code == 422
    assert lead.get(f"{path}/reviews").json() == {"items": []}
