"""The case's clocks: every act that starts, stops or pauses one comes through here."""

from __future__ import annotations

from datetime import datetime

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import clocks, packs
from shouwen.ground.policy.clocks import Facts
from shouwen.ground.policy.models import Clock
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries.clocks import (
    PROMISE_BEGINS,
    RESOLVE_EVENT,
    clocks_running,
    facts_of,
    subject_of,
    tightest,
)
from shouwen.service.cases.rules.states import UNSOLVED_STATES, State

# What the rules of the packs call the two sorts of waiting, and the clauses behind them: the
# customer confirms content and progress; outside parties are coordinated with.
CUSTOMER, CUSTOMER_CLAUSE = "customer", "HB-2.1-08"
OUTSIDE, OUTSIDE_CLAUSE = "outside", "OM-4.1-03"
# What happens again after an objection; the clauses that count from it count from the last time.
AGAIN = frozenset(
    {"case.resolved", "case.feedback_sent", "complaint.resolved", "complaint.feedback_sent"}
    | {"complaint.review_requested", "complaint.new_facts"}
)


def begin(case: Case, trigger: str, *, actor: Actor, at: datetime) -> list[Clock]:
    """Start every clock the active packs, or the house's own promise, demand from this moment."""
    facts = facts_of(case)
    started = clocks.start_all(
        trigger,
        subject=subject_of(case),
        institution_id=case.institution_id,
        facts=facts,
        at=at,
        actor=actor,
        since=case.reopened_at,
        anew_after=case.customer_objected_at if trigger in AGAIN else None,
    )
    if trigger == PROMISE_BEGINS[0]:
        _promise(case, facts, actor=actor, at=at, since=case.reopened_at)
    return started


def _promise(
    case: Case, facts: Facts, *, actor: Actor, at: datetime, since: datetime | None
) -> None:
    """Let what the house promises run too where no pack demands a clock for it."""
    for one in facts.promised:
        clocks.start(
            one.event,
            subject=subject_of(case),
            institution_id=case.institution_id,
            facts=facts,
            at=at,
            actor=actor,
            start_event=PROMISE_BEGINS[0],
            since=since,
        )


def passed(
    case: Case, trigger: str, *, actor: Actor, at: datetime, begins_at: datetime | None = None
) -> None:
    """Stop every clock this moment ends, start every one it begins, and note the tightest.

    What it begins counts from `begins_at`, where that is not `at`.
    """
    clocks.stop_all(trigger, subject=subject_of(case), at=at, actor=actor)
    begin(case, trigger, actor=actor, at=begins_at or at)
    note_tightest(case)


def told(case: Case, *, told_at: datetime, actor: Actor, at: datetime) -> None:
    """Note that the customer was told the result; a window to contest it counts from the last one.

    What telling ends, ends at `told_at`; the window counts from `at`, when the telling is recorded.
    Serves CBIRC-2020-3-22-1.
    """
    if case.customer_objected_at is not None or case.reopened_at is not None:
        for clock in clocks_running(case):
            if packs.is_window(clock.event):
                clocks.cancel(clock, reason="case.feedback_sent", at=at, actor=actor)
    passed(case, "case.feedback_sent", actor=actor, at=told_at, begins_at=at)


def ended(case: Case, trigger: str, *, actor: Actor, at: datetime) -> None:
    """Stop every clock of the work; what begins here (rating, callback) runs on after it.

    So does what is no work of ours, or of another's on it: the time to ask for a 核查 and to decide
    one (CBIRC-2020-3-22).
    """
    before = {clock.pk for clock in clocks_running(case) if not packs.outlasts(clock.event)}
    passed(case, trigger, actor=actor, at=at)
    for clock in clocks_running(case):
        if clock.pk in before:
            clocks.stop(clock, trigger=trigger, at=at, actor=actor)
    note_tightest(case)


def objected(case: Case, *, actor: Actor, at: datetime) -> None:
    """Let the time for solving run anew: what was given did not solve it.

    HB-2.1-07 counts for each dispatch of a ticket, so for this one. The limits of a complaint do
    not: CG-3.2-04 and -05 count from acceptance and those of HB, OM and the law from receipt, and
    only new facts begin the law's anew (CBIRC-2020-3-20-5); to object is none. Telling the second
    result counts from the second completion (CG-3.2-07, CG-3.3-04), see AGAIN.
    """
    clocks.stop_all("case.objected", subject=subject_of(case), at=at, actor=actor)
    clocks.start(
        RESOLVE_EVENT,
        subject=subject_of(case),
        institution_id=case.institution_id,
        facts=facts_of(case),
        at=at,
        actor=actor,
        start_event="case.objected",
        since=case.reopened_at,
    )
    note_tightest(case)


def begin_again(case: Case, *, actor: Actor, at: datetime) -> None:
    """Start the clocks of a new round: those of opening, and of what lies behind it by now.

    What still ran after the end (rating, callback) is cancelled; the new end starts it anew. The
    customer keeps the time to contest what they were told, and whoever decides on it their limit.
    """
    for clock in clocks_running(case):
        if not packs.outlasts(clock.event):
            clocks.cancel(clock, reason="case.reopened", at=at, actor=actor)
    behind = [
        happening
        for happening, is_behind in (
            ("case.accepted", case.state != State.NEW),
            ("case.classified", case.category_id is not None),
            ("case.assigned", case.assigned_at is not None),
        )
        if is_behind
    ]
    facts = facts_of(case)
    for trigger in ("case.opened", *behind):
        clocks.start_all(
            trigger,
            subject=subject_of(case),
            institution_id=case.institution_id,
            facts=facts,
            at=at,
            actor=actor,
            since=at,
            past=behind,
        )
    if PROMISE_BEGINS[0] in behind:
        _promise(case, facts, actor=actor, at=at, since=at)
    note_tightest(case)


