"""Setting right what a clock says of a duty that was met in time and recorded late."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.topics import publish
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.clocks.changing import SecondPersonNeeded
from shouwen.ground.policy.clocks.storing import ClockChangedMeanwhile
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.rules.ledger import Act, Entry
from shouwen.ground.vault import audit


class NothingToSetRight(Conflict):
    """Only an ended limit that reads as missed is set right."""

    message = _("This limit is not recorded as missed, so nothing is to be set right.")


@transaction.atomic
def set_right(
    clock: Clock,
    *,
    met_at: datetime,
    reason: str,
    asked_by: Actor,
    approved_by: Actor,
    at: datetime,
) -> Clock:
    """Let a hard limit that reads as missed say that it was met at `met_at`.

    The lines of before stay in the ledger; the new one names who asked and who approved. Raises
    NothingToSetRight, SecondPersonNeeded, Invalid for an instant before the clock began, after its
    end or after it was due, ClockChangedMeanwhile.
    """
    if approved_by.ref == asked_by.ref:
        raise SecondPersonNeeded
    missed_at, stopped_at = clock.breached_at, clock.stopped_at
    is_ended = clock.state == Clock.State.STOPPED and clock.hard
    if not is_ended or missed_at is None or stopped_at is None:
        raise NothingToSetRight
    if not clock.started_at <= met_at <= min(stopped_at, clock.due_at):
        wrong = _("Choose a time between the start of the limit and its due time.")
        raise Invalid(fields={"told_at": wrong})
    entry = Entry(Act.CORRECTED, met_at, reason=reason)
    sequence = clock.entry_count + 1
    same = Clock.objects.filter(
        pk=clock.pk, entry_count=clock.entry_count, state=Clock.State.STOPPED
    )
    if not same.update(stopped_at=met_at, breached_at=None, entry_count=sequence):
        raise ClockChangedMeanwhile
    clock.stopped_at, clock.breached_at, clock.entry_count = met_at, None, sequence
    storing.row_of(
        entry,
        clock=clock,
        sequence=sequence,
        actor=asked_by,
        due_at=clock.due_at,
        approved_by=approved_by.ref,
    ).save(force_insert=True)
    detail = {
        "met_at": met_at.isoformat(),
        "was": stopped_at.isoformat(),
        "missed_at": missed_at.isoformat(),
        "asked_by": asked_by.ref,
        "approved_by": approved_by.ref,
    }
    audit.record(approved_by, "clock.set_right", clock, at=at, detail=detail)
    # What was noticed then stays noticed in the live figures; the analysis reads the clock.
    publish(f"{clock.subject_kind}-{clock.subject_ref}")
    return clock


@transaction.atomic
def void(clock: Clock, *, reason: str, actor: Actor, at: datetime) -> Clock:
    """Cancel a clock that has ended and should never have run here, as one started by mistake.

    Its lines stay in the ledger; it counts no more. Raises NothingToSetRight for one that was not
    stopped, ClockChangedMeanwhile.
    """
    if clock.state != Clock.State.STOPPED:
        raise NothingToSetRight
    sequence = clock.entry_count + 1
    same = Clock.objects.filter(
        pk=clock.pk, entry_count=clock.entry_count, state=Clock.State.STOPPED
    )
    if not same.update(state=Clock.State.CANCELLED, stopped_at=at, entry_count=sequence):
        raise ClockChangedMeanwhile
    clock.state, clock.stopped_at, clock.entry_count = Clock.State.CANCELLED, at, sequence
    entry = Entry(Act.CANCELLED, at, reason=reason)
    storing.row_of(
        entry, clock=clock, sequence=sequence, actor=actor, due_at=clock.due_at, approved_by=""
    ).save(force_insert=True)
    audit.record(actor, "clock.cancelled", clock, at=at, detail={"reason": reason})
    return clock
