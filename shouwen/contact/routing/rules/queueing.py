"""Which queue a contact goes to, at which rank, and what waiting changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

# One point of priority is worth a minute of waiting: whoever waits long enough comes first.
SECONDS_PER_POINT = 60
# After each such step of waiting a queue asks for one level of skill less, never for none.
WIDEN_AFTER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Widening:
    """From so many seconds of waiting on, ask for less: a lower level, more units, or any unit."""

    after_seconds: int
    levels_less: int = 0
    unit_ids: frozenset[int] = frozenset()
    any_unit: bool = False


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where a queue's contacts go that wait too long, or that find too many before them."""

    queue: str
    after_seconds: int | None = None
    above_waiting: int | None = None


def effective_priority(
    priority: int, waiting_since: datetime, now: datetime, ageing: int = SECONDS_PER_POINT
) -> float:
    """Give points plus a point for every `ageing` seconds waited; it grows without bound."""
    return priority + (now - waiting_since).total_seconds() / ageing


def rank_at(priority: int, waiting_since: datetime, ageing: int = SECONDS_PER_POINT) -> datetime:
    """Give the instant that orders one queue: the earlier, the sooner served.

    Ageing is linear, so the order of two contacts of a queue never changes and can be an index.
    """
    return waiting_since - timedelta(seconds=priority * ageing)


def _reached(
    steps: Sequence[Widening], waiting_since: datetime, now: datetime, at_once: bool
) -> Iterator[Widening]:
    waited = (now - waiting_since).total_seconds()
    return (step for step in steps if at_once or step.after_seconds <= waited)


def needed_level(
    min_level: int,
    steps: Sequence[Widening],
    waiting_since: datetime,
    now: datetime,
    *,
    at_once: bool = False,
) -> int:
    """Give the level of skill asked for after widening; at least 1.

    With `at_once` every step counts, however short the wait.
    """
    reached = _reached(steps, waiting_since, now, at_once)
    less = max((step.levels_less for step in reached), default=0)
    return max(1, min_level - less)


def units_reached(
    unit_ids: frozenset[int],
    steps: Sequence[Widening],
    waiting_since: datetime,
    now: datetime,
    *,
    at_once: bool = False,
) -> frozenset[int]:
    """Give the units whose people count after widening; empty means every unit."""
    reached = list(_reached(steps, waiting_since, now, at_once))
    if not unit_ids or any(step.any_unit for step in reached):
        return frozenset()
    return unit_ids.union(*(step.unit_ids for step in reached))


def usual_widening(min_level: int) -> tuple[Widening, ...]:
    """Give the steps of a queue that says nothing else: each minute a level less, down to one."""
    return tuple(
        Widening(WIDEN_AFTER_SECONDS * less, levels_less=less) for less in range(1, min_level)
    )


def overflows_to(
    plans: Mapping[str, Overflow],
    queue: str,
    *,
    waited_seconds: float,
    ahead: Mapping[str, int],
    been: Set[str] = frozenset(),
) -> str | None:
    """Say to which queue a contact moves on now, or None when it stays.

    `waited_seconds` counts in this queue; `ahead` gives how many wait in each queue. A contact
    never comes into a queue it has been in, so that it cannot go round in circles.
    """
    target, seen = queue, {*been, queue}
    waited: float = waited_seconds
    while (plan := plans.get(target)) is not None:
        is_late = plan.after_seconds is not None and waited >= plan.after_seconds
        is_full = plan.above_waiting is not None and ahead.get(target, 0) >= plan.above_waiting
        if plan.queue in seen or not (is_late or is_full):
            break
        target, waited = plan.queue, 0.0
        seen.add(target)
    return None if target == queue else target


def chain_loops(targets: Mapping[str, str], start: str) -> bool:
    """Whether following the overflow from this queue leads back to a queue passed before."""
    seen, at = {start}, targets.get(start, "")
    while at:
        if at in seen:
            return True
        seen.add(at)
        at = targets.get(at, "")
    return False


@dataclass(frozen=True, slots=True)
class QueueCondition:
    """One line of an institution's queue table; an empty value fits everything."""

    queue: str
    channel: str = ""
    intent: str = ""
    language: str = ""
    tier: str = ""
    risk: str = ""

    @property
    def working(self) -> dict[str, str]:
        """The conditions that had to hold, for the decision row."""
        named = {"channel": self.channel, "intent": self.intent}
        named |= {"language": self.language, "tier": self.tier, "risk": self.risk}
        return {name: value for name, value in named.items() if value}


def choose_queue(
    table: Sequence[QueueCondition], default: str, inputs: Mapping[str, str]
) -> tuple[str, QueueCondition | None]:
    """Give the queue of the first line that fits, and the line; else the default and None.

    `inputs` holds channel, intent, language, tier and risk. A language fits by its first part, so
    `en` fits `en-GB`. Serves HB-2.1-02, CG-3.1-09, OM-1.2-04.
    """
    for line in table:
        if all(_fits(name, value, inputs) for name, value in line.working.items()):
            return line.queue, line
    return default, None


def _fits(name: str, value: str, inputs: Mapping[str, str]) -> bool:
    given = inputs.get(name, "").lower()
    value = value.lower()
    if name == "language":
        return given.split("-")[0] == value.split("-")[0]
    return given == value


def expected_wait_seconds(
    position: int, takers: int, recent_handle_seconds: float | None
) -> int | None:
    """Estimate the wait of the contact at `position` (1 is next); None when nobody can say.

    `takers` is the number of contacts that can be in hand at once, `recent_handle_seconds` the
    mean time in hand of late.
    """
    if takers <= 0 or recent_handle_seconds is None:
        return None
    return int(position * recent_handle_seconds / takers)