def stand_still(
    case: Case, waits_for: str, *, clause: str, actor: Actor, at: datetime
) -> list[Clock]:
    """Hold the clocks whose rules may wait for `customer` or `outside`; give those that now do."""
    held = clocks.pause_all(subject_of(case), reason=waits_for, clause=clause, at=at, actor=actor)
    note_tightest(case)
    return held


def go_on(case: Case, *, actor: Actor, at: datetime) -> None:
    """Let the held clocks run again; the time they stood still is added to their due times.

    What stands still for an appraisal or a mediation goes on when that ends.
    """
    for cause in (CUSTOMER, OUTSIDE):
        clocks.end_wait(subject_of(case), cause, ended_at=at, at=at, actor=actor)
    note_tightest(case)


def counts_again(
    case: Case, cause: str, *, clause: str, ended_at: datetime, actor: Actor, at: datetime
) -> None:
    """Let what waited for `cause` alone count again from `ended_at`."""
    clocks.end_wait(subject_of(case), cause, ended_at=ended_at, at=at, actor=actor, clause=clause)
    note_tightest(case)


def counts_anew(
    case: Case, trigger: str, *, clause: str, counts_at: datetime, actor: Actor, at: datetime
) -> list[Clock]:
    """Let the limits that `clause` restarts count from `counts_at`, also where they had ended.

    Gives the clocks that do.
    """
    begun = clocks.restart_all(
        subject_of(case), clause=clause, reason=trigger, begins_at=counts_at, at=at, actor=actor
    )
    running_before = {clock.pk for clock in clocks_running(case)}
    begin(case, trigger, actor=actor, at=counts_at)
    begun += [clock for clock in clocks_running(case) if clock.pk not in running_before]
    note_tightest(case)
    return begun


def counts_from(case: Case, event: str, trigger: str, *, counts_at: datetime, actor: Actor) -> None:
    """Start the clock of one event for what happened at `counts_at` and waited its turn."""
    clocks.start(
        event,
        subject=subject_of(case),
        institution_id=case.institution_id,
        facts=facts_of(case),
        at=counts_at,
        actor=actor,
        start_event=trigger,
        since=case.reopened_at,
    )
    note_tightest(case)


def limited_by_hand(
    case: Case, event: str, trigger: str, *, limit_at: datetime, actor: Actor, at: datetime
) -> None:
    """Add a moment set by hand to the clock of one event, which starts where none runs.

    No rule begins with `trigger`, so nothing else begins to count.
    """
    clocks.start(
        event,
        subject=subject_of(case),
        institution_id=case.institution_id,
        facts=facts_of(case),
        at=at,
        actor=actor,
        start_event=trigger,
        limit_at=limit_at,
        since=case.reopened_at,
    )
    note_tightest(case)


def risk_judged(case: Case, *, actor: Actor, at: datetime) -> None:
    """Let the limits of the risk response run since the matter came in, or end with the risk."""
    clocks.reclassify(subject_of(case), facts_of(case), at=at, actor=actor)
    begin(case, "case.opened", actor=actor, at=case.round_began_at)
    note_tightest(case)


def classified_anew(case: Case, *, actor: Actor, at: datetime) -> None:
    """Compute the due times again with what is known now."""
    facts = facts_of(case)
    clocks.reclassify(subject_of(case), facts, at=at, actor=actor)
    _promise_what_runs_not(case, facts, actor=actor)
    note_tightest(case)


def _promise_what_runs_not(case: Case, facts: Facts, *, actor: Actor) -> None:
    """Let what is promised since the case is known better run from when its handler had it."""
    if not facts.promised or case.assigned_at is None or State(case.state) not in UNSOLVED_STATES:
        return
    running = {clock.event for clock in clocks_running(case)}
    if not running.issuperset(one.event for one in facts.promised):
        began = (case.customer_objected_at, case.assigned_at, case.round_began_at)
        _promise(case, facts, actor=actor, at=max(filter(None, began)), since=case.reopened_at)


def turned(case: Case, *, actor: Actor, at: datetime) -> None:
    """Let the clocks of the case's new kind run since it came in, and end those it has not."""
    kind, subject = case.kind.lower(), subject_of(case)
    clocks.cancel_unwanted(subject, kind, reason="case.turned", at=at, actor=actor)
    clocks.reclassify(subject, facts_of(case), at=at, actor=actor)
    begin(case, "case.opened", actor=actor, at=case.round_began_at)
    note_tightest(case)


def note_tightest(case: Case) -> None:
    """Keep beside the case when its tightest clock warns and is due, for views and sorting."""
    soon_at, due_at = tightest(clocks_running(case)) if case.is_open else (None, None)
    if (soon_at, due_at) != (case.soon_at, case.due_at):
        Case.objects.filter(pk=case.pk).update(soon_at=soon_at, due_at=due_at)
        case.soon_at, case.due_at = soon_at, due_at
