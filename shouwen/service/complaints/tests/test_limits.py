"""Each clause that limits a complaint ends at the instant somebody counted by hand."""

from __future__ import annotations

from datetime import datetime

import pytest

from shouwen.ground.policy import actions as policy
from shouwen.ground.policy import clocks, packs, queries, register
from shouwen.ground.policy.clocks import Facts, Subject
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import INSURER, LEAD, OTHER, beijing
from shouwen.service.complaints.tests.limits_table import (
    BESIDE,
    COMPLEX,
    OPEN_FIGURE,
    PLAIN,
    ROWS,
    SPECIAL,
    Beside,
    Row,
)

pytestmark = pytest.mark.django_db
SUBJECT = Subject("case", "case_limits")
RECEIVED = beijing("2026-06-16 10:46")


def _named(row: Row | Beside) -> str:
    return f"{row.clause} {row.event} {row.facts.complexity or 'unjudged'}"


def _happens(trigger: str, facts: Facts, at: datetime) -> dict[str, Clock]:
    """Let something happen to a complaint where every pack counts; give its clocks by event."""
    made = clocks.start_all(
        trigger, subject=SUBJECT, institution_id=INSURER, facts=facts, at=at, actor=LEAD
    )
    return {clock.event: clock for clock in made}


def _candidate(event: str, clause: str, now: datetime) -> queries.CandidateView | None:
    """Give what a clause says on the running clock of an event, as a screen shows it."""
    clock = next((c for c in queries.clocks_of(SUBJECT, now) if c.event == event), None)
    return next((c for c in clock.candidates if c.clause == clause), None) if clock else None


@pytest.mark.parametrize("row", ROWS, ids=_named)
def test_a_limit_ends_when_the_clause_says(row: Row) -> None:
    start = beijing(row.start)
    clock = _happens(row.trigger, row.facts, start)[row.event]
    found = _candidate(row.event, row.clause, start)
    assert found is not None
    assert (found.started_at, found.due_at, found.mode) == (start, beijing(row.due), row.mode)
    # The clock itself never stands later than any limit that binds.
    assert row.mode == "target" or clock.due_at <= beijing(row.due)
    asked = queries.preview(INSURER, row.event, start, row.facts)
    alike = next(c for c in asked.candidates if c.clause == row.clause)
    assert (alike.applies, alike.due_at, alike.mode) == (True, beijing(row.due), row.mode)


@pytest.mark.parametrize("row", BESIDE, ids=_named)
def test_a_clause_leaves_other_matters_alone(row: Beside) -> None:
    _happens(row.trigger, row.facts, RECEIVED)
    assert _candidate(row.event, row.clause, RECEIVED) is None


def test_no_deadline_clause_of_a_complaint_is_missing_from_the_table() -> None:
    of_complaints = {
        event
        for event, known in packs.events().items()
        if known.kinds is not None and "complaint" in known.kinds
    }
    held = {
        (limit.clause, event)
        for pack in packs.installed()
        for limit in pack.limits()
        for event in (limit.event, *limit.also)
        if event in of_complaints
    }
    assert {(row.clause, row.event) for row in ROWS} | {OPEN_FIGURE} == held
    written = {
        clause.id
        for clause in (*register.documents().values(), *register.law().values())
        if clause.kind == "deadline" and "event=complaint." in clause.parameters
    }
    assert written == {clause for clause, event in held if event.startswith("complaint.")}


def test_a_clause_without_a_figure_waits_for_the_institutions() -> None:
    clause, event = OPEN_FIGURE
    assert event not in _happens("case.opened", PLAIN, RECEIVED)
    setting = policy.propose_setting(
        INSURER, clause, "HARD", reason="验证投诉", actor=LEAD, at=RECEIVED, limit="2wd"
    )
    policy.approve_setting(setting, actor=OTHER, at=RECEIVED)
    # Over the Dragon Boat Festival: 22 and 23 June.
    asked = queries.preview(INSURER, event, beijing("2026-06-18 12:30"), PLAIN)
    assert asked.chosen is not None
    assert (asked.chosen.clause, asked.chosen.due_at) == (clause, beijing("2026-06-23 18:00"))


