"""When a clock is shown as ending soon, and when somebody is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouwen.ground.policy.rules.limits import Candidate, Mode

# Parts of the time left at which to warn; the first is where "soon" begins.
SOON_LEFT = 0.3
LAST_LEFT = 0.1
LAST_HOUR = timedelta(hours=1)
# Limits up to an hour are live promises: the last hour would be all of them.
LIVE_LEFT = 0.2


def soon_at(started_at: datetime, due_at: datetime) -> datetime:
    """Give the moment the end counts as near: 30% left or one hour, 20% for live promises."""
    length = due_at - started_at
    if length <= LAST_HOUR:
        return due_at - length * LIVE_LEFT
    return min(due_at - length * SOON_LEFT, due_at - LAST_HOUR)


def instants(chosen: Candidate, candidates: Sequence[Candidate]) -> list[datetime]:
    """Give every moment to warn before `chosen` is due, earliest first; missed targets are one."""
    length = chosen.due_at - chosen.started_at
    moments = {soon_at(chosen.started_at, chosen.due_at)}
    if length > LAST_HOUR:
        moments |= {chosen.due_at - length * LAST_LEFT, chosen.due_at - LAST_HOUR}
    moments |= {
        other.due_at for other in candidates if other.mode is Mode.TARGET and not other.paused
    }
    return sorted(moment for moment in moments if moment < chosen.due_at)


def next_look(moments: Sequence[datetime], due_at: datetime, at: datetime) -> datetime:
    """Give the next moment to look at a clock again: the next warning after `at`, or the end."""
    return next((moment for moment in moments if moment > at), due_at)
