"""Moments, people and packs the tests share."""

from __future__ import annotations

from datetime import datetime

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.time import SHANGHAI

BANK = 901
INSURER = 902


def beijing(text: str) -> datetime:
    """Give an instant in Beijing time from `2026-06-16 10:46`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def person(ref: str, institution_id: int = INSURER) -> Actor:
    """Give a member of staff."""
    return Actor(ActorKind.PERSON, ref, ref, institution_id, frozenset({"lead"}))


LEAD = person("80317")
OTHER = person("80555")
TUESDAY = beijing("2026-06-16 10:46")
