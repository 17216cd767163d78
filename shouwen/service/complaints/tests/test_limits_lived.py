"""The limits of a complaint along its life: which act starts and stops which, and until when."""

from __future__ import annotations

from datetime import datetime

import pytest

from shouwen.ground.policy import defaults
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import beijing
from shouwen.service.cases.tests.factories import FOUNDER, MONDAY_9AM
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import State
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint_in,
    a_statement,
    an_office,
)

FROM_RECEIPT = {"first_response", "plan", "resolve", "feedback", "close"}
# What of a complaint is still waited for in each state, by the acts that the clauses name.
WAITED_FOR = {
    "RECEIVED": FROM_RECEIPT | {"accept", "classify"},
    "ACCEPTED": FROM_RECEIPT | {"classify", "start"},
    "CLASSIFIED": FROM_RECEIPT | {"start"},
    "GRADED": FROM_RECEIPT | {"start"},
    # CG-4.1-04: to have begun is no analysis and no solution.
    "STARTED": FROM_RECEIPT,
    "ANALYSED": FROM_RECEIPT,
    "RESPONSIBILITY_ASSIGNED": FROM_RECEIPT,
    "PLAN_AGREED": {"resolve", "feedback", "close"},
    "HANDLED": {"feedback", "close"},
    "FEEDBACK_SENT": {"close"},
    "CALLBACK_DONE": {"close"},
    "CLOSED": set(),
    "ARCHIVED": set(),
}


def _running(one: Complaint) -> dict[str, Clock]:
    """Give what is waited for of the complaint itself, without the complainant's own window."""
    clocks = Clock.objects.filter(subject_ref=one.case.public_id, state="RUNNING")
    ours = clocks.filter(event__startswith="complaint.").exclude(event="complaint.review_apply")
    return {clock.event.removeprefix("complaint."): clock for clock in ours.order_by("pk")}


def _due(one: Complaint) -> dict[str, tuple[str, datetime, bool]]:
    return {
        event: (clock.clause, clock.due_at, clock.hard) for event, clock in _running(one).items()
    }


@pytest.mark.parametrize("state", list(State))
def test_each_limit_runs_until_the_act_its_clause_names(ruled: Office, state: str) -> None:
    one = a_complaint_in(state, ruled, urgency="REPEAT")
    assert set(_running(one)) == WAITED_FOR[state]


@pytest.fixture
def guided(db: None) -> Office:
    """A bank that runs the guide and the law, and nothing stricter."""
    office = an_office()
    home = office.bank.institution.pk
    codes = ["CG", "CBIRC-2020-3"]
    defaults.adopt_packs(home, codes, actor=FOUNDER, approver=office.bank.key, at=MONDAY_9AM)
    return office


def _filed(office: Office, at: datetime, **more: str) -> Complaint:
    said = a_statement(**more)
    bank = office.bank
    return actions.file_complaint(said, customer=bank.customer, actor=bank.me, at=at)


def test_a_letter_before_the_long_autumn_where_everything_counts(ruled: Office) -> None:
    thursday_night = beijing("2026-09-17 23:50")
    one = _filed(ruled, thursday_night, channel="LETTER", urgency="REPEAT")
    assert _due(one) == {
        "accept": ("CG-3.1-07", beijing("2026-09-18 23:50"), True),
        "classify": ("CG-3.1-08", beijing("2026-09-19 23:50"), True),
        "first_response": ("CG-5.2-01", beijing("2026-09-18 23:50"), True),
        # 18, Sunday 20 (worked), 21 September.
        "plan": ("CG-4.1-04", beijing("2026-09-21 18:00"), True),
        "resolve": ("HB-1.3-02", beijing("2026-09-18 23:50"), True),
        # The manual's 48 hours are aimed at beside the law, which binds: 18 September to 2 October.
        "feedback": ("CBIRC-2020-3-20", beijing("2026-10-03 00:00"), True),
        "close": ("HB-6.1-04", beijing("2026-09-20 23:50"), False),
    }


def test_a_complex_complaint_over_the_golden_week(guided: Office) -> None:
    one = _filed(guided, beijing("2026-09-17 23:50"), channel="WEB")
    # Received on 17 September: the 15th natural day is 2 October.
    assert _due(one)["resolve"] == ("CBIRC-2020-3-20", beijing("2026-10-03 00:00"), True)
    who = guided.acceptor
    actions.accept(one, actor=who, at=beijing("2026-09-18 09:00"))
    # 20, 21, 22, 23, 24, 28, 29 September.
    general = ("CG-3.2-04", beijing("2026-09-29 18:00"), True)
    due = _due(one)
    assert (due["resolve"], due["feedback"]) == (general, general)
    assert due["start"] == ("CG-4.1-02", beijing("2026-09-19 09:00"), True)

    complex_one = Facets(cg_type="SERVICE", complexity="COMPLEX")
    category = guided.bank.frozen
    actions.classify(one, category, complex_one, actor=who, at=beijing("2026-09-18 10:00"))
    # 20 to 24, 28 to 30 September, 8, 9, 10, 12, 13, 14, 15 October: before the law's 17 October.
    due = _due(one)
    assert due["resolve"] == ("CG-3.2-05", beijing("2026-10-15 18:00"), True)
    # To be told by the law's own date: 13 days of September, 17 of October.
    by_law = ("CBIRC-2020-3-20-2", beijing("2026-10-18 00:00"), True)
    assert due["feedback"] == by_law

    actions.grade(one, guided.grades[0], actor=who, at=beijing("2026-09-18 10:05"))
    handler, supervisor = guided.worker, guided.head
    morning = beijing("2026-09-18 10:10")
    actions.assign(one, handler=handler, supervisor=supervisor, actor=who, at=morning)
    me = guided.handler
    actions.start(one, actor=me, at=beijing("2026-09-18 14:00"))
    actions.analyse(one, facts="属实。", actor=me, at=beijing("2026-09-20 09:30"))
    morning = beijing("2026-09-21 11:00")
    actions.assign_responsibility(one, responsible="SYSTEM", evidence="日志", actor=me, at=morning)
    # Begun in time, but there is no plan yet: 18, 20 and 21 September from receipt.
    assert _due(one)["plan"] == ("CG-4.1-04", beijing("2026-09-21 18:00"), True)
    late = beijing("2026-09-21 18:01")
    actions.agree_plan(one, cause="故障", plan="修复", answer="AGREED", actor=me, at=late)
    plan = Clock.objects.get(subject_ref=one.case.public_id, event="complaint.plan")
    assert (plan.state, plan.stopped_at, plan.breached_at) == ("STOPPED", late, late)

    actions.resolve(one, actor=me, at=beijing("2026-09-30 15:00"))
    # From now CG would allow 8, 9, 10, 12, 13, 14, 15, 16, 19, 20 October; the law is stricter.
    assert _due(one) == {"feedback": by_law}
    told = Clock.objects.get(subject_ref=one.case.public_id, event="complaint.feedback")
    assert {c["clause"]: datetime.fromisoformat(c["due_at"]) for c in told.candidates} == {
        "CBIRC-2020-3-20-2": beijing("2026-10-18 00:00"),
        "CG-3.2-07": beijing("2026-10-20 18:00"),
        "CG-3.3-04": beijing("2026-10-20 18:00"),
    }
