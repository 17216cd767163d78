"""Redress by amount: how much is said, who may decide on it, and what may follow what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

# No single amount lies beyond a thousand million CNY; a longer one was mistyped.
MOST_FEN = 100_000_000_000
_AMOUNT = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,20}))?")


class State(StrEnum):
    """How far a redress is; nothing is paid here, the request and its result are kept."""

    PROPOSED = "PROPOSED"
    REQUESTED = "REQUESTED"
    PAID = "PAID"
    FAILED = "FAILED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Act(StrEnum):
    """What can happen to it."""

    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    TAKE_BACK = "TAKE_BACK"
    EXPIRE = "EXPIRE"
    PAY = "PAY"
    FAIL = "FAIL"
    ASK_AGAIN = "ASK_AGAIN"


_WAY: dict[Act, tuple[State, State]] = {
    Act.APPROVE: (State.PROPOSED, State.REQUESTED),
    Act.DECLINE: (State.PROPOSED, State.DECLINED),
    Act.TAKE_BACK: (State.PROPOSED, State.WITHDRAWN),
    Act.EXPIRE: (State.PROPOSED, State.EXPIRED),
    Act.PAY: (State.REQUESTED, State.PAID),
    Act.FAIL: (State.REQUESTED, State.FAILED),
    Act.ASK_AGAIN: (State.FAILED, State.REQUESTED),
}
# What a complaint's redress adds up to; what came to nothing counts no more.
COUNTED = (State.PROPOSED, State.REQUESTED, State.PAID)
SETTLED = (State.PAID, State.FAILED)


class Wrong(StrEnum):
    """Why a text is no amount."""

    NO_NUMBER = "no_number"
    NOT_POSITIVE = "not_positive"
    TOO_FINE = "too_fine"
    TOO_LARGE = "too_large"


class Level(StrEnum):
    """Whose decision it is."""

    LEAD = "LEAD"
    SENIOR = "SENIOR"


@dataclass(frozen=True, slots=True)
class Levels:
    """Up to which sum for one complaint each level decides, in fen."""

    lead_fen: int
    senior_fen: int

    @property
    def is_ordered(self) -> bool:
        """Whether senior management decides on at least as much as a lead."""
        return 0 <= self.lead_fen <= self.senior_fen <= MOST_FEN and self.senior_fen > 0


def fen_of(text: str) -> int | Wrong:
    """Read an amount in CNY with at most two decimals, such as `1280.50`; give it in fen."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return Wrong.NO_NUMBER
    sign, whole, part = found.groups()
    decimals = (part or "").rstrip("0")
    if sign or not (int(whole) or decimals):
        return Wrong.NOT_POSITIVE
    if len(decimals) > 2:
        return Wrong.TOO_FINE
    fen = int(whole) * 100 + int(decimals.ljust(2, "0"))
    return fen if fen <= MOST_FEN else Wrong.TOO_LARGE


def level_of(total_fen: int, levels: Levels) -> Level | None:
    """Give whose decision a complaint's whole redress is; None where nobody here may decide it.

    The whole counts, so that an amount in parts asks for the same level as the amount at once
    (CG-3.1-09, PV-10-02).
    """
    if total_fen <= levels.lead_fen:
        return Level.LEAD
    return Level.SENIOR if total_fen <= levels.senior_fen else None


def request_ref(redress: str, attempt: int) -> str:
    """Give the number of one request for a payment: the redress and which attempt it is."""
    return f"{redress}-{attempt}"


def after(state: State, act: Act) -> State | None:
    """Give the state an act leads to; None where it is not possible."""
    before, then = _WAY[act]
    return then if state is before else None


def state_before(act: Act) -> State:
    """Give the one state from which an act is possible."""
    return _WAY[act][0]
