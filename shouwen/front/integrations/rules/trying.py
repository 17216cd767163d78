"""When a failed delivery is tried again, and when a webhook that keeps failing is paused."""

from __future__ import annotations

from datetime import datetime, timedelta

MINUTE = 60
HOUR = 3600
# Pauses after the first, second … failure; after the last one the delivery is given up.
RETRY_SECONDS = (
    5,
    30,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
)
# An event that keeps failing holds back later ones of its object for so many tries, then no more.
HOLDS_TRIES = 4
JITTER = 0.2
GONE = 410


def is_success(status: int | None) -> bool:
    """Whether the other side has taken it; a redirect is none of ours to follow."""
    return status is not None and 200 <= status < 300


def next_try(tries: int, at: datetime, chance: float) -> datetime | None:
    """Give when to try again after so many failures, None when it is given up.

    `chance` from 0 to 1 spreads the tries of many.
    """
    if tries > len(RETRY_SECONDS):
        return None
    spread = 1 - JITTER / 2 + JITTER * chance
    return at + timedelta(seconds=RETRY_SECONDS[tries - 1] * spread)


def should_pause(
    status: int | None,
    *,
    failures: int,
    failing_since: datetime,
    at: datetime,
    most_failures: int,
    most_minutes: int,
) -> bool:
    """Whether a webhook is paused: the address says it is gone, or it has failed for too long."""
    if status == GONE:
        return True
    return failures >= most_failures and at - failing_since >= timedelta(minutes=most_minutes)
