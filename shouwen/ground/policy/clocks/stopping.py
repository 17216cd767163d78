"""Stopping clocks when what they wait for has happened, and cancelling what is no longer due."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy.book import policy_of
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.clocks.starting import is_wanted
from shouwen.ground.policy.clocks.storing import OPEN, ClockEnded, Subject
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.rules.ledger import Act, Entry
from shouwen.ground.policy.telling import tell_breach, tell_stop
from shouwen.ground.vault import audit


@transaction.atomic
def stop(clock: Clock, *, at: datetime, actor: Actor, trigger: str = "") -> Clock:
    """Stop a clock: what it waited for has happened at `at`.

    A hard limit that had passed by then is a breach, also when the ticker has not looked yet. A
    breach that was found stays one, though it is proved afterwards that the limit was kept: both
    instants stand for whoever inspects it. Raises ClockEnded.
    """
    if clock.state not in OPEN:
        raise ClockEnded
    passed = clock.state == Clock.State.RUNNING and at > clock.due_at
    late = passed and clock.hard and clock.breached_at is None
    values = {
        "state": str(Clock.State.STOPPED),
        "stopped_at": at,
        "next_at": None,
        "breached_at": at if late else clock.breached_at,
    }
    storing.write(clock, Entry(Act.STOPPED, at, trigger=trigger), values, actor=actor)
    if late:
        tell_breach(clock, at)
    tell_stop(clock, at, late=passed or clock.breached_at is not None)
    return clock


@transaction.atomic
def stop_all(trigger: str, *, subject: Subject, at: datetime, actor: Actor) -> list[Clock]:
    """Stop every clock of the subject that waits for this happening, by event name."""
    return [
        stop(clock, at=at, actor=actor, trigger=trigger)
        for clock in storing.open_clocks(subject)
        if clock.event
        in policy_of(clock.institution_id).book(clock.policy_at).stopped_by.get(trigger, ())
    ]


@transaction.atomic
def cancel(clock: Clock, *, reason: str, at: datetime, actor: Actor) -> Clock:
    """End a clock whose duty has fallen away: withdrawn, merged, opened by mistake.

    Raises ClockEnded. The reason is kept in the ledger and on the audit trail.
    """
    values = {"state": str(Clock.State.CANCELLED), "stopped_at": at, "next_at": None}
    if clock.state not in OPEN:
        raise ClockEnded
    storing.write(clock, Entry(Act.CANCELLED, at, reason=reason), values, actor=actor)
    audit.record(actor, "clock.cancelled", clock, at=at, detail={"reason": reason})
    return clock


@transaction.atomic
def cancel_all(subject: Subject, *, reason: str, at: datetime, actor: Actor) -> list[Clock]:
    """End every open clock of a subject, by event name."""
    return [cancel(c, reason=reason, at=at, actor=actor) for c in storing.open_clocks(subject)]


@transaction.atomic
def cancel_unwanted(
    subject: Subject, kind: str, *, reason: str, at: datetime, actor: Actor
) -> list[Clock]:
    """End the open clocks of a subject that a matter of this kind would not have."""
    return [
        cancel(clock, reason=reason, at=at, actor=actor)
        for clock in storing.open_clocks(subject)
        if not is_wanted(clock.event, kind)
    ]
