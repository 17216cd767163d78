"""What may be done to an issue, and where it leads (HB-4.3): found > … > closed | reopened."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far an issue is."""

    FOUND = "FOUND"
    REPORTED = "REPORTED"
    RECTIFYING = "RECTIFYING"
    RECTIFIED = "RECTIFIED"
    ACCEPTED = "ACCEPTED"
    EVALUATED = "EVALUATED"
    CLOSED = "CLOSED"


class Act(StrEnum):
    """What is done to an issue."""

    RAISE = "RAISE"
    REPORT = "REPORT"
    ASSIGN = "ASSIGN"
    RECTIFY = "RECTIFY"
    ACCEPT = "ACCEPT"
    SEND_BACK = "SEND_BACK"
    EVALUATE = "EVALUATE"
    CLOSE = "CLOSE"
    REOPEN = "REOPEN"


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an act leads where."""

    of: frozenset[State]
    to: State


STEPS: dict[Act, Step] = {
    Act.REPORT: Step(frozenset({State.FOUND}), State.REPORTED),
    # While it is being rectified it may be given to another.
    Act.ASSIGN: Step(frozenset({State.REPORTED, State.RECTIFYING}), State.RECTIFYING),
    Act.RECTIFY: Step(frozenset({State.RECTIFYING}), State.RECTIFIED),
    Act.ACCEPT: Step(frozenset({State.RECTIFIED}), State.ACCEPTED),
    Act.SEND_BACK: Step(frozenset({State.RECTIFIED}), State.RECTIFYING),
    Act.EVALUATE: Step(frozenset({State.ACCEPTED}), State.EVALUATED),
    Act.CLOSE: Step(frozenset({State.EVALUATED}), State.CLOSED),
    Act.REOPEN: Step(frozenset({State.EVALUATED, State.CLOSED}), State.FOUND),
}
# Whose word each act is: of who works on it, or of who judges it.
WORKING = frozenset({Act.REPORT, Act.ASSIGN, Act.RECTIFY})
JUDGING = frozenset({Act.ACCEPT, Act.SEND_BACK, Act.EVALUATE, Act.CLOSE, Act.REOPEN})
# What whoever put it right leaves to somebody else (HB-4.3-05).
BY_ANOTHER = frozenset({Act.ACCEPT, Act.SEND_BACK, Act.EVALUATE})


def fits(act: Act, state: State) -> bool:
    """Whether an act is possible in a state."""
    return state in STEPS[act].of


def possible(state: State, *, is_effective: bool | None) -> list[Act]:
    """Give the acts that a state allows; what had no effect is not closed."""
    return [
        act
        for act in STEPS
        if fits(act, state) and not (act is Act.CLOSE and is_effective is not True)
    ]


def is_concerned(person_id: int, did: Collection[int | None]) -> bool:
    """Whether a person is among those who put it right."""
    return person_id in did
