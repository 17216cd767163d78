"""Figures of a period against the period before, over time, and by queue, unit, person, channel
or category. Only roll-ups are read: the cost does not grow with the contacts behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet, Sum

from shouwen.assurance.monitoring import kpis, periods
from shouwen.assurance.monitoring.kpis import Kpi
from shouwen.assurance.monitoring.models import CategoryRollup, Grain, Rollup, counters_of
from shouwen.assurance.monitoring.periods import Interval, Period
from shouwen.contact.routing import queries as routing
from shouwen.contact.routing.models import Queue
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.queries import Target
from shouwen.people.staff import access
from shouwen.people.staff import queries as staff
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Channel

# What happens before anybody has a contact in hand is no one person's figure.
NOBODYS = frozenset({"queued", "abandoned"})
SERVICE_LEVEL_CLAUSE = "SN-17-02"


class By(StrEnum):
    """What figures are told apart by."""

    QUEUE = "queue"
    UNIT = "unit"
    PERSON = "person"
    CHANNEL = "channel"
    CATEGORY = "category"


COLUMNS = {
    By.QUEUE: "queue_code",
    By.UNIT: "unit_id",
    By.PERSON: "person_ref",
    By.CHANNEL: "channel",
    By.CATEGORY: "category_id",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. Filters are codes (queue, channel, category) or public ids (unit, person);
    empty asks for all, and one that fits nothing finds nothing. `kpi` is drawn over time."""

    period: Period
    interval: Interval
    by: By = By.QUEUE
    kpi: str = "connect_rate"
    queue: str = ""
    unit: str = ""
    person: str = ""
    channel: str = ""
    category: str = ""

    @property
    def of_categories(self) -> bool:
        """Whether categories are told apart, which contacts do not have."""
        return self.by is By.CATEGORY or bool(self.category)

    @property
    def told_by(self) -> By:
        """What the lines are told apart by: of categories, only units are known besides."""
        if self.of_categories and self.by is not By.UNIT:
            return By.CATEGORY
        return self.by

    @property
    def of_people(self) -> bool:
        """Whether people are told apart."""
        return not self.of_categories and (self.by is By.PERSON or bool(self.person))


