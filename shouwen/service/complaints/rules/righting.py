"""Whether a limit that reads as missed may be set right, and by which instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# By which happenings the complainant is told something; nothing else is told and recorded later.
TOLD_BY = frozenset(
    {
        "case.responded",
        "complaint.responded",
        "case.feedback_sent",
        "complaint.feedback_sent",
    }
)


class WrongInstant(StrEnum):
    """What is the matter with the instant at which somebody says the complainant was told."""

    BEFORE = "before"
    AFTER_DUE = "after_due"
    AFTER_RECORD = "after_record"


@dataclass(frozen=True, slots=True)
class Span:
    """Between which instants it must lie: what began it, when it was due, when it was recorded."""

    began_at: datetime
    due_at: datetime
    recorded_at: datetime


def wrong(told_at: datetime, span: Span) -> WrongInstant | None:
    """Give what is wrong with an instant, or None.

    A limit is met up to its due instant. Nobody was told of a complaint before it was there, nor
    later than it was put down that they were.
    """
    if told_at < span.began_at:
        return WrongInstant.BEFORE
    if told_at > span.due_at:
        return WrongInstant.AFTER_DUE
    return WrongInstant.AFTER_RECORD if told_at > span.recorded_at else None
