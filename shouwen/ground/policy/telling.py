"""Telling that a clock ends soon or has been missed: the fact, and the screens that show it."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.ground.policy.events import ClockBreached, ClockStopped, ClockWarned
from shouwen.ground.policy.models import Clock


class _Values(TypedDict):
    institution_id: int
    occurred_at: datetime
    clock_id: int
    clock_public_id: str
    event: str
    subject_kind: str
    subject_ref: str
    clause: str
    due_at: datetime
    hard: bool


def _values(clock: Clock, at: datetime) -> _Values:
    return _Values(
        institution_id=clock.institution_id,
        occurred_at=at,
        clock_id=clock.pk,
        clock_public_id=clock.public_id,
        event=clock.event,
        subject_kind=clock.subject_kind,
        subject_ref=clock.subject_ref,
        clause=clock.clause,
        due_at=clock.due_at,
        hard=clock.hard,
    )


def tell_warning(clock: Clock, at: datetime) -> None:
    """Announce that the end is near, or that a target has passed."""
    announce(ClockWarned(**_values(clock, at)))
    publish(f"{clock.subject_kind}-{clock.subject_ref}")


def tell_breach(clock: Clock, at: datetime) -> None:
    """Announce that a hard limit has passed."""
    announce(ClockBreached(**_values(clock, at)))
    publish(f"{clock.subject_kind}-{clock.subject_ref}")


def tell_stop(clock: Clock, at: datetime, *, late: bool) -> None:
    """Announce that a clock has been stopped, in time or late."""
    announce(ClockStopped(**_values(clock, at), late=late))
