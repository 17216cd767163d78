"""Whether somebody planned is there, in plain Python."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from shouwen.ground.kernel.time import SHANGHAI

WEEK_DAYS = 7


class Attendance(StrEnum):
    """How a planned shift stands at a moment."""

    AHEAD = "AHEAD"
    THERE = "THERE"
    LATE = "LATE"
    MISSING = "MISSING"
    LEFT = "LEFT"
    OVER = "OVER"
    AWAY = "AWAY"


def span(day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """Give when a shift of this day begins and ends; one past midnight ends on the next day."""
    end_day = day if ends > begins else day + timedelta(days=1)
    return datetime.combine(day, begins, SHANGHAI), datetime.combine(end_day, ends, SHANGHAI)


def monday_of(day: date) -> date:
    """Give the Monday of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def attendance(
    begins_at: datetime,
    ends_at: datetime,
    *,
    came_at: datetime | None,
    is_there: bool,
    is_away: bool,
    late_after: timedelta,
    now: datetime,
) -> Attendance:
    """Say how a planned shift stands: `came_at` is the first moment seen within it, if any.

    Whoever has not come is missing from `late_after` past the beginning on, also afterwards.
    """
    if is_away:
        return Attendance.AWAY
    if came_at is None:
        return Attendance.MISSING if now > begins_at + late_after else Attendance.AHEAD
    if now >= ends_at:
        return Attendance.OVER
    if not is_there and now >= begins_at:
        return Attendance.LEFT
    return Attendance.LATE if came_at > begins_at + late_after else Attendance.THERE
