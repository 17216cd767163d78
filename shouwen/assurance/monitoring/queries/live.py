"""What the wallboard and the API ask: roll-ups of a window, and live state beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate, TruncHour

from shouwen.assurance.monitoring.models import CategoryRollup, Grain, Rollup, counters_of
from shouwen.assurance.monitoring.rules import (
    Tally,
    day_start,
    days_before,
    hour_of,
    share,
)
from shouwen.contact.routing import queries as routing
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy import queries as policy
from shouwen.people.staff import access
from shouwen.people.staff import queries as staff
from shouwen.service.cases import queries as cases

COUNTERS = counters_of(Rollup)
SUMS = {name: Sum(name) for name in COUNTERS}
REASONS_SHOWN = 6
SATISFACTION_DAYS = 7


@dataclass(frozen=True, slots=True)
class HourFigures:
    """One hour of today: contacts routed to people, and the share answered."""

    hour: int
    queued: int
    connect_rate: float | None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue now and today."""

    code: str
    name: str
    waiting: int
    longest_wait_seconds: float
    free: int
    today: Tally
    target_seconds: int
    target_share: float
    is_open: bool = True
    opens_at: datetime | None = None
    spike_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A third-level category and how often it was chosen, against the day before."""

    name: str
    chosen: int
    change: float | None


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """Everything the wallboard shows at one moment. A share of None means no data."""

    institution_id: int
    at: datetime
    today: Tally
    week: Tally
    waiting: int
    longest_wait_seconds: float
    people: dict[str, int]
    clocks: dict[str, int]
    queues: list[QueueFigures]
    hours: list[HourFigures]
    reasons: list[Reason]
    daily_satisfaction: list[float | None]
    targets: dict[str, policy.Target]

    @property
    def service_level_seconds(self) -> int:
        """The X of the strictest queue, which the tile is named after; 0 without queues."""
        return min((queue.target_seconds for queue in self.queues), default=0)

    @property
    def service_level_target(self) -> float | None:
        """The Y of that queue."""
        ordered = sorted(self.queues, key=lambda queue: (queue.target_seconds, queue.code))
        return ordered[0].target_share if ordered else None


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(**{name: row[name] or 0 for name in COUNTERS})


def _rows(
    institution_id: int, start: datetime, end: datetime, *, person_ref: str = ""
) -> QuerySet[Rollup]:
    """Give the quarter hours from `start` up to `end`; one person's, if named."""
    return Rollup.objects.filter(
        institution_id=institution_id,
        grain=Grain.QUARTER,
        of_person=bool(person_ref),
        person_ref=person_ref,
        starts_at__gte=start,
        starts_at__lt=end,
    )


def tally(institution_id: int, start: datetime, end: datetime, *, person_ref: str = "") -> Tally:
    """Sum the roll-ups of one institution from `start` up to `end`; one person's, if named."""
    rows = _rows(institution_id, start, end, person_ref=person_ref)
    return _tally(rows.aggregate(**SUMS))


def _by_queue(institution_id: int, start: datetime, end: datetime) -> dict[str, Tally]:
    rows = (
        _rows(institution_id, start, end)
        .order_by("queue_code")
        .values("queue_code")
        .annotate(**SUMS)
    )
    return {row["queue_code"]: _tally(row) for row in rows}


def _hours(institution_id: int, start: datetime, now: datetime) -> list[HourFigures]:
    rows = (
        _rows(institution_id, start, now)
        .annotate(hour=TruncHour("starts_at"))
        .order_by("hour")
        .values("hour")
        .annotate(**SUMS)
    )
    found = {int((row["hour"] - start).total_seconds() // 3600): _tally(row) for row in rows}
    last = int((now - start).total_seconds() // 3600)
    empty = Tally()
    return [
        HourFigures(hour, found.get(hour, empty).queued, found.get(hour, empty).connect_rate)
        for hour in range(last + 1)
    ]


def _days(institution_id: int, now: datetime, days: int) -> list[float | None]:
    rows = (
        _rows(institution_id, days_before(now, days - 1), now)
        .annotate(day=TruncDate("starts_at", tzinfo=SHANGHAI))
        .order_by("day")
        .values("day")
        .annotate(rated_sum=Sum("rated"), satisfied_sum=Sum("satisfied"))
    )
    found = {row["day"]: share(row["satisfied_sum"], row["rated_sum"]) for row in rows}
    today = day_of(now)
    return [found.get(today - timedelta(days=back)) for back in range(days - 1, -1, -1)]


def _reasons(institution_id: int, now: datetime) -> list[Reason]:
    hour = hour_of(now)
    day, before = hour - timedelta(hours=23), hour - timedelta(hours=47)
    chosen = _chosen(institution_id, day, now)
    earlier = _chosen(institution_id, before, day)
    names = cases.category_names(chosen)
    ordered = sorted(chosen.items(), key=lambda item: (-item[1], item[0]))[:REASONS_SHOWN]
    return [
        Reason(
            names.get(category_id, ""),
            count,
            (count - earlier[category_id]) / earlier[category_id]
            if earlier.get(category_id)
            else None,
        )
        for category_id, count in ordered
    ]


def _chosen(institution_id: int, start: datetime, end: datetime) -> dict[int, int]:
    rows = (
        CategoryRollup.objects.filter(
            institution_id=institution_id,
            grain=Grain.HOUR,
            classified__gt=0,
            starts_at__gte=start,
            starts_at__lt=end,
        )
        .order_by("category_id")
        .values("category_id")
        .annotate(total=Sum("classified"))
    )
    return {row["category_id"]: row["total"] for row in rows}


def live(actor: Actor, now: datetime) -> LiveFigures:
    """Give the live figures of the actor's institution; needs `metrics.read`.

    Costs the same whatever the history: today's roll-ups, this week's, and live state.
    Raises NotAllowed.
    """
    access.require(actor, "metrics.read")
    if actor.institution_id is None:
        raise NotAllowed
    home, start = actor.institution_id, day_start(now)
    queues = _queues(home, start, now)
    return LiveFigures(
        institution_id=home,
        at=now,
        today=tally(home, start, now),
        week=tally(home, days_before(now, SATISFACTION_DAYS - 1), now),
        waiting=sum(queue.waiting for queue in queues),
        longest_wait_seconds=max((queue.longest_wait_seconds for queue in queues), default=0.0),
        people=staff.presence_counts(home),
        clocks=policy.attention_counts(home, now),
        queues=queues,
        hours=_hours(home, start, now),
        reasons=_reasons(home, now),
        daily_satisfaction=_days(home, now, SATISFACTION_DAYS),
        targets=policy.targets(home, now),
    )


def _queues(institution_id: int, start: datetime, now: datetime) -> list[QueueFigures]:
    today = _by_queue(institution_id, start, now)
    counts: Iterable[routing.QueueCounts] = routing.live_counts(institution_id, now)
    figures = [
        QueueFigures(
            code=count.code,
            name=count.name,
            waiting=count.waiting,
            longest_wait_seconds=count.longest_wait_seconds,
            free=count.free,
            today=today.get(count.code, Tally()),
            target_seconds=count.service_level_seconds,
            target_share=count.service_level_percent / 100,
            is_open=count.is_open,
            opens_at=count.opens_at,
            spike_until=count.spike.ends_at if count.spike else None,
        )
        for count in counts
    ]
    return sorted(figures, key=lambda queue: (-queue.longest_wait_seconds, queue.code))
