"""How often somebody may come: so many times in any stretch of time, counted for all processes.

The counter lives in the shared cache and is raised before it is looked at, so that callers who
come at once are never let in beyond the limit. Two windows stand for a sliding one: what came in
the window before counts by the part of it that still lies within reach, whole ones only. Where the
cache is away everybody is let through: a limit protects the service and is no reason to stop it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one caller has left: `again_in` seconds is when the next one is let in."""

    limit: int
    left: int
    again_in: int
    is_over: bool


def take(name: str, limit: int, at: datetime) -> Allowance:
    """Count one coming of `name` and say whether it is within `limit` a minute.

    One that is refused does not count, so that whoever waits as told is let in.
    """
    window, since = divmod(at.timestamp(), WINDOW_SECONDS)
    now, before = (f"rate.{name}.{int(window) - back}" for back in (0, 1))
    came = _raise(now)
    earlier = int(cache.get(before) or 0)
    counted = came + int(earlier * (1 - since / WINDOW_SECONDS))
    if counted <= limit:
        return Allowance(limit, limit - counted, 0, False)
    _lower(now)
    return Allowance(limit, 0, int(_wait(came - 1, earlier, limit, since)) + 1, True)


def _wait(came: int, earlier: int, limit: int, since: float) -> float:
    """Give after how many seconds one more fits."""
    room = limit - came
    if room > 0:
        # Once the window before counts for less than what is still free in this one.
        return max(0.0, (1 - room / max(earlier, 1)) * WINDOW_SECONDS - since)
    return WINDOW_SECONDS - since


def _raise(name: str) -> int:
    cache.add(name, 0, WINDOW_SECONDS * 2)
    try:
        return cache.incr(name)
    except ValueError:
        # It went away in between.
        return 1


def _lower(name: str) -> None:
    try:
        cache.decr(name)
    except ValueError:
        return
