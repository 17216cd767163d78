"""Facts about offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OfferMade(Event):
    """A waiting contact was offered to a person."""

    name: ClassVar[str] = "offer.made"

    offer_id: int
    contact_id: int
    person_id: int
    queue_code: str


@dataclass(frozen=True, kw_only=True)
class OfferEnded(Event):
    """An offer was accepted, declined, withdrawn, or nobody answered it."""

    name: ClassVar[str] = "offer.ended"

    offer_id: int
    contact_id: int
    person_id: int
    queue_code: str
    state: str
