"""How urgent a customer's wait for the next reply has become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# A live contact is "soon" from four fifths of its limit (design language, section 2), and also
# once it has passed the goal that stands before the limit.
SOON_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class ReplyTarget:
    """How long a customer may wait for a reply, in seconds, with the clauses that say so.

    Passing the goal is a warning; passing the limit is late. Either may be absent.
    """

    goal_seconds: float | None = None
    limit_seconds: float | None = None
    goal_clause: str = ""
    limit_clause: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """One customer's wait since their last words; `soon_at` and `over_at` say when it turns."""

    since: datetime
    state: str
    soon_at: datetime | None = None
    over_at: datetime | None = None
    clause: str = ""


def waits_since(
    last_customer_at: datetime | None, last_staff_at: datetime | None
) -> datetime | None:
    """Give the moment from which the customer waits, or None when the last word was ours."""
    if last_customer_at is None:
        return None
    if last_staff_at is not None and last_staff_at >= last_customer_at:
        return None
    return last_customer_at


def wait_of(since: datetime | None, target: ReplyTarget, now: datetime) -> Wait | None:
    """Give the wait with its state `safe`, `soon` or `over`; None for a customer with an answer."""
    if since is None:
        return None
    over_at = _after(since, target.limit_seconds)
    soon_limit = _after(since, target.limit_seconds, SOON_SHARE)
    soon_goal = _after(since, target.goal_seconds)
    soon_at = min((at for at in (soon_limit, soon_goal) if at is not None), default=None)
    if over_at is not None and now >= over_at:
        return Wait(since, "over", soon_at, over_at, target.limit_clause)
    if soon_at is not None and now >= soon_at:
        is_goal = soon_at == soon_goal
        clause = target.goal_clause if is_goal else target.limit_clause
        return Wait(since, "soon", soon_at, over_at, clause)
    return Wait(since, "safe", soon_at, over_at, target.goal_clause or target.limit_clause)


def _after(since: datetime, seconds: float | None, share: float = 1.0) -> datetime | None:
    return None if seconds is None else since + timedelta(seconds=seconds * share)