def test_a_special_complaint_takes_the_time_that_is_set_by_hand() -> None:
    policy.adopt_packs(INSURER, {"CG", "CBIRC-2020-3"}, actor=LEAD, at=RECEIVED)
    # CG-3.2-06: by law or internal rule; the law's 30 days stand behind it.
    clock = clocks.start(
        "complaint.resolve",
        subject=SUBJECT,
        institution_id=INSURER,
        facts=SPECIAL,
        at=RECEIVED,
        actor=LEAD,
        start_event="case.opened",
        limit_at=beijing("2026-07-10 18:00"),
    )
    assert clock is not None
    assert (clock.clause, clock.due_at) == ("CG-3.2-06", beijing("2026-07-10 18:00"))


def _of_the_law(facts: Facts) -> Clock:
    policy.adopt_packs(INSURER, {"CBIRC-2020-3"}, actor=LEAD, at=beijing("2026-01-01 00:00"))
    return _happens("case.opened", facts, beijing("2026-01-30 09:00"))["complaint.resolve"]


def test_the_law_gives_thirty_days_more_with_approval_and_notice() -> None:
    clock = _of_the_law(COMPLEX)
    assert clock.due_at == beijing("2026-03-02 00:00")
    reason = "须跨三省核对账务"
    told = beijing("2026-02-27 10:00")
    late_notice = beijing("2026-02-27 10:01")
    with pytest.raises(clocks.ExtensionTooLate):
        clocks.extend(
            clock,
            reason=reason,
            clause="CBIRC-2020-3-20-3",
            approved_by=OTHER.ref,
            at=told,
            actor=LEAD,
            notified_at=late_notice,
        )
    clocks.extend(
        clock,
        reason=reason,
        clause="CBIRC-2020-3-20-3",
        approved_by=OTHER.ref,
        at=told,
        actor=LEAD,
        notified_at=told,
    )
    # 31 January, the 28 of February, the 31 of March: the 60th day ends at 24:00.
    assert clock.due_at == beijing("2026-04-01 00:00")


def test_a_plain_complaint_is_not_put_off() -> None:
    clock = _of_the_law(PLAIN)
    assert clock.due_at == beijing("2026-02-15 00:00")
    with pytest.raises(clocks.CannotExtend):
        clocks.extend(
            clock,
            reason="忙",
            clause="CBIRC-2020-3-20-3",
            approved_by=OTHER.ref,
            at=beijing("2026-02-02 10:00"),
            actor=LEAD,
            notified_at=beijing("2026-02-02 10:00"),
        )


@pytest.mark.parametrize(
    ("reason", "clause"),
    [("appraisal", "CBIRC-2020-3-20-4"), ("mediation", "CBIRC-2020-3-mediation")],
)
def test_the_time_of_appraisal_and_mediation_does_not_count(reason: str, clause: str) -> None:
    clock = _of_the_law(PLAIN)
    clocks.pause(clock, reason=reason, clause=clause, at=beijing("2026-02-06 15:00"), actor=LEAD)
    clocks.resume(clock, at=beijing("2026-02-10 09:00"), actor=LEAD)
    # Used up while it stood still: 6, 7, 8 and 9 February. So 18 instead of 14 February, 24:00.
    assert clock.due_at == beijing("2026-02-19 00:00")


def test_new_facts_let_the_laws_time_begin_anew() -> None:
    clock = _of_the_law(PLAIN)
    clocks.restart(
        clock,
        reason="补充录音",
        clause="CBIRC-2020-3-20-5",
        at=beijing("2026-02-10 14:00"),
        actor=LEAD,
    )
    # 11 to 25 February, 24:00.
    assert clock.due_at == beijing("2026-02-26 00:00")


def test_feedback_is_put_off_to_fifteen_working_days_for_a_reason() -> None:
    policy.adopt_packs(INSURER, {"CG"}, actor=LEAD, at=beijing("2026-01-01 00:00"))
    clock = _happens("case.resolved", COMPLEX, beijing("2026-09-18 17:55"))["complaint.feedback"]
    assert clock.due_at == beijing("2026-10-09 18:00")
    clocks.extend(
        clock,
        reason="等待总行复函",
        clause="CG-3.3-04",
        approved_by=OTHER.ref,
        at=beijing("2026-09-30 10:00"),
        actor=LEAD,
    )
    # Five more: 10 (Saturday, worked), 12, 13, 14, 15 October.
    assert clock.due_at == beijing("2026-10-15 18:00")
