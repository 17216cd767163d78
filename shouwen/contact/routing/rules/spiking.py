"""Spike mode: when a queue is under pressure, and what changes while it lasts.

Only what widens changes. A person's own number of contacts, readiness, skills, opening hours and
the peace after a let-go stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shouwen.contact.routing.rules.queueing import Overflow

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on a queue is under pressure; None: this figure says nothing.

    `hold_seconds` is how long pressure must last before spike mode begins, and be gone before it
    ends.
    """

    above_waiting: int | None
    above_wait_seconds: int | None
    hold_seconds: int


@dataclass(frozen=True, slots=True)
class Relief:
    """What spike mode gives a queue: contacts more per person, overflow at this share."""

    extra: int
    overflow_percent: int


def is_pressed(limits: Limits, waiting: int, wait_seconds: int | None) -> bool:
    """Whether more wait, or wait longer, than the queue allows; an unknown wait says nothing."""
    by_count = limits.above_waiting is not None and waiting > limits.above_waiting
    by_wait = (
        limits.above_wait_seconds is not None
        and wait_seconds is not None
        and wait_seconds > limits.above_wait_seconds
    )
    return by_count or by_wait


def has_held(since: datetime | None, hold_seconds: int, now: datetime) -> bool:
    """Whether something that began then has lasted long enough to act on."""
    return since is not None and now - since >= timedelta(seconds=hold_seconds)


def hastened(plans: Mapping[str, Overflow], relieved: Mapping[str, Relief]) -> dict[str, Overflow]:
    """Give the overflow plans with those of queues in spike mode brought forward, never back."""
    return {
        code: _sooner(plan, relieved[code].overflow_percent) if code in relieved else plan
        for code, plan in plans.items()
    }


def _sooner(plan: Overflow, percent: int) -> Overflow:
    share = min(percent, WHOLE)
    return replace(
        plan,
        after_seconds=None if plan.after_seconds is None else plan.after_seconds * share // WHOLE,
        above_waiting=None if plan.above_waiting is None else plan.above_waiting * share // WHOLE,
    )
