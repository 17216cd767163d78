"""Facts about approvals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(Event):
    """A request has ended; `outcome` is APPROVED, DECLINED, WITHDRAWN or EXPIRED.

    The asking room's own change was made with the decision already; this is for everybody else.
    """

    name: ClassVar[str] = "approval.decided"

    approval_ref: str
    kind: str
    outcome: str
    subject_kind: str
    subject_ref: str
    asked_by_ref: str
