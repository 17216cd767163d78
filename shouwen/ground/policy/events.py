"""Facts the policy room announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ClockEvent(Event):
    """What both facts about a clock carry."""

    name: ClassVar[str] = "clock"
    clock_id: int
    clock_public_id: str
    event: str
    subject_kind: str
    subject_ref: str
    clause: str
    due_at: datetime
    hard: bool


@dataclass(frozen=True, kw_only=True)
class ClockWarned(ClockEvent):
    """A clock's end is near, or a target's has passed."""

    name: ClassVar[str] = "clock.warned"


@dataclass(frozen=True, kw_only=True)
class ClockBreached(ClockEvent):
    """A hard limit has passed."""

    name: ClassVar[str] = "clock.breached"


@dataclass(frozen=True, kw_only=True)
class ClockStopped(ClockEvent):
    """What a clock waited for has happened; `late` when its due instant had passed by then."""

    name: ClassVar[str] = "clock.stopped"
    late: bool
