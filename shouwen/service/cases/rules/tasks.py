"""When another unit may be asked to do something for a case."""

from __future__ import annotations

from enum import StrEnum

from shouwen.service.cases.rules.states import WAITING_STATES, State

# A case that nobody works has nobody to take the answer; after its result there is nothing to ask.
ASKING_STATES = frozenset({State.ASSIGNED, State.IN_PROGRESS}) | WAITING_STATES


class TaskAct(StrEnum):
    """What can be done to an open task."""

    ANSWER = "answer"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


def may_be_asked_for(state: State) -> bool:
    """Whether a case in this state may ask another unit."""
    return state in ASKING_STATES
