"""The kinds of requests, plugged in by the rooms that ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Words


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a request: `outcome` is APPROVED, DECLINED, WITHDRAWN or EXPIRED.

    `payload` is what the asking room gave; `decided_by` is nobody where time ended it.
    """

    ref: str
    kind: str
    outcome: str
    institution_id: int
    subject_kind: str
    subject_ref: str
    asked_by_ref: str
    payload: dict[str, Any] = field(default_factory=dict)
    decided_by: Actor | None = None
    opinion: str = ""

    @property
    def is_approved(self) -> bool:
        """Whether it may be done."""
        return self.outcome == "APPROVED"


# Runs in the transaction of the decision. It raises a Conflict where what was asked for no longer
# fits, and the decision is not taken.
Settler = Callable[[Decision, datetime], None]
# Gives the address of what a request is about, from its reference; empty where there is no page.
Linker = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request: who decides, how long it stands, what happens then.

    `right` is what the decider must hold unless a request asks for another; `figure` names the
    house's figure of minutes for which a request stands; `clause` is why two persons are needed.
    """

    code: str
    title: Words
    icon: str
    right: str
    clause: str
    settle: Settler
    link: Linker | None = None
    figure: str = "approval-stands"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Plug a kind in (wiring only); the same code again replaces it."""
    _kinds[kind.code] = kind


def forget(code: str) -> None:
    """Unplug a kind."""
    _kinds.pop(code, None)


def kind_of(code: str) -> Kind:
    """Give a kind by its code. Raises KeyError for one that no room asks for."""
    return _kinds[code]


def kinds() -> dict[str, Kind]:
    """Give every kind by its code."""
    return dict(_kinds)
