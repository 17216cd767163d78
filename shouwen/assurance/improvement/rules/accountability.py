"""Holding somebody accountable: proposed > investigated > determined > handled (CG-3.4-04).

Who is held accountable is heard before anything is determined, and may contest it once. No step is
judged by whoever took the one before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far it is."""

    PROPOSED = "PROPOSED"
    INVESTIGATED = "INVESTIGATED"
    DETERMINED = "DETERMINED"
    HANDLED = "HANDLED"
    CLEARED = "CLEARED"


class Act(StrEnum):
    """What is done: STATE and CONTEST by the person concerned, all else by others."""

    PROPOSE = "PROPOSE"
    STATE = "STATE"
    SILENT = "SILENT"
    INVESTIGATE = "INVESTIGATE"
    DETERMINE = "DETERMINE"
    CLEAR = "CLEAR"
    CONTEST = "CONTEST"
    KEEP = "KEEP"
    LIFT = "LIFT"
    HANDLE = "HANDLE"


class Reason(StrEnum):
    """Why an act is refused."""

    ELSEWHERE = "elsewhere"
    NOT_HEARD = "not_heard"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know; people by their row ids."""

    state: State
    person: int
    proposer: int
    investigator: int | None = None
    determiner: int | None = None
    # Whether the person spoke, and whether it was recorded that they did not.
    has_spoken: bool = False
    was_silent: bool = False
    was_contested: bool = False
    is_contested: bool = False


OWN = frozenset({Act.STATE, Act.CONTEST})
_BEFORE: Mapping[Act, frozenset[State]] = {
    Act.STATE: frozenset({State.PROPOSED, State.INVESTIGATED}),
    Act.SILENT: frozenset({State.PROPOSED, State.INVESTIGATED}),
    Act.INVESTIGATE: frozenset({State.PROPOSED}),
    Act.DETERMINE: frozenset({State.INVESTIGATED}),
    Act.CLEAR: frozenset({State.INVESTIGATED}),
    Act.CONTEST: frozenset({State.DETERMINED}),
    Act.KEEP: frozenset({State.DETERMINED}),
    Act.LIFT: frozenset({State.DETERMINED}),
    Act.HANDLE: frozenset({State.DETERMINED}),
}
_AFTER: Mapping[Act, State] = {
    Act.PROPOSE: State.PROPOSED,
    Act.INVESTIGATE: State.INVESTIGATED,
    Act.DETERMINE: State.DETERMINED,
    Act.CLEAR: State.CLEARED,
    Act.LIFT: State.CLEARED,
    Act.HANDLE: State.HANDLED,
}


def after(act: Act, state: State) -> State:
    """Give the state an allowed act leads to."""
    return _AFTER.get(act, state)


def why_not(act: Act, standing: Standing) -> Reason | None:
    """Give the reason an act is refused now, or None when it may be done."""
    if standing.state not in _BEFORE.get(act, frozenset()):
        return Reason.ELSEWHERE
    is_heard = standing.has_spoken or standing.was_silent
    match act:
        case Act.STATE if standing.has_spoken:
            return Reason.ELSEWHERE
        case Act.SILENT if is_heard:
            return Reason.ELSEWHERE
        case Act.DETERMINE | Act.CLEAR if not is_heard:
            return Reason.NOT_HEARD
        case Act.CONTEST if standing.was_contested:
            return Reason.ELSEWHERE
        case Act.KEEP | Act.LIFT if not standing.is_contested:
            return Reason.ELSEWHERE
        case Act.HANDLE if standing.is_contested:
            return Reason.CONTESTED
    return None


def may_be_done_by(act: Act, person: int, standing: Standing) -> bool:
    """Whether a person may take this step: their own word alone, and none after their own step."""
    if act in OWN:
        return person == standing.person
    took: set[int | None] = {standing.person}
    if act in (Act.INVESTIGATE, Act.SILENT, Act.DETERMINE, Act.CLEAR, Act.KEEP, Act.LIFT):
        took.add(standing.proposer)
    if act in (Act.DETERMINE, Act.CLEAR, Act.KEEP, Act.LIFT):
        took.add(standing.investigator)
    if act in (Act.KEEP, Act.LIFT):
        took.add(standing.determiner)
    return person not in took
