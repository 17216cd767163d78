"""A complaint's life by its actions: who may, in which order, and how its case goes along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import MONDAY_9AM, a_case_in, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets, Statement
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import State
from shouwen.service.complaints.tests.factories import (
    DEMAND,
    Office,
    a_complaint,
    a_complaint_in,
    a_statement,
    an_office,
    fresh,
)

# What state the case is in when its complaint has come so far.
CASE_AT = {
    "RECEIVED": "NEW",
    "ACCEPTED": "ACCEPTED",
    "CLASSIFIED": "CLASSIFIED",
    "GRADED": "CLASSIFIED",
    "STARTED": "IN_PROGRESS",
    "ANALYSED": "IN_PROGRESS",
    "RESPONSIBILITY_ASSIGNED": "IN_PROGRESS",
    "PLAN_AGREED": "IN_PROGRESS",
    "HANDLED": "RESOLVED",
    "FEEDBACK_SENT": "FEEDBACK_SENT",
    "CALLBACK_DONE": "FEEDBACK_SENT",
    "CLOSED": "CLOSED",
    "ARCHIVED": "ARCHIVED",
}


@pytest.mark.parametrize("state", list(State))
def test_the_case_goes_along_with_every_step(office: Office, state: str) -> None:
    one = fresh(a_complaint_in(state, office))
    assert (one.state, one.case.state) == (state, CASE_AT[state])
    assert one.is_open == one.case.is_open


def test_every_step_is_on_the_trail_and_on_the_timeline(office: Office) -> None:
    one = a_complaint_in("ARCHIVED", office)
    acts = AuditRow.objects.filter(object_ref=one.public_id).order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "complaint.filed",
        "complaint.accept",
        "complaint.classify",
        "complaint.grade",
        "complaint.assign",
        "complaint.start",
        "complaint.analyse",
        "complaint.responsibility",
        "complaint.plan",
        "complaint.resolve",
        "complaint.issue",
        "complaint.feedback",
        "complaint.callback",
        "complaint.close",
        "complaint.archive",
    ]
    told = {entry.act for entry in case_queries.timeline(one.case)}
    assert {"complaint_filed", "complaint_responsibility", "opinion", "feedback"} <= told


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"demand": " "}, {"demand"}),
        ({"demand": "停" * 2001}, {"demand"}),
        ({"complainant": "", "reachable_at": ""}, {"complainant", "reachable_at"}),
        ({"origin": "REGULATOR"}, {"source_ref", "regulator_on"}),
        ({"origin": "SOMEBODY"}, {"origin"}),
        ({"title": ""}, {"title"}),
        ({"description": ""}, {"description"}),
        ({"title": " ", "description": "", "demand": ""}, {"title", "description", "demand"}),
        ({"channel": "PIGEON"}, {"channel"}),
        ({"received_at": later(days=1)}, {"received_at"}),
        ({"received_at": later(days=-10_000)}, {"received_at"}),
    ],
)
def test_the_mandatory_set_is_asked_for_by_name(
    office: Office, said: dict[str, str], wrong: set[str]
) -> None:
    known = {"complainant": "许远", "reachable_at": "13800004409"}
    with pytest.raises(Invalid) as refused:
        actions.file_complaint(
            a_statement(**{**known, **said}), actor=office.bank.me, at=MONDAY_9AM
        )
    assert set(refused.value.fields) == wrong
    assert not Complaint.objects.exists()
    assert not Case.objects.exists()


def test_nothing_is_asked_for_that_the_customers_file_says(office: Office) -> None:
    one = a_complaint(office)
    assert (one.complainant, one.reachable_at) == (None, None)
    stranger = actions.file_complaint(
        a_statement(complainant="许远", reachable_at="13800004409"),
        actor=office.bank.me,
        at=MONDAY_9AM,
    )
    stranger = fresh(stranger)
    assert stranger.complainant is not None
    assert (stranger.complainant.plain, stranger.demand.plain) == ("许远", DEMAND)


def test_a_letter_of_yesterday_counts_since_yesterday(ruled: Office) -> None:
    said = Statement(
        title="书面投诉",
        description="来信投诉。",
        demand="说明原因。",
        origin="CLERK",
        channel="LETTER",
        received_at=MONDAY_9AM - timedelta(days=1),
    )
    one = actions.file_complaint(
        said, customer=ruled.bank.customer, actor=ruled.bank.me, at=MONDAY_9AM
    )
    clock = Clock.objects.get(subject_ref=one.case.public_id, event="complaint.accept")
    # CG-3.2-01: 24 hours.
    assert clock.due_at == MONDAY_9AM
    assert (one.received_at, one.filed_at) == (MONDAY_9AM - timedelta(days=1), MONDAY_9AM)


def test_a_case_becomes_a_complaint_without_retyping(ruled: Office) -> None:
    bank = ruled.bank
    case = a_case_in("IN_PROGRESS", bank, kind="CONSULT")
    before = (case.number, case.title, case.owner, case.state)
    one = actions.file_from_case(case, demand=DEMAND, actor=bank.me, at=later(hours=1))
    case = fresh(one).case
    assert case.kind == "COMPLAINT"
    assert (case.number, case.title, case.owner, case.state) == before
    clocks = Clock.objects.filter(subject_ref=case.public_id)
    events = {c.event: c for c in clocks.filter(state="RUNNING")}
    assert not {"request.accept", "ticket.resolve"} & set(events)
    # From when the matter came in, not from when it was found to be a complaint (SN-36-01).
    assert events["complaint.accept"].started_at == MONDAY_9AM
    assert events["complaint.first_response"].started_at == MONDAY_9AM
    with pytest.raises(actions.AlreadyAComplaint):
        actions.file_from_case(case, demand=DEMAND, actor=bank.me, at=later(hours=2))
    # Its own steps go on where the case stands.
    actions.accept(one, actor=ruled.acceptor, at=later(hours=1))
    facets = Facets(cg_type="SERVICE")
    actions.classify(one, bank.locked, facets, actor=ruled.acceptor, at=later(hours=2))
    actions.grade(one, ruled.grades[0], actor=ruled.acceptor, at=later(hours=2))
    actions.assign(
        one,
        handler=ruled.worker,
        supervisor=ruled.head,
        actor=ruled.acceptor,
        at=later(hours=2),
    )
    actions.start(one, actor=ruled.handler, at=later(hours=3))
    one = fresh(one)
    assert (one.state, one.case.state, one.case.handler) == (
        "STARTED",
        "IN_PROGRESS",
        ruled.worker,
    )
    stopped = Clock.objects.get(subject_ref=case.public_id, event="complaint.accept")
    assert stopped.stopped_at == later(hours=1)


def test_a_case_with_its_result_is_no_complaint_any_more(office: Office) -> None:
    case = a_case_in("RESOLVED", office.bank)
    with pytest.raises(cases.ResultIsThere):
        actions.file_from_case(case, demand=DEMAND, actor=office.bank.me, at=later(hours=2))
    assert not Complaint.objects.exists()


def test_the_cases_own_buttons_do_not_go_past_the_complaint(office: Office) -> None:
    one, bank = a_complaint(office), office.bank
    with pytest.raises(actions.WorkedAsComplaint):
        cases.accept(one.case, actor=bank.me, at=later(minutes=1))
    one = a_complaint_in("PLAN_AGREED", office)
    boss = office.supervisor
    presses: list[Callable[[], object]] = [
        lambda: cases.resolve(one.case, solution="好了", actor=boss, at=later(hours=3)),
        lambda: cases.classify(one.case, bank.locked, actor=boss, at=later(hours=3)),
        lambda: cases.assign(one.case, bank.lead, actor=boss, at=later(hours=3)),
        lambda: cases.record_opinion(
            one.case, cause="a", solution="b", actor=boss, at=later(hours=3)
        ),
    ]
    for press in presses:
        with pytest.raises(actions.WorkedAsComplaint):
            press()
    assert fresh(one).case.state == "IN_PROGRESS"


def test_what_is_no_step_of_the_complaint_is_done_on_the_case(office: Office) -> None:
    one = a_complaint_in("PLAN_AGREED", office)
    cases.wait_for_customer(one.case, reason="等通话记录", actor=office.handler, at=later(hours=3))
    with pytest.raises(actions.CaseWaits):
        actions.resolve(one, actor=office.handler, at=later(hours=4))
    cases.carry_on(one.case, actor=office.handler, at=later(hours=5))
    actions.resolve(one, actor=office.handler, at=later(hours=6))
    assert fresh(one).state == "HANDLED"


def test_the_complaint_follows_what_the_customer_does_to_the_case(office: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    caller = office.bank.caller
    cases.object_by_customer(one.case, reason="没有书面致歉", actor=caller, at=later(hours=5))
    one = fresh(one)
    assert (one.state, one.case.state) == ("RESPONSIBILITY_ASSIGNED", "IN_PROGRESS")
    assert (one.handled_at, one.feedback_at, one.objected_at) == (None, None, later(hours=5))

    other = a_complaint(office)
    cases.withdraw_by_customer(other.case, reason="已解决", actor=caller, at=later(hours=6))
    other = fresh(other)
    assert (other.state, other.withdrawn_at) == ("CALLBACK_DONE", later(hours=6))
    actions.close(other, actor=office.supervisor, at=later(hours=6))
    assert fresh(other).case.state == "CLOSED"


def test_a_closed_complaint_is_taken_up_again_with_its_case(office: Office) -> None:
    one = a_complaint_in("CLOSED", office)
    cases.reopen(one.case, reason="致歉函未收到", actor=office.handler, at=later(hours=8))
    one = fresh(one)
    assert (one.state, one.is_open, one.case.state) == ("GRADED", True, "ASSIGNED")
    actions.start(one, actor=office.handler, at=later(hours=9))
    assert fresh(one).state == "STARTED"


def test_one_who_was_not_satisfied_at_the_callback_is_worked_for_again(office: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    answer = {"is_satisfied": False, "words": "仍未收到", "channel": "PHONE"}
    actions.call_back(one, **answer, actor=office.acceptor, at=later(hours=5))  # type: ignore[arg-type]  # a table of values
    assert fresh(one).state == "RESPONSIBILITY_ASSIGNED"


def test_a_complaint_that_is_taken_back_ends_the_same_day(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    actions.withdraw(
        one, reason="已与客户经理谈妥", channel="PHONE", actor=ruled.handler, at=later(hours=2)
    )
    one = fresh(one)
    assert (one.state, one.closed_at, one.case.state) == ("CLOSED", later(hours=2), "CLOSED")
    running = Clock.objects.filter(subject_ref=one.case.public_id, state="RUNNING")
    # What begins at the end of any case stays: nothing of the complaint itself runs on.
    assert not running.filter(event__startswith="complaint.").exists()
    with pytest.raises(actions.ComplaintMovedOn):
        actions.withdraw(
            one, reason="再撤", channel="PHONE", actor=ruled.handler, at=later(hours=3)
        )


def test_one_that_nobody_had_accepted_is_accepted_when_it_is_taken_up_again(office: Office) -> None:
    one = a_complaint(office)
    actions.withdraw(one, reason="算了", channel="PHONE", actor=office.handler, at=later(hours=1))
    cases.reopen(one.case, reason="又来", actor=office.supervisor, at=later(hours=2))
    one = fresh(one)
    assert (one.state, one.accepted_at) == ("RECEIVED", None)
    actions.accept(one, actor=office.acceptor, at=later(hours=3))
    one = fresh(one)
    assert (one.state, one.acceptor) == ("ACCEPTED", office.clerk)


def test_whoever_may_not_or_does_not_reach_it_is_refused(office: Office) -> None:
    bank = office.bank
    one = a_complaint(office)
    with pytest.raises(NotThere):
        # An agent files and sees the case; the complaint is for those who work it.
        actions.accept(one, actor=bank.me, at=later(minutes=1))
    with pytest.raises(NotAllowed):
        actions.accept(one, actor=staff.acting(bank.inspector), at=later(minutes=1))
    stranger = an_office("insurer")
    with pytest.raises(NotThere):
        queries.complaint_for(stranger.supervisor, one.public_id)
    assert fresh(one).state == "RECEIVED"


def test_whoever_presses_second_hears_so_and_changes_nothing(office: Office) -> None:
    one = a_complaint(office)
    stale = fresh(one)
    actions.accept(one, actor=office.acceptor, at=later(minutes=1))
    with pytest.raises((actions.ComplaintMovedOn, cases.CaseMovedOn)):
        actions.accept(stale, actor=office.handler, at=later(minutes=1))
    assert fresh(one).acceptor == office.clerk


def test_the_first_response_stops_its_clock(ruled: Office) -> None:
    one = a_complaint_in("ACCEPTED", ruled)
    actions.respond(
        one,
        words="您的投诉由方絮负责，6月18日前答复。",
        channel="PHONE",
        actor=ruled.acceptor,
        at=later(hours=1),
    )
    clock = Clock.objects.get(subject_ref=one.case.public_id, event="complaint.first_response")
    assert (clock.state, clock.stopped_at) == ("STOPPED", later(hours=1))
    assert fresh(one).responded_at == later(hours=1)


def test_responsibility_of_a_person_or_unit_names_them_first(office: Office) -> None:
    one = a_complaint_in("ANALYSED", office)
    for responsible in ("STAFF", "UNIT", "WEATHER"):
        with pytest.raises(Invalid) as refused:
            actions.assign_responsibility(
                one,
                responsible=responsible,
                evidence="见录音",
                actor=office.handler,
                at=later(hours=2),
            )
        assert set(refused.value.fields) == {"responsible"}
