"""How the machine is: readings that rooms above plug in, and that one page and one door show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Words


class State(StrEnum):
    """Whether a thing is as it should be, behind, or not in use here."""

    OK = "ok"
    LATE = "late"
    OFF = "off"


class Unit(StrEnum):
    """What an amount counts."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    BYTES = "bytes"
    PERCENT = "percent"
    COUNT = "count"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that is watched, as it is now.

    `limit` is in the amount's unit; `note` is who or what; `advice` says what to do about a state
    that is not OK.
    """

    code: str
    label: Words
    state: State = State.OK
    amount: float | None = None
    unit: Unit = Unit.NONE
    limit: float | None = None
    at: datetime | None = None
    note: Words = ""
    advice: Words = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Readings of one subject."""

    code: str
    label: Words
    readings: Sequence[Reading]

    @property
    def late(self) -> int:
        """How many of them are behind."""
        return sum(reading.state == State.LATE for reading in self.readings)


# Reads one subject within the asker's institution, in a constant number of queries.
Reader = Callable[[Actor, datetime], Group]
_readers: dict[Reader, None] = {}


def register_reader(reader: Reader) -> None:
    """Have this subject read too, after those that are there; twice counts once."""
    _readers[reader] = None


def readers() -> list[Reader]:
    """Give the readers in the order they were added."""
    return list(_readers)


def state_of(amount: float, limit: float) -> State:
    """Say whether an amount is within its limit."""
    return State.LATE if amount > limit else State.OK
