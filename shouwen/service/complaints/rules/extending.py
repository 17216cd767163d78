"""Whether a limit may still be put off, and what an extension still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WhyNot(StrEnum):
    """Why a limit is not put off now."""

    EXTENDED = "extended"
    ON_HOLD = "on_hold"
    TOO_LATE = "too_late"


class Missing(StrEnum):
    """What an extension waits for, in this order."""

    APPROVAL = "approval"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Limit:
    """What the rules need to know of one limit."""

    due_at: datetime
    is_extended: bool = False
    is_held: bool = False


def why_not(limit: Limit, at: datetime) -> WhyNot | None:
    """Give why a limit is not put off at this moment, or None.

    It is put off once, and every step of it is done before the old date: at the due instant the
    limit has passed (CBIRC-2020-3-20-3).
    """
    if limit.is_extended:
        return WhyNot.EXTENDED
    if limit.is_held:
        return WhyNot.ON_HOLD
    return WhyNot.TOO_LATE if at >= limit.due_at else None


def missing(*, is_approved: bool, is_told: bool) -> tuple[Missing, ...]:
    """Give what is still missing; the date moves when nothing is."""
    lacks = ((Missing.APPROVAL, is_approved), (Missing.NOTICE, is_told))
    return tuple(what for what, is_there in lacks if not is_there)
