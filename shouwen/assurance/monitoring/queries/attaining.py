"""What people reached of the figures their posts are bound to, from the roll-ups of one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from shouwen.assurance.monitoring.models import Grain, Rollup
from shouwen.assurance.monitoring.rules import month_start, share
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import Attainment, Shares

OWN = ("answered", "answered_in_time", "cases_closed", "cases_objected")
# Customers who left while waiting belong to a queue and to nobody alone.
OF_QUEUES = ("answered", "abandoned")
Sums = dict[str, float]


def attainment(people: Sequence[Person], at: datetime) -> Attainment:
    """Give what people of one institution reached in the last whole month; two queries.

    Answered in time and resolved are each person's own, the connect rate is that of the queues of
    their unit; together each unit counts once. Serves HB-1.1-05.
    """
    start = month_start(month_start(at) - timedelta(days=1))
    if not people:
        return Attainment(day_of(start))
    of_month = Rollup.objects.filter(
        institution_id=people[0].institution_id, grain=Grain.MONTH, starts_at=start
    )
    own = of_month.filter(of_person=True, person_ref__in=[one.public_id for one in people])
    queues = of_month.filter(of_person=False, unit_id__in={one.unit_id for one in people})
    by_person = _sums(own.order_by().values_list("person_ref"), OWN)
    by_unit = _sums(queues.order_by().values_list("unit_id"), OF_QUEUES)
    return Attainment(
        day_of(start),
        _shares(_total(by_person), _total(by_unit)),
        {
            one.public_id: _shares(by_person.get(one.public_id, {}), by_unit.get(one.unit_id, {}))
            for one in people
        },
    )


def _sums(rows: QuerySet[Rollup, Any], counters: Sequence[str]) -> dict[Any, Sums]:
    added = rows.annotate(**{f"sum_{name}": Sum(name) for name in counters})
    return {key: dict(zip(counters, values, strict=True)) for key, *values in added}


def _total(sums: Mapping[Any, Sums]) -> Sums:
    total: Sums = {}
    for held in sums.values():
        for name, by in held.items():
            total[name] = total.get(name, 0) + by
    return total


def _shares(own: Mapping[str, float], queues: Mapping[str, float]) -> Shares:
    met, closed = queues.get("answered", 0), own.get("cases_closed", 0)
    return {
        "connect_percent": share(met, met + queues.get("abandoned", 0)),
        "reply_percent": share(own.get("answered_in_time", 0), own.get("answered", 0)),
        "resolution_percent": share(closed, closed + own.get("cases_objected", 0)),
    }
