"""Folding facts into roll-ups. Each runs inside the delivery that marks its fact as heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Model

from shouwen.assurance.monitoring.models import CategoryRollup, Grain, Rollup, counters_of
from shouwen.assurance.monitoring.rules import day_start, hour_of, month_start, quarter_of

STARTS = {
    Grain.QUARTER: quarter_of,
    Grain.HOUR: hour_of,
    Grain.DAY: day_start,
    Grain.MONTH: month_start,
}
GRAINS = (Grain.QUARTER, Grain.DAY, Grain.MONTH)
CATEGORY_GRAINS = (Grain.HOUR, Grain.DAY, Grain.MONTH)
OF_CATEGORIES = frozenset(counters_of(CategoryRollup))
Table = type[Model]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact belongs: the view that everybody's row is counted under."""

    institution_id: int
    at: datetime
    queue_code: str = ""
    channel: str = ""
    unit_id: int = 0
    category_id: int = 0


def fold(place: Place, people: dict[str, int] | None = None, **counts: float) -> None:
    """Add counts to the row for everybody and to each person's, for quarter, day and month.

    `people` gives each person's unit (0 for none) by public id; `counts` are increments by counter
    name. In a place with a category, what categories count is added there too. Runs inside the
    caller's transaction.
    """
    views = [(False, "", place.unit_id)]
    views += [(True, ref, unit_id) for ref, unit_id in (people or {}).items()]
    for of_person, person_ref, unit_id in views:
        for grain in GRAINS:
            _add(
                Rollup,
                {
                    "institution_id": place.institution_id,
                    "grain": grain,
                    "of_person": of_person,
                    "starts_at": STARTS[grain](place.at),
                    "queue_code": place.queue_code,
                    "channel": place.channel,
                    "person_ref": person_ref,
                    "unit_id": unit_id,
                },
                counts,
            )
    if place.category_id:
        fold_category(
            institution_id=place.institution_id,
            category_id=place.category_id,
            unit_id=place.unit_id,
            at=place.at,
            **{name: by for name, by in counts.items() if name in OF_CATEGORIES},
        )


def fold_category(
    *, institution_id: int, category_id: int, unit_id: int, at: datetime, **counts: float
) -> None:
    """Add counts to a category's rows, for hour, day and month."""
    for grain in CATEGORY_GRAINS:
        _add(
            CategoryRollup,
            {
                "institution_id": institution_id,
                "grain": grain,
                "starts_at": STARTS[grain](at),
                "category_id": category_id,
                "unit_id": unit_id,
            },
            counts,
        )


def _add(table: Table, view: dict[str, Any], counts: dict[str, float]) -> None:
    steps: dict[str, Any] = {name: F(name) + by for name, by in counts.items() if by}
    if not steps:
        return
    rows = table._default_manager.filter(**view)
    if not rows.update(**steps):
        table._default_manager.bulk_create([table(**view)], ignore_conflicts=True)
        rows.update(**steps)
