"""When a campaign runs, whom it draws, and what it may say. Plain decisions, no tables."""

from __future__ import annotations

import hashlib
import heapq
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ONCE, MONTHLY, QUARTERLY = "ONCE", "MONTHLY", "QUARTERLY"
STEP_MONTHS = {MONTHLY: 1, QUARTERLY: 3}
EVERYBODY, NUMBER, SHARE = "ALL", "NUMBER", "SHARE"
CONTACTS, CASES = "CONTACTS", "CASES"
NAME_CHARACTERS = 60
MOST_DAYS = 366
# Why somebody who was drawn was not asked; they are counted, never named.
UNWANTED, OFTEN, NO_ADDRESS, MERGED = "UNWANTED", "OFTEN", "NO_ADDRESS", "MERGED"
NOT_REACHED, DECLINED, LATE, AWAY = "NOT_REACHED", "DECLINED", "LATE", "AWAY"
REFUSED = "REFUSED"
REASONS = (UNWANTED, OFTEN, NO_ADDRESS, MERGED, NOT_REACHED, DECLINED, LATE, AWAY, REFUSED)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a campaign that its form says; `survey` is a public id, days are whole.

    `size` is how many of a number, or percent of a share; empty tiers mean every tier, and no
    `unit` (a public id) the whole institution.
    """

    name: str
    survey: str
    unit: str
    way: str
    had: str
    had_days: int
    value: str
    risk: str
    sample: str
    size: int
    every: str
    starts_on: date | None
    ends_on: date | None
    window_days: int


def run_day(starts_on: date, every: str, number: int) -> date | None:
    """Give the day of the run of this number, from 0: calendar months after the first day.

    A month that has no such day takes its last one, and the next month has the day again.
    """
    if number and every not in STEP_MONTHS:
        return None
    months = starts_on.month - 1 + number * STEP_MONTHS.get(every, 0)
    year, month = starts_on.year + months // 12, months % 12 + 1
    return date(year, month, min(starts_on.day, monthrange(year, month)[1]))


def next_day(starts_on: date, every: str, after: date, ends_on: date | None) -> date | None:
    """Give the first day of a run later than `after`, None where no more comes."""
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    number = max(0, months // STEP_MONTHS.get(every, 1))
    for later in (number, number + 1):
        found = run_day(starts_on, every, later)
        if found is not None and found > after:
            return None if ends_on is not None and found > ends_on else found
    return None


def sample_size(sample: str, size: int, population: int, most: int) -> int:
    """Say how many are drawn of so many: all, `size` of them or `size` percent, `most` at most."""
    wanted = {NUMBER: size, SHARE: -(-population * size // 100)}.get(sample, population)
    return min(wanted, population, most)


def draw(ids: Iterable[int], count: int, seed: str, on: date) -> list[int]:
    """Draw `count` of these by lots that the seed and the day fix: drawn again, the same ones.

    The order in which they are given plays no part; memory grows with `count` alone.
    """

    def lot(each: int) -> tuple[bytes, int]:
        said = f"{seed}:{on.isoformat()}:{each}".encode()
        return hashlib.blake2b(said, digest_size=16).digest(), each

    return heapq.nsmallest(count, ids, key=lot)


def faults(plan: Plan, today: date, window: tuple[int, int]) -> dict[str, str]:
    """Name each field that cannot be, with why by a code; the window is in working days."""
    found: dict[str, str] = {}
    if not plan.name:
        found["name"] = "missing"
    elif len(plan.name) > NAME_CHARACTERS:
        found["name"] = "too-long"
    if not 1 <= plan.had_days <= MOST_DAYS:
        found["had_days"] = "days"
    if plan.sample == SHARE and not 1 <= plan.size <= 100:
        found["size"] = "percent"
    if plan.sample == NUMBER and plan.size < 1:
        found["size"] = "number"
    if plan.starts_on is None:
        found["starts_on"] = "day"
    elif plan.starts_on < today:
        found["starts_on"] = "past"
    elif plan.ends_on is not None and plan.ends_on < plan.starts_on:
        found["ends_on"] = "before"
    if not window[0] <= plan.window_days <= window[1]:
        found["window_days"] = "window"
    return found
