"""Facts about people that others care for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PresenceChanged(Event):
    """A person went from one presence state to another."""

    name: ClassVar[str] = "staff.presence_changed"
    person_id: int
    state: str
    previous: str


@dataclass(frozen=True, kw_only=True)
class PersonDisabled(Event):
    """A person no longer works here; their sessions are closed and their work must move on."""

    name: ClassVar[str] = "staff.person_disabled"
    person_id: int
