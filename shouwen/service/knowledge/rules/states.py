"""Which act leads a version from where to where."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How far a version is."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class Act(StrEnum):
    """What people do with a version."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    DISCARD = "discard"
    REVIEW = "review"
    RETIRE = "retire"


MOVES: dict[Act, tuple[State, State]] = {
    Act.EDIT: (State.DRAFT, State.DRAFT),
    Act.SUBMIT: (State.DRAFT, State.SUBMITTED),
    Act.APPROVE: (State.SUBMITTED, State.PUBLISHED),
    Act.SEND_BACK: (State.SUBMITTED, State.DRAFT),
    Act.DISCARD: (State.DRAFT, State.RETIRED),
    Act.REVIEW: (State.PUBLISHED, State.PUBLISHED),
    Act.RETIRE: (State.PUBLISHED, State.RETIRED),
}


def after(state: State, act: Act) -> State | None:
    """Give the state an act leads to; None where it cannot be done."""
    begins, ends = MOVES[act]
    return ends if state is begins else None
