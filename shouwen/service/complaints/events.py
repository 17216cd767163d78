"""What has happened to complaints: ids and plain values, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ComplaintFiled(Event):
    """A complaint stands over a case; the complaint's clocks run."""

    name: ClassVar[str] = "complaint.filed"
    complaint_id: int
    case_id: int
    origin: str


@dataclass(frozen=True, kw_only=True)
class ComplaintMarkedMajor(Event):
    """A complaint was found to be a major one (HB-4.2-07)."""

    name: ClassVar[str] = "complaint.marked_major"
    complaint_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ResponsibilityAssigned(Event):
    """Who or what is responsible was determined, first or anew; score cards hear it (CG-3.4-03).

    The finding with the highest number counts. `shares` are the parts, `UNIT:7=70,PARTNER=30`.
    """

    name: ClassVar[str] = "complaint.responsibility_assigned"
    complaint_id: int
    responsible: str
    person_id: int | None
    unit_id: int | None
    finding: int = 1
    shares: str = ""


@dataclass(frozen=True, kw_only=True)
class ComplaintRedressApproved(Event):
    """A redress was approved: whoever pays is asked to pay it and to give the result back.

    Where that failed it is asked for again, under another `request` and the next `attempt`.
    """

    name: ClassVar[str] = "complaint.redress_approved"
    complaint_public_id: str
    case_id: int
    redress_public_id: str
    kind: str
    amount_fen: int
    currency: str
    approver_id: int | None
    request: str = ""
    attempt: int = 1


@dataclass(frozen=True, kw_only=True)
class ComplaintClosed(Event):
    """The loop is closed; withdrawn ones end the same way."""

    name: ClassVar[str] = "complaint.closed"
    complaint_id: int
    is_withdrawn: bool
    open_seconds: int
