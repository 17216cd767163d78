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
    MAJOR = "MAJOR"
    MEET = "MEET"
    MEASURE = "MEASURE"
    RETRACT = "RETRACT"
    HAND_OVER = "HAND_OVER"


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an act leads where; without an end it leaves the state as it is."""

    of: frozenset[State]
    to: State | None


# Before the report is handed in: what a plan still changes.
BEFORE_REPORT = frozenset({State.FOUND, State.REPORTED, State.RECTIFYING})
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
    # A major issue is rectified by the plan of a special meeting (HB-4.3-06).
    Act.MAJOR: Step(BEFORE_REPORT, None),
    Act.MEET: Step(BEFORE_REPORT, None),
    Act.MEASURE: Step(BEFORE_REPORT, None),
    Act.RETRACT: Step(BEFORE_REPORT, None),
}
# Whose word each act is: of who works on it, or of who judges it.
PLANNING = frozenset({Act.MAJOR, Act.MEET, Act.MEASURE, Act.RETRACT})
WORKING = frozenset({Act.REPORT, Act.ASSIGN, Act.RECTIFY}) | PLANNING
# What was recorded by mistake and can be taken back; all else is answered by an act of its own.
RETRACTABLE = frozenset({Act.MAJOR, Act.MEET, Act.MEASURE})
JUDGING = frozenset({Act.ACCEPT, Act.SEND_BACK, Act.EVALUATE, Act.CLOSE, Act.REOPEN})
# What whoever put it right leaves to somebody else (HB-4.3-05).
BY_ANOTHER = frozenset({Act.ACCEPT, Act.SEND_BACK, Act.EVALUATE})


def fits(act: Act, state: State) -> bool:
    """Whether an act is possible in a state."""
    return state in STEPS[act].of


@dataclass(frozen=True, slots=True)
class Plan:
    """How far the plan of an issue is in its present round."""

    is_major: bool
    has_met: bool
    measures: int
    retractable: int = 0


def is_planned(plan: Plan) -> bool:
    """Whether it may be handed in: a major one has its meeting, and a measure in a name."""
    return not plan.is_major or (plan.has_met and plan.measures > 0)


def suits(act: Act, plan: Plan) -> bool:
    """Whether an act fits the plan as it stands."""
    match act:
        case Act.MAJOR:
            return not plan.is_major
        case Act.MEET:
            return plan.is_major and not plan.has_met
        case Act.MEASURE:
            return plan.has_met
        case Act.RETRACT:
            return plan.retractable > 0
        case Act.RECTIFY | Act.ACCEPT:
            return is_planned(plan)
        case _:
            return True


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
