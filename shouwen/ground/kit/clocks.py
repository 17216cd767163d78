"""What a clock pill shows, made from a clock of the policy room or from a bare due moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from . import words

ICONS = {
    "safe": "clock",
    "soon": "hourglass",
    "over": "alert-octagon",
    "hold": "player-pause",
    "done": "check",
    "goal": "target",
}


class ClockLike(Protocol):
    """What the kit reads of a clock; the policy room's ClockView has all of it."""

    @property
    def state(self) -> str:
        """One of the six states."""

    @property
    def due_at(self) -> datetime:
        """The moment that counts."""

    @property
    def started_at(self) -> datetime:
        """When it began to run."""

    @property
    def stopped_at(self) -> datetime | None:
        """When it was met, if it was."""

    @property
    def hard(self) -> bool:
        """Whether it binds; a target that was missed is no limit missed."""

    @property
    def met(self) -> bool | None:
        """Whether it ended in time; None while it runs."""

    @property
    def waits_for(self) -> str:
        """What a paused clock waits for."""

    @property
    def next_changes(self) -> Sequence[tuple[datetime, str]]:
        """When it will take which state, if nothing happens."""


@dataclass(frozen=True, slots=True)
class Pill:
    """One clock in words; `changes` lets the page's timer go on from here."""

    state: str
    icon: str
    text: str
    tooltip: str
    due: str
    changes: str
    # Ended, but after its time: never told as if it had been met.
    is_missed: bool = False


def pill(clock: ClockLike, now: datetime) -> Pill:
    """Put a clock into words as of `now`."""
    return _pill(
        clock.state,
        clock.due_at,
        now,
        spent=(clock.stopped_at - clock.started_at).total_seconds() if clock.stopped_at else None,
        waits_for=str(clock.waits_for or ""),
        changes=clock.next_changes,
        is_missed=clock.state == "done" and clock.hard and clock.met is False,
    )


def pill_of_due(due: datetime, state: str, now: datetime) -> Pill:
    """Put a bare due moment into words; `state` may be empty and then follows from the moment."""
    known = state if state in ICONS else "over" if due < now else "safe"
    changes = [(due, "over")] if known in ("safe", "soon") else []
    return _pill(known, due, now, spent=None, waits_for="", changes=changes)


def _pill(
    state: str,
    due: datetime,
    now: datetime,
    *,
    spent: float | None,
    waits_for: str,
    changes: Sequence[tuple[datetime, str]],
    is_missed: bool = False,
) -> Pill:
    text = _text(state, due, now, spent, waits_for)
    return Pill(
        state=state,
        icon=ICONS["over" if is_missed else state],
        text=_("Late · %(took)s") % {"took": text} if is_missed else text,
        tooltip=_("Due %(moment)s") % {"moment": words.moment(due, now)},
        # A stopped or paused clock does not tick.
        due="" if state in ("done", "hold") else due.isoformat(timespec="milliseconds"),
        changes=" ".join(f"{at.isoformat(timespec='milliseconds')}={to}" for at, to in changes),
        is_missed=is_missed,
    )


def _text(state: str, due: datetime, now: datetime, spent: float | None, waits_for: str) -> str:
    if state == "done":
        if spent is None:
            return _("Done")
        return _("Took %(time)s") % {"time": words.duration(spent)}
    if state == "hold":
        if not waits_for:
            return _("On hold")
        return _("On hold · %(reason)s") % {"reason": waits_for}
    if state == "goal":
        span = words.duration(abs((due - now).total_seconds()))
        if due >= now:
            return _("Target in %(time)s") % {"time": span}
        return _("Target passed by %(time)s") % {"time": span}
    return words.left(due, now)
