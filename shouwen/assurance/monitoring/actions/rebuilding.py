"""Summing days and months anew from their quarter hours and hours."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from shouwen.assurance.monitoring.actions.folding import STARTS, Table
from shouwen.assurance.monitoring.models import CategoryRollup, Grain, Rollup, counters_of
from shouwen.assurance.monitoring.rules import next_month

TABLES: tuple[tuple[Table, Grain, tuple[str, ...]], ...] = (
    (
        Rollup,
        Grain.QUARTER,
        ("of_person", "queue_code", "channel", "person_ref", "unit_id"),
    ),
    (CategoryRollup, Grain.HOUR, ("category_id", "unit_id")),
)
AT_ONCE = 2000


@transaction.atomic
def rebuild(institution_id: int, month: datetime) -> int:
    """Set the days and the month that begins at `month` to the sums of their fine rows.

    Gives how many rows were set. One month is one transaction, so that a run can be stopped and
    started again. Rows whose fine ones have been cleared away stay as they are. Facts may be heard
    meanwhile: the coarse rows are locked before the fine ones are read, and changed in place, so
    that an increment that waits for a row is added to the new sum.
    """
    return sum(
        _rebuild(table, fine, coarse, keys, institution_id, month)
        for table, fine, keys in TABLES
        for coarse in (Grain.DAY, Grain.MONTH)
    )


def _rebuild(
    table: Table,
    fine: Grain,
    coarse: Grain,
    keys: tuple[str, ...],
    institution_id: int,
    month: datetime,
) -> int:
    counters = counters_of(table)
    within = table._default_manager.filter(
        institution_id=institution_id, starts_at__gte=month, starts_at__lt=next_month(month)
    )
    rows = within.filter(grain=coarse).order_by("pk").select_for_update()
    held = {tuple(getattr(row, name) for name in ("starts_at", *keys)): row for row in rows}
    sums: dict[tuple[object, ...], list[float]] = defaultdict(lambda: [0] * len(counters))
    found = within.filter(grain=fine).order_by("pk")
    for starts_at, *values in found.values_list("starts_at", *keys, *counters).iterator(AT_ONCE):
        total = sums[(STARTS[coarse](starts_at), *values[: len(keys)])]
        for place, value in enumerate(values[len(keys) :]):
            total[place] += value
    new = []
    changed = []
    for key, total in sums.items():
        row = held.get(key)
        named = dict(zip(("starts_at", *keys), key, strict=True))
        if row is None:
            row = table(institution_id=institution_id, grain=coarse, **named)
            new.append(row)
        else:
            changed.append(row)
        for name, value in zip(counters, total, strict=True):
            setattr(row, name, value)
    table._default_manager.bulk_create(new, AT_ONCE, ignore_conflicts=True)
    if changed:
        table._default_manager.bulk_update(changed, counters, AT_ONCE // len(counters))
    return len(sums)
