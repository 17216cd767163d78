"""When a complaint is a major one (HB-4.2-07, CG-3.3-02)."""

from __future__ import annotations

from enum import StrEnum


class MajorReason(StrEnum):
    """Why it is major: the law's cases, or a person's judgement."""

    PEOPLE = "PEOPLE"
    DISASTER = "DISASTER"
    SAFETY = "SAFETY"
    PUBLIC_HEALTH = "PUBLIC_HEALTH"
    JUDGED = "JUDGED"


def is_enough(reason: str, people: int | None, least: int) -> bool:
    """Whether the reason holds: a crowd needs its least number of complainants in person."""
    return reason != MajorReason.PEOPLE or (people or 0) >= least
