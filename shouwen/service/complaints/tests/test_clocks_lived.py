"""Clocks along a life: told again, closed, reached or not, asked for by a risk or a regulator."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.policy import defaults, ticker
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import beijing
from shouwen.ground.vault.models import AuditRow
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import FOUNDER, MONDAY_9AM, a_case_in, later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Proof, Risk
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import (
    DEMAND,
    Office,
    a_complaint,
    a_complaint_in,
    a_statement,
    an_office,
    findings,
    fresh,
)
from shouwen.service.complaints.tests.test_api import BODY, Line

WINDOW, TELLING = "complaint.review_apply", "complaint.feedback"


def newest(one: Complaint, event: str) -> Clock:
    """Give the newest clock of an event."""
    return Clock.objects.filter(subject_ref=one.case.public_id, event=event).order_by("-pk")[0]


def limits(clock: Clock) -> dict[str, datetime]:
    """Give what each clause says on a clock."""
    return {c["clause"]: datetime.fromisoformat(c["due_at"]) for c in clock.candidates}


# --- the window in which 核查 may be asked for (CBIRC-2020-3-22-1) ---


def test_closing_leaves_the_time_to_ask_for_a_review(ruled: Office) -> None:
    one = a_complaint_in("ARCHIVED", ruled)
    window = newest(one, WINDOW)
    # Told on 15 June: 16 June to 15 July, 24:00.
    assert (window.state, window.due_at) == ("RUNNING", beijing("2026-07-16 00:00"))
    others = Clock.objects.filter(subject_ref=one.case.public_id, state="RUNNING")
    assert not others.filter(event__startswith="complaint.").exclude(event=WINDOW).exists()


def test_the_time_to_ask_ends_by_itself_and_nothing_of_ours_is_late(ruled: Office) -> None:
    one = a_complaint_in("CLOSED", ruled)
    for _again in range(4):
        ticker.tick(beijing("2026-07-15 23:59"))
    assert newest(one, WINDOW).state == "RUNNING"
    for _again in range(4):
        ticker.tick(beijing("2026-07-16 00:00"))
    window = newest(one, WINDOW)
    end = beijing("2026-07-16 00:00")
    assert (window.state, window.stopped_at, window.breached_at) == ("STOPPED", end, None)


def _told_again(office: Office, objected: datetime, told: datetime) -> Complaint:
    """Let the complainant object, and tell them a second result."""
    one = a_complaint_in("FEEDBACK_SENT", office)
    caller, me = office.bank.caller, office.handler
    cases.object_by_customer(one.case, reason="不同意", actor=caller, at=objected)
    one = fresh(one)
    actions.agree_plan(one, cause="再查", plan="退费", answer="AGREED", actor=me, at=objected)
    return one


def test_a_second_decision_begins_the_time_to_ask_anew(ruled: Office) -> None:
    objected, told = beijing("2026-06-20 10:00"), beijing("2026-06-26 16:00")
    one = _told_again(ruled, objected, told)
    assert newest(one, WINDOW).due_at == beijing("2026-07-16 00:00")
    actions.resolve(one, actor=ruled.handler, at=told)
    actions.issue_notice(fresh(one), findings(), actor=ruled.handler, at=told)
    proof = Proof("PHONE", said="已告知")
    actions.send_feedback(fresh(one), text="退费", proof=proof, actor=ruled.handler, at=told)
    # 27 to 30 June, 1 to 26 July, 24:00; what counted from the first decision is over.
    running = Clock.objects.filter(subject_ref=one.case.public_id, event=WINDOW, state="RUNNING")
    assert [clock.due_at for clock in running] == [beijing("2026-07-27 00:00")]


def test_taking_it_up_again_leaves_the_complainant_their_time(ruled: Office) -> None:
    one = a_complaint_in("CLOSED", ruled)
    cases.reopen(one.case, reason="又发生", actor=ruled.supervisor, at=later(days=2))
    assert newest(one, WINDOW).state == "RUNNING"


# --- after an objection ---


def test_telling_the_second_result_counts_from_the_second_completion(ruled: Office) -> None:
    one = _told_again(ruled, beijing("2026-06-20 10:00"), beijing("2026-06-26 16:00"))
    assert newest(one, TELLING).state == "STOPPED"
    actions.resolve(one, actor=ruled.handler, at=beijing("2026-06-26 16:00"))
    again = newest(one, TELLING)
    # 29, 30 June, 1, 2, 3, 6, 7, 8, 9, 10 July; what counts from receipt was met and is done.
    assert (again.state, limits(again)) == (
        "RUNNING",
        {"CG-3.2-07": beijing("2026-07-10 18:00"), "CG-3.3-04": beijing("2026-07-10 18:00")},
    )
    assert Clock.objects.filter(subject_ref=one.case.public_id, event=TELLING).count() == 2


def test_an_objection_dispatches_the_ticket_anew_and_begins_no_limit_of_receipt(
    ruled: Office,
) -> None:
    one = _told_again(ruled, beijing("2026-06-20 10:00"), beijing("2026-06-26 16:00"))
    # HB-2.1-07: 72 hours from this dispatch.
    assert newest(one, "ticket.resolve").due_at == beijing("2026-06-23 10:00")
    deciding = Clock.objects.filter(subject_ref=one.case.public_id, event="complaint.resolve")
    assert [clock.state for clock in deciding] == ["STOPPED"]


# --- the first response ---


def _planned(office: Office, answer: str) -> Complaint:
    one = a_complaint_in("RESPONSIBILITY_ASSIGNED", office)
    me = office.handler
    said: dict[str, Any] = {"cause": "故障", "plan": "修复", "answer": answer}
    actions.agree_plan(one, **said, actor=me, at=later(hours=2))
    return one


@pytest.mark.parametrize("answer", ["AGREED", "PARTLY", "NOT_AGREED"])
def test_whoever_heard_the_plan_has_been_answered(ruled: Office, answer: str) -> None:
    one = _planned(ruled, answer)
    clock = newest(one, "complaint.first_response")
    assert (clock.state, clock.stopped_at) == ("STOPPED", later(hours=2))
    assert fresh(one).responded_at == later(hours=2)


def test_whoever_was_not_reached_still_waits_for_the_first_response(ruled: Office) -> None:
    one = _planned(ruled, "NOT_REACHED")
    first, plan = newest(one, "complaint.first_response"), newest(one, "complaint.plan")
    # HB-4.2-03, CG-5.2-01: 24 hours from Monday 15 June, 9:00.
    assert (first.state, first.due_at) == ("RUNNING", beijing("2026-06-16 09:00"))
    assert (plan.state, fresh(one).responded_at) == ("STOPPED", None)
    actions.agree_plan(
        one, cause="故障", plan="修复", answer="AGREED", actor=ruled.handler, at=later(hours=5)
    )
    assert newest(one, "complaint.first_response").stopped_at == later(hours=5)


# --- the risk response (CG-5.2-02) ---


@pytest.fixture
def guided(db: None) -> Office:
    """A bank that runs the guide alone."""
    office = an_office()
    home = office.bank.institution.pk
    defaults.adopt_packs(home, ["CG"], actor=FOUNDER, approver=office.bank.key, at=MONDAY_9AM)
    return office


def _judged(office: Office, one: Complaint, risk: Risk, at: datetime) -> Complaint:
    one = fresh(one)
    actions.grade(one, office.grades[0], risk=risk, actor=office.acceptor, at=at)
    return fresh(one)


def test_a_risk_that_asks_for_it_brings_the_72_hours_since_receipt(guided: Office) -> None:
    one = a_complaint_in("GRADED", guided)
    # CG-3.2-04 from acceptance on Monday 15 June: 16, 17, 18, 22, 23, 24, 25 June.
    assert newest(one, "complaint.resolve").due_at == beijing("2026-06-25 18:00")
    one = _judged(guided, one, Risk(True, "涉及资金安全，可能引发群体事件"), later(days=1))
    clock = newest(one, "complaint.resolve")
    assert (clock.clause, clock.due_at, clock.hard) == (
        "CG-5.2-02",
        beijing("2026-06-18 09:00"),
        True,
    )
    assert (one.case.asks_risk_response, one.case.due_at) != (False, None)
    told = {entry.act: entry for entry in case_queries.timeline(one.case)}
    assert told["complaint_risk"].text == "涉及资金安全，可能引发群体事件"
    assert not told["complaint_risk"].visible_to_customer
    row = AuditRow.objects.get(act="case.risk_judged")
    assert row.object_ref == one.case.public_id
    one = _judged(guided, one, Risk(False, "已核实无资金风险"), later(days=1, hours=1))
    assert newest(one, "complaint.resolve").due_at == beijing("2026-06-25 18:00")
    assert not one.case.asks_risk_response


def test_a_risk_is_judged_with_a_reason_and_once(guided: Office) -> None:
    one = a_complaint_in("GRADED", guided)
    with pytest.raises(Invalid) as refused:
        _judged(guided, one, Risk(True, "  "), later(days=1))
    assert set(refused.value.fields) == {"risk_reason"}
    assert not Case.objects.get(pk=one.case.pk).asks_risk_response
    # The same judgement again changes nothing and needs no words.
    _judged(guided, one, Risk(False), later(days=1))
    assert not AuditRow.objects.filter(act="case.risk_judged").exists()


def test_the_risk_holds_when_the_complaint_is_classified_anew(guided: Office) -> None:
    one = _judged(guided, a_complaint_in("GRADED", guided), Risk(True, "资金"), later(hours=1))
    facets = actions.Facets(cg_type="SERVICE", complexity="COMPLEX")
    who = guided.acceptor
    actions.classify(one, guided.bank.frozen, facets, actor=who, at=later(hours=2))
    assert newest(one, "complaint.resolve").due_at == beijing("2026-06-18 09:00")


def test_programs_judge_the_risk_and_read_it(office: Office) -> None:
    line = Line(office)
    one = a_complaint_in("GRADED", office)
    bare = line.send(f"/{one.public_id}/grade", {"grade": "G1", "risk_response": True})
    assert (bare.status_code, bare.json()["code"]) == (422, "invalid")
    body = {"grade": "G1", "risk_response": True, "risk_reason": "资金安全"}
    answer = line.send(f"/{one.public_id}/grade", body)
    assert (answer.status_code, answer.json()["risk_response"]) == (200, True)


# --- the regulator's seven working days (CBIRC-2020-3-transfer) ---


def _transfer(clock: Clock) -> tuple[Any, ...]:
    return clock.started_at, clock.due_at, clock.stopped_at, clock.hard, clock.breached_at


def test_the_regulators_days_count_from_the_day_it_received_the_complaint(ruled: Office) -> None:
    said = a_statement(origin="REGULATOR", source_ref="ZS-1", regulator_on=date(2026, 6, 3))
    one = actions.file_complaint(
        said, customer=ruled.bank.customer, actor=ruled.acceptor, at=later(hours=1)
    )
    # 4, 5, 8, 9, 10, 11, 12 June; it came on the 15th, which is no lateness of ours.
    assert _transfer(newest(one, "complaint.regulator_transfer")) == (
        beijing("2026-06-03 00:00"),
        beijing("2026-06-12 18:00"),
        later(hours=1),
        False,
        None,
    )
    # The institution's own limits count from its own receipt.
    assert newest(one, "complaint.accept").started_at == later(hours=1)


def test_the_day_counts_for_what_is_joined_or_becomes_a_transfer(ruled: Office) -> None:
    one = a_complaint(ruled)
    day = date(2026, 6, 10)
    actions.join_transfer(
        one, source_ref="ZS-2", regulator_on=day, actor=ruled.acceptor, at=later(days=1)
    )
    joined = newest(one, "complaint.regulator_transfer")
    # 11, 12, 15, 16, 17, 18, 22 June.
    assert _transfer(joined)[:3] == (
        beijing("2026-06-10 00:00"),
        beijing("2026-06-22 18:00"),
        later(days=1),
    )
    case = a_case_in("IN_PROGRESS", ruled.bank)
    other = actions.file_from_case(
        case,
        demand=DEMAND,
        origin="REGULATOR",
        source_ref="ZS-3",
        regulator_on=date(2026, 6, 16),
        actor=ruled.bank.key,
        at=later(days=2),
    )
    assert newest(other, "complaint.regulator_transfer").stopped_at == later(days=2)
    assert (fresh(one).regulator_on, fresh(other).regulator_on) == (day, date(2026, 6, 16))


@pytest.mark.parametrize("day", [None, date(2026, 6, 16), date(2199, 1, 1), date(1999, 12, 31)])
def test_a_missing_or_impossible_day_is_refused_by_name(ruled: Office, day: date | None) -> None:
    said = a_statement(origin="REGULATOR", source_ref="ZS-1", regulator_on=day)
    with pytest.raises(Invalid) as refused:
        actions.file_complaint(
            said, customer=ruled.bank.customer, actor=ruled.acceptor, at=later(hours=1)
        )
    assert set(refused.value.fields) == {"regulator_on"}
    assert not Complaint.objects.exists()
    one = a_complaint(ruled)
    with pytest.raises(Invalid) as refused:
        actions.join_transfer(
            one, source_ref="ZS-1", regulator_on=day, actor=ruled.acceptor, at=later(hours=1)
        )
    assert set(refused.value.fields) == {"regulator_on"}
    assert (fresh(one).source_ref, fresh(one).regulator_on) == ("", None)


def test_programs_say_the_day(office: Office) -> None:
    line = Line(office)
    body = {**BODY, "origin": "REGULATOR", "source_ref": "ZS-9", "complainant": "许远"}
    body["reachable_at"] = "13800001234"
    missing = line.send("", body)
    assert missing.status_code == 422
    assert "regulator_on" in missing.content.decode()
    made = line.send("", {**body, "regulator_on": "2026-06-01"})
    assert made.status_code == 201
    assert line.read(f"/{made.json()['id']}").json()["regulator_on"] == "2026-06-01"
