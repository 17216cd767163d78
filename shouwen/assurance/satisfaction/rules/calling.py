"""How a callback goes: scheduled > calling > reached | unreachable > recorded (HB-3.3-03)."""

from __future__ import annotations

from enum import StrEnum


class CallAct(StrEnum):
    """What can be done to a callback."""

    START = "start"
    REACH = "reach"
    MISS = "miss"
    RECORD = "record"
    WAIVE = "waive"


SCHEDULED, CALLING, REACHED = "SCHEDULED", "CALLING", "REACHED"
UNREACHABLE, RECORDED = "UNREACHABLE", "RECORDED"
# One who was not reached may be called again, or it is put on record that they were not.
STEPS: dict[CallAct, tuple[frozenset[str], str]] = {
    CallAct.START: (frozenset({SCHEDULED, UNREACHABLE}), CALLING),
    CallAct.REACH: (frozenset({CALLING}), REACHED),
    CallAct.MISS: (frozenset({CALLING}), UNREACHABLE),
    CallAct.RECORD: (frozenset({REACHED, UNREACHABLE}), RECORDED),
    # Who does not want to be called is not; the record says so.
    CallAct.WAIVE: (frozenset({SCHEDULED, UNREACHABLE}), RECORDED),
}


def may_follow(act: CallAct, state: str) -> bool:
    """Whether the act fits the state."""
    return state in STEPS[act][0]
