"""Appraisal, mediation and new facts: when they may be, and from when time counts."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.service.complaints.rules.states import ORDER, State

# What each sort of help from outside lets the law's limits wait by.
CLAUSES = {"APPRAISAL": "CBIRC-2020-3-20-4", "MEDIATION": "CBIRC-2020-3-mediation"}


class Cannot(StrEnum):
    """Why nobody outside is asked now."""

    GOING_ON = "going_on"
    NOTHING_TO_DECIDE = "nothing_to_decide"


def why_not(state: State, *, is_going_on: bool, review_waits: bool) -> Cannot | None:
    """Give why nobody outside is asked now, or None.

    One at a time, and while there is something to decide: the complaint, or a 核查 of it.
    """
    if is_going_on:
        return Cannot.GOING_ON
    in_hand = ORDER.index(State.ACCEPTED) <= ORDER.index(state) <= ORDER.index(State.PLAN_AGREED)
    return None if in_hand or review_waits else Cannot.NOTHING_TO_DECIDE


def counts_again_at(ended_on: date, *, held_at: datetime, at: datetime) -> datetime:
    """Give from when time counts again: from the day of the end on, not from its recording."""
    if ended_on >= day_of(at):
        return at
    # A second into the day: what ends at midnight sharp would not have stood still that midnight.
    return max(held_at, datetime.combine(ended_on, time(0, 0, 1), SHANGHAI))


def counts_anew_at(received_on: date | None, at: datetime) -> datetime:
    """Give from when new facts let the time count anew: from the day they came (day of receipt)."""
    if received_on is None or received_on >= day_of(at):
        return at
    return datetime.combine(received_on, time(0), SHANGHAI)
