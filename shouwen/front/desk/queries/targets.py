"""How long a customer may wait for a reply, as the institution's rule packs have it."""

from __future__ import annotations

from datetime import datetime

from shouwen.front.desk.rules.waiting import ReplyTarget
from shouwen.ground.kernel import kept
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.clocks import Facts

# A changed pack shows on the desk's counters within this time; the clocks themselves are exact.
KEPT_SECONDS = 60
EVENTS = ("web.first_response", "consult.first_response")


def reply_target(institution_id: int, channel: str, now: datetime) -> ReplyTarget:
    """Give the tightest goal and the tightest hard limit for a reply on this channel."""
    key = f"desk.reply-target.{institution_id}.{channel}"
    return kept.for_seconds(key, KEPT_SECONDS, lambda: _target(institution_id, channel, now))


def _target(institution_id: int, channel: str, now: datetime) -> ReplyTarget:
    goals: list[tuple[float, str]] = []
    limits: list[tuple[float, str]] = []
    for event in EVENTS:
        facts = Facts(kind="web" if event.startswith("web") else "consult", channel=channel)
        for one in policy.preview(institution_id, event, now, facts).candidates:
            if one.applies and one.due_at is not None:
                place = limits if one.hard else goals
                place.append(((one.due_at - now).total_seconds(), one.clause))
    goal, goal_clause = min(goals, default=(None, ""))
    limit, limit_clause = min(limits, default=(None, ""))
    return ReplyTarget(goal, limit, goal_clause, limit_clause)
