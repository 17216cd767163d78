"""The small lines of the ledger: what was in hand by day, and the shares of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access as staff_access
from shouwen.service.complaints.models import ComplaintTally, Span
from shouwen.service.complaints.rules.trend import Month, Trend, days_until, months_until

# What the report of complaints counts by the same words.
RESOLVED = Q(handled_at__isnull=False, withdrawn_at__isnull=True)
WITHDRAWN = Q(withdrawn_at__isnull=False)
REPEATED = Q(repeat_of__isnull=False)

_SUMS = ("in_hand", "received", "withdrawn", "resolved", "repeats")


def _sums(
    home: int, days: Sequence[date], months: Sequence[date], units: Sequence[int] = ()
) -> QuerySet[Any, Any]:
    rows = ComplaintTally.objects.filter(institution_id=home)
    if units:
        rows = rows.filter(unit_id__in=units)
    asked = Q(span=Span.DAY, starts_on__in=days) | Q(span=Span.MONTH, starts_on__in=months)
    sums = {f"all_{name}": Sum(name) for name in _SUMS}
    return (
        rows.filter(asked)
        .values("span", "starts_on")
        .annotate(**sums)
        .order_by()
        .values_list("span", "starts_on", *sums)
    )


_WHOLE: Prepared[Any] = Prepared(_sums, home=int, days=(date,), months=(date,))
_OF_UNITS: Prepared[Any] = Prepared(_sums, home=int, days=(date,), months=(date,), units=(int,))


def trend(actor: Actor, *, at: datetime) -> Trend | None:
    """Give what the units within the actor's reach had in hand by day, and by month the shares.

    As counted last; None for who reaches no unit whole, and before anything was counted. One query.
    """
    staff_access.require(actor, "complaint.read")
    if not actor.all_units and not actor.unit_ids:
        return None
    days, months = days_until(day_of(at)), months_until(day_of(at))
    asked: dict[str, Any] = {"home": actor.institution_id or 0, "days": days, "months": months}
    if actor.all_units:
        rows = _WHOLE.all(**asked)
    else:
        rows = _OF_UNITS.all(**asked, units=tuple(sorted(actor.unit_ids)))
    if not rows:
        return None
    held = {(span, first): sums for span, first, *sums in rows}
    return Trend(
        tuple(held[Span.DAY, day][0] if (Span.DAY, day) in held else 0 for day in days),
        tuple(Month(first, *held.get((Span.MONTH, first), (0,))[1:]) for first in months),
    )
