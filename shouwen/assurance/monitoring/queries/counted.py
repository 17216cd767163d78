"""How many contacts a period had, for rooms that set their own figures against them."""

from __future__ import annotations

from collections import Counter

from django.db.models import QuerySet, Sum

from shouwen.assurance.monitoring import periods
from shouwen.assurance.monitoring.models import CategoryRollup, Grain, HeldShare, Rollup
from shouwen.assurance.monitoring.periods import Period
from shouwen.service.cases import queries as cases

FINDING = "finding"


def contacts_between(institution_id: int, period: Period) -> int:
    """Count the contacts that were routed to people in a period, from roll-ups alone."""
    rows = Rollup.objects.filter(institution_id=institution_id, of_person=False)
    parts: list[QuerySet[Rollup, int]] = [
        rows.filter(grain=tile.grain, starts_at__gte=tile.start, starts_at__lt=tile.end)
        .order_by()
        .values_list("institution_id")
        .annotate(n=Sum("queued"))
        .values_list("n", flat=True)
        for tile in periods.tiles(period, Grain.QUARTER)
    ]
    whole = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return sum(whole)


def held_between(
    institution_id: int, period: Period, *, of_findings: bool, person: str, channel: str
) -> QuerySet[HeldShare]:
    """Give what is counted in a period of who is held responsible, or of who is accountable."""
    rows = HeldShare.objects.filter(
        institution_id=institution_id, counted_at__gte=period.start, counted_at__lt=period.end
    )
    rows = rows.filter(what=FINDING) if of_findings else rows.exclude(what=FINDING)
    if person:
        rows = rows.filter(person_ref=person)
    if channel:
        rows = rows.filter(channel=channel)
    return rows.order_by("-counted_at", "pk")


def contacts_about(institution_id: int, period: Period) -> dict[str, int]:
    """Count the cases that were classed under each business category in a period, by its code."""
    rows = CategoryRollup.objects.filter(institution_id=institution_id)
    parts: list[QuerySet[CategoryRollup, tuple[int, int]]] = [
        rows.filter(grain=tile.grain, starts_at__gte=tile.start, starts_at__lt=tile.end)
        .order_by()
        .values_list("category_id")
        .annotate(n=Sum("classified"))
        for tile in periods.tiles(period, Grain.HOUR)
    ]
    whole = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found: Counter[int] = Counter()
    for category, n in whole:
        found[category] += n
    named = cases.category_keys(found)
    return {named[pk][0]: n for pk, n in found.items() if pk in named}
