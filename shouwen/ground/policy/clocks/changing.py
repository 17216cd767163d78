"""Manual acts on a running clock: hold it, go on, put it off, begin it anew, judge it anew.

Each is on the clock's ledger with its reason and clause, and on the audit trail.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.policy import packs
from shouwen.ground.policy.book import policy_of
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.clocks.storing import OPEN, ClockEnded, Subject
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.rules.facts import Facts, applies
from shouwen.ground.policy.rules.ledger import Act, Entry, waits_for
from shouwen.ground.policy.rules.limits import Extension, due_at
from shouwen.ground.vault import audit


class CannotPause(Conflict):
    """No clause lets this clock wait for that."""

    message = _("No clause lets this clock wait for that. It goes on; finish in time or extend it.")


class NotPaused(Conflict):
    """There is nothing to take up again."""

    message = _("This clock is not on hold. It is running already.")


class CannotExtend(Conflict):
    """No clause lets this clock be put off."""

    message = _("No clause in force here lets this clock be put off. Finish it in time.")


class ExtensionTooLate(Conflict):
    """The old due time has passed, or the customer was not told before it did."""

    message = _("An extension must be approved, and the customer told, before the due time passes.")


class SecondPersonNeeded(Conflict):
    """Nobody approves what they ask for themselves."""

    message = _("A second person must approve this. Ask a colleague who may approve it.")


@transaction.atomic
def pause(
    clock: Clock,
    *,
    reason: str,
    at: datetime,
    actor: Actor,
    clause: str = "",
    approved_by: str = "",
) -> Clock:
    """Hold the limits that may wait for this: customer, appraisal, mediation.

    What it waits for follows from `clause` (then `reason` is free text), else `reason` names it.
    The clock stands on hold when its strictest hard limit may wait; other limits run on. Raises
    CannotPause when none may, or waits for it already; ClockEnded.
    """
    before = storing.recompute(clock)
    cause = packs.pause_cause(reason, clause)
    entry = Entry(Act.PAUSED, at, trigger=cause, reason=reason, clause=clause)
    after = storing.recompute(clock, [*storing.entries_of(clock), entry])
    if clock.state in OPEN and sum(c.paused for c in after.candidates) <= sum(
        c.paused for c in before.candidates
    ):
        raise CannotPause
    storing.append(clock, entry, actor=actor, approved_by=approved_by, outcome=after)
    detail = {"reason": reason, "clause": clause, "approved_by": approved_by}
    audit.record(actor, "clock.paused", clock, at=at, detail=detail)
    return clock


@transaction.atomic
def pause_all(
    subject: Subject, *, reason: str, at: datetime, actor: Actor, clause: str = ""
) -> list[Clock]:
    """Hold every clock of the subject that may wait for this; give those that now do."""
    held = []
    for clock in storing.open_clocks(subject):
        try:
            held.append(pause(clock, reason=reason, at=at, actor=actor, clause=clause))
        except CannotPause:
            continue
    return held


@transaction.atomic
def resume(clock: Clock, *, at: datetime, actor: Actor, reason: str = "") -> Clock:
    """Let what was held run again; its due instant moves by what was paused.

    Raises NotPaused, ClockEnded.
    """
    if clock.state in OPEN and not any(c.get("paused") for c in clock.candidates):
        raise NotPaused
    storing.append(clock, Entry(Act.RESUMED, at, reason=reason), actor=actor)
    audit.record(actor, "clock.resumed", clock, at=at, detail={"reason": reason})
    return clock


@transaction.atomic
def end_wait(
    subject: Subject,
    cause: str,
    *,
    ended_at: datetime,
    at: datetime,
    actor: Actor,
    clause: str = "",
) -> list[Clock]:
    """Let what waits for `cause` (customer, appraisal, mediation) count again from `ended_at`.

    What stands still for another cause stays on hold. `ended_at` may lie before `at`, so that time
    counts from the end of the wait and not from its recording. Gives the clocks that waited for it.
    """
    ended = []
    for clock in storing.open_clocks(subject):
        entries = storing.entries_of(clock)
        if cause not in waits_for(entries):
            continue
        entry = Entry(Act.RESUMED, ended_at, trigger=cause, reason=cause, clause=clause)
        storing.append(clock, entry, actor=actor)
        detail = {"reason": cause, "ended_at": ended_at.isoformat()}
        audit.record(actor, "clock.resumed", clock, at=at, detail=detail)
        ended.append(clock)
    return ended


@transaction.atomic
def extend(
    clock: Clock,
    *,
    reason: str,
    clause: str,
    approved_by: str,
    at: datetime,
    actor: Actor,
    due_at: datetime | None = None,
    notified_at: datetime | None = None,
) -> Clock:
    """Put off the limits that `clause` lets be put off, by default as far as it allows.

    `approved_by` is the reference of the second person; `notified_at` says when the customer was
    told, where the clause demands it. Raises CannotExtend, ExtensionTooLate, SecondPersonNeeded,
    Invalid (beyond the clause's longest extension, or no reason), ClockEnded. Serves CG-3.3-04,
    CBIRC-2020-3-20.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the time is not enough.")})
    if not approved_by or approved_by == actor.ref:
        raise SecondPersonNeeded
    if clock.state not in OPEN:
        raise ClockEnded
    terms, old_due, latest = _extension(clock, clause)
    if at >= old_due or (terms.notice and (notified_at is None or notified_at > at)):
        raise ExtensionTooLate
    until = due_at or latest
    if until > latest or until <= at:
        raise Invalid(fields={"due_at": _("Choose a time that the clause still allows.")})
    entry = Entry(Act.EXTENDED, at, reason=reason, clause=clause, due_at=until)
    storing.append(clock, entry, actor=actor, approved_by=approved_by)
    detail = {
        "reason": reason,
        "clause": clause,
        "approved_by": approved_by,
        "due_at": until.isoformat(),
        "notified_at": notified_at.isoformat() if notified_at else "",
    }
    audit.record(actor, "clock.extended", clock, at=at, detail=detail)
    return clock


def _extension(clock: Clock, clause: str) -> tuple[Extension, datetime, datetime]:
    """Give the terms of an extension, when its limit is due, and the latest instant it reaches."""
    policy = policy_of(clock.institution_id)
    outcome = storing.recompute(clock)
    calendar = policy.calendar(outcome.facts.queue)
    starts = {c.clause: c.started_at for c in outcome.candidates}
    for rule in storing.rules_of(policy.book(clock.policy_at), clock.event):
        if not rule.extend or rule.extend.clause != clause or rule.clause not in starts:
            continue
        if applies(rule.when, outcome.facts):
            held = next(c for c in outcome.candidates if c.clause == rule.clause)
            latest = due_at(rule.extend.to, held.started_at, calendar)
            return rule.extend, held.due_at, max(latest, held.due_at)
    raise CannotExtend


@transaction.atomic
def restart(
    clock: Clock,
    *,
    reason: str,
    at: datetime,
    actor: Actor,
    clause: str = "",
    approved_by: str = "",
) -> Clock:
    """Let limits begin anew at `at`: those that `clause` restarts, or all of them without one.

    New facts in a complaint restart the law's limit (CBIRC-2020-3-20-5) but free nobody from the
    others. Raises ClockEnded, SecondPersonNeeded for a restart of everything without approval.
    """
    if not clause and (not approved_by or approved_by == actor.ref):
        raise SecondPersonNeeded
    entry = Entry(Act.RESTARTED, at, reason=reason, clause=clause)
    storing.append(clock, entry, actor=actor, approved_by=approved_by)
    detail = {"reason": reason, "clause": clause, "approved_by": approved_by}
    audit.record(actor, "clock.restarted", clock, at=at, detail=detail)
    return clock


@transaction.atomic
def restart_all(
    subject: Subject,
    *,
    clause: str,
    reason: str,
    begins_at: datetime,
    at: datetime,
    actor: Actor,
) -> list[Clock]:
    """Let the limits that `clause` restarts begin anew at `begins_at` on every open clock.

    Gives the clocks that have such a limit; the others run on untouched.
    """
    begun = []
    for clock in storing.open_clocks(subject):
        entries = storing.entries_of(clock)
        entry = Entry(Act.RESTARTED, begins_at, reason=reason, clause=clause)
        before, after = (
            storing.recompute(clock, entries),
            storing.recompute(clock, [*entries, entry]),
        )
        starts = [{c.clause: c.started_at for c in one.candidates} for one in (before, after)]
        if starts[0] == starts[1]:
            continue
        storing.append(clock, entry, actor=actor, outcome=after)
        detail = {"reason": reason, "clause": clause, "begins_at": begins_at.isoformat()}
        audit.record(actor, "clock.restarted", clock, at=at, detail=detail)
        begun.append(clock)
    return begun


@transaction.atomic
def begin_later(
    subject: Subject, trigger: str, *, begins_at: datetime, reason: str, at: datetime, actor: Actor
) -> list[Clock]:
    """Let the clocks that this happening would stop count from a later moment, and give them.

    For what nobody could do before: a question asked while the line is closed. A clock whose time
    has passed stays late.
    """
    moved = []
    for clock in storing.open_clocks(subject):
        stopped_by = policy_of(clock.institution_id).book(clock.policy_at).stopped_by
        if clock.event not in stopped_by.get(trigger, ()) or clock.due_at <= at:
            continue
        entry = Entry(Act.RESTARTED, begins_at, reason=reason)
        storing.append(clock, entry, actor=actor)
        detail = {"reason": reason, "begins_at": begins_at.isoformat()}
        audit.record(actor, "clock.restarted", clock, at=at, detail=detail)
        moved.append(clock)
    return moved


@transaction.atomic
def reclassify(subject: Subject, facts: Facts, *, at: datetime, actor: Actor) -> list[Clock]:
    """Judge every open clock of the subject by new facts, from its first start on.

    The pack versions and settings stay those the subject began with. A clock that no limit
    demands any more is cancelled. Gives the clocks that are still open.
    """
    changed = []
    for clock in storing.open_clocks(subject):
        entry = Entry(Act.RECLASSIFIED, at, facts=facts)
        outcome = storing.recompute(clock, [*storing.entries_of(clock), entry])
        if outcome.facts.to_json() == clock.facts:
            changed.append(clock)
        elif outcome.chosen is None:
            values = {"state": str(Clock.State.CANCELLED), "stopped_at": at, "next_at": None}
            end = Entry(Act.CANCELLED, at, reason="reclassified", facts=facts)
            storing.write(clock, end, values, actor=actor)
        else:
            was = clock.due_at
            storing.append(clock, entry, actor=actor, outcome=outcome)
            detail = {"was_due_at": was.isoformat(), "due_at": clock.due_at.isoformat()}
            audit.record(actor, "clock.reclassified", clock, at=at, detail=detail)
            changed.append(clock)
    return changed
