"""What is announced of improvement: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AccountabilityDecided(Event):
    """Somebody was found accountable, or is so no more; score cards hear it (CG-3.4-03)."""

    name: ClassVar[str] = "accountability.decided"
    accountability_id: int
    complaint_id: int
    person_id: int
    unit_id: int
    conduct: str
    is_accountable: bool
