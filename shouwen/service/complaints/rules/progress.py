"""Which step is a milestone that the complainant hears of, and by what way, as pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shouwen.service.complaints.rules.states import Act, State

# Where the progress of a complaint is to be learned by the way the complainant chose.
CLAUSE = "OM-4.4-07"
# A letter that nobody took for so long is told by a person instead.
GIVE_UP_HOURS = 24


class Milestone(StrEnum):
    """What the complainant is told of; the extension and the result are told on their own."""

    ACCEPTED = "ACCEPTED"
    STARTED = "STARTED"
    PLANNED = "PLANNED"
    HANDLED = "HANDLED"
    WAITING = "WAITING"
    RESUMED = "RESUMED"
    REOPENED = "REOPENED"


class Why(StrEnum):
    """Why no letter goes out by itself."""

    REFUSED = "REFUSED"
    NO_WAY = "NO_WAY"
    GROUP = "GROUP"
    ADDRESS = "ADDRESS"
    AWAY = "AWAY"


# What the result says anyway, or what nobody wants to hear any more.
COVERS = frozenset({Act.FEEDBACK, Act.WITHDRAW})
_REACHED: Mapping[Act, tuple[State, Milestone]] = {
    Act.ACCEPT: (State.ACCEPTED, Milestone.ACCEPTED),
    Act.START: (State.STARTED, Milestone.STARTED),
    Act.PLAN: (State.PLAN_AGREED, Milestone.PLANNED),
    Act.RESOLVE: (State.HANDLED, Milestone.HANDLED),
}


def reached(act: Act, before: State, after: State) -> Milestone | None:
    """Give the milestone that a step reaches; correcting what was said reaches none."""
    if act in (Act.OBJECT, Act.REOPEN):
        return Milestone.REOPENED
    if act not in _REACHED:
        return None
    state, milestone = _REACHED[act]
    return milestone if after is state and before is not state else None


@dataclass(frozen=True, slots=True)
class Reach:
    """How a complainant can be told by the way they chose.

    `speaks` is false for a member of a group for whom others speak; `is_wanted` whether they left
    this way open; `has_way` whether there is any; `is_carried` whether a letter goes by itself.
    """

    speaks: bool = True
    is_wanted: bool = True
    has_way: bool = True
    is_carried: bool = False

    @property
    def unreached(self) -> Why | None:
        """Why nobody is to tell them of this step; None where somebody or something does."""
        if not self.speaks:
            return Why.GROUP
        if not self.is_wanted:
            return Why.REFUSED
        return None if self.has_way else Why.NO_WAY
