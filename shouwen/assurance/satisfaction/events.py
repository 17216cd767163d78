"""Facts that satisfaction announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RatingGiven(Event):
    """A customer has rated a contact or a case; `subject_ref` is its public id."""

    name: ClassVar[str] = "rating.given"

    rating_id: int
    subject_kind: str
    subject_ref: str
    score: int
    satisfied: bool