@dataclass(frozen=True, slots=True)
class Figure:
    """One KPI's value in the period and in the one before; None is no data."""

    kpi: Kpi
    over: float
    under: float
    value: float | None
    before: float | None
    target: Target | None

    @property
    def passed(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        if self.target is None or self.value is None:
            return None
        return self.kpi.passes(self.value, self.target.value)

    @property
    def change(self) -> float | None:
        """By how much the value has changed."""
        if self.value is None or self.before is None:
            return None
        return self.value - self.before


@dataclass(frozen=True, slots=True)
class Point:
    """The drawn KPI in one interval, and in the interval as far into the period before."""

    starts_at: datetime
    value: float | None
    before: float | None
    over: float
    under: float


@dataclass(frozen=True, slots=True)
class Line:
    """One queue, unit, person, channel or category. `key` filters by it, empty for none."""

    key: str
    name: str
    sums: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class History:
    """The answer: figures of the whole, the drawn one over time, and a line for each part."""

    question: Question
    figures: list[Figure]
    chosen: Figure
    points: list[Point]
    lines: list[Line]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows that a question reads, within the asker's reach, and what they count."""

    rows: QuerySet[Any]
    finest: Grain
    counters: tuple[str, ...]
    kpis: list[Kpi]


def history(actor: Actor, asked: Question, now: datetime) -> History:
    """Answer a question about the actor's units; needs `metrics.read`.

    Somebody bound to units sees what those units' queues, cases and people did, and what belongs
    to no unit. Raises NotAllowed.
    """
    access.require(actor, "metrics.read")
    if actor.institution_id is None:
        raise NotAllowed
    home = actor.institution_id
    table = _table(actor, home, asked)
    queues = routing.queues_of(home)
    targets = _targets(home, asked, queues, now)
    this, before = (_sums(table, period) for period in (asked.period, asked.period.before))
    figures = [_figure(kpi, this, before, targets) for kpi in table.kpis]
    chosen = next((f for f in figures if f.kpi.code == asked.kpi), figures[0])
    lines = _lines(home, table, asked, queues)
    return History(
        question=asked,
        figures=figures,
        chosen=chosen,
        points=_points(table, asked, chosen.kpi),
        lines=lines,
        names=_names_of_filters(actor, home, asked, queues),
    )


def _table(actor: Actor, home: int, asked: Question) -> _Table:
    within: Q = Q(institution_id=home)
    if not actor.all_units:
        # What belongs to no unit belongs to all, as everywhere.
        within &= Q(unit_id__in=[0, *sorted(actor.unit_ids)])
    if asked.unit:
        within &= Q(unit_id__in=[unit.pk for unit in staff.units_below(actor, asked.unit)])
    if asked.of_categories:
        counters = counters_of(CategoryRollup)
        if asked.category:
            within &= Q(category_id=cases.category_named(home, asked.category)[0])
        rows: QuerySet[Any] = CategoryRollup.objects.filter(within)
        return _Table(rows, Grain.HOUR, counters, kpis.counted_by(frozenset(counters)))
    counters = counters_of(Rollup)
    if asked.of_people:
        counters = tuple(name for name in counters if name not in NOBODYS)
    within &= Q(of_person=asked.of_people)
    for name, value in (
        ("person_ref", asked.person),
        ("queue_code", asked.queue),
        ("channel", asked.channel),
    ):
        if value:
            within &= Q(**{name: value})
    rows = Rollup.objects.filter(within)
    return _Table(rows, Grain.QUARTER, counters, kpis.counted_by(frozenset(counters)))


def _grouped(table: _Table, period: Period, column: str) -> dict[Any, dict[str, float]]:
    """Sum the rows of a period by a column, in one query: each tile by its own stretch of the
    index, since an "or" over grains would read them all."""
    parts = [
        table.rows.filter(grain=tile.grain, starts_at__gte=tile.start, starts_at__lt=tile.end)
        .order_by()
        .values_list(column)
        .annotate(**{f"sum_{name}": Sum(name) for name in table.counters})
        for tile in periods.tiles(period, table.finest)
    ]
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    sums: dict[Any, dict[str, float]] = {}
    for value, *added in rows:
        held = sums.setdefault(value, dict.fromkeys(table.counters, 0))
        for name, by in zip(table.counters, added, strict=True):
            held[name] += by
    return sums


def _sums(table: _Table, period: Period) -> dict[str, float]:
    whole = _grouped(table, period, "institution_id").values()
    return next(iter(whole), dict.fromkeys(table.counters, 0))


def _figure(
    kpi: Kpi,
    this: Mapping[str, float],
    before: Mapping[str, float],
    targets: Mapping[str, Target],
) -> Figure:
    over, under = kpi.parts(this)
    target = targets.get(kpi.target or kpi.code)
    return Figure(kpi, over, under, kpi.value(this), kpi.value(before), target)


def _targets(
    home: int, asked: Question, queues: Sequence[Queue], now: datetime
) -> dict[str, Target]:
    targets = dict(policy.targets(home, now))
    named = [queue for queue in queues if queue.code == asked.queue] or queues
    if named:
        strictest = min(named, key=lambda queue: (queue.service_level_seconds, queue.code))
        level = strictest.service_level_percent / 100
        targets["service_level"] = Target(level, SERVICE_LEVEL_CLAUSE)
    return targets


def _points(table: _Table, asked: Question, kpi: Kpi) -> list[Point]:
    """Draw a KPI over both periods at once: they stand next to each other."""
    before, this = asked.period.before, asked.period
    grain = _grain_of_points(table, asked)
    start = before.start if grain == table.finest else periods.start_of(Interval.DAY, before.start)
    rows = (
        table.rows.filter(grain=grain, starts_at__gte=start, starts_at__lt=this.end)
        .order_by("starts_at")
        .values_list("starts_at")
        .annotate(**{f"sum_{name}": Sum(name) for name in sorted(kpi.counters)})
    )
    found: dict[datetime, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    earlier: dict[datetime, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for starts_at, *values in rows:
        side = found if starts_at >= this.start else earlier
        held = side[periods.start_of(asked.interval, starts_at)]
        for name, value in zip(sorted(kpi.counters), values, strict=True):
            held[name] += value
    places = list(periods.starts_within(asked.interval, this))
    placed = list(periods.starts_within(asked.interval, before))
    points = []
    for place, at in enumerate(places):
        sums = found.get(at, {})
        old = earlier.get(placed[place], {}) if place < len(placed) else {}
        over, under = kpi.parts(sums)
        points.append(Point(at, kpi.value(sums), kpi.value(old), over, under))
    return points


def _grain_of_points(table: _Table, asked: Question) -> Grain:
    """Give the coarsest rows that the interval can be cut from."""
    if asked.interval in (Interval.QUARTER, Interval.HOUR):
        return table.finest
    whole = asked.interval is Interval.MONTH and all(
        periods.start_of(Interval.MONTH, at) == at for at in (asked.period.start, asked.period.end)
    )
    return Grain.MONTH if whole else Grain.DAY


def _lines(home: int, table: _Table, asked: Question, queues: Sequence[Queue]) -> list[Line]:
    column = COLUMNS[asked.told_by]
    sums = _grouped(table, asked.period, column)
    named = _names(home, column, list(sums), queues)
    lines = [Line(*named.get(value, (str(value or ""), "")), held) for value, held in sums.items()]
    return sorted(lines, key=lambda line: (not line.key, line.name, line.key))


def _names(
    home: int, column: str, values: Sequence[Any], queues: Sequence[Queue]
) -> dict[Any, tuple[str, str]]:
    """Give key and name of each value of a column; one query at most."""
    match column:
        case "queue_code":
            return {queue.code: (queue.code, queue.name) for queue in queues}
        case "channel":
            return {name.lower(): (name.lower(), str(words)) for name, words in Channel.choices}
        case "person_ref":
            people = staff.names_by_ref(set(values))
            return {ref: (ref, name) for ref, name in people.items()}
        case "unit_id":
            return staff.unit_keys(values)
        case _:
            return cases.category_keys(values)


def _names_of_filters(
    actor: Actor, home: int, asked: Question, queues: Sequence[Queue]
) -> dict[str, str]:
    """Give the words of each filter that is set, by filter."""
    names: dict[str, str] = {}
    if asked.queue:
        names["queue"] = next((q.name for q in queues if q.code == asked.queue), asked.queue)
    if asked.channel:
        words = dict(Channel.choices).get(asked.channel.upper(), asked.channel)
        names["channel"] = str(words)
    if asked.unit:
        names["unit"] = next((u.name for u in staff.units_below(actor, asked.unit)), asked.unit)
    if asked.person:
        known = staff.people_of(actor).filter(public_id=asked.person)
        names["person"] = known.values_list("name", flat=True).first() or asked.person
    if asked.category:
        names["category"] = cases.category_named(home, asked.category)[1] or asked.category
    return names
