"""Files that may be of one customer, side by side, and those that were made one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.customers import access
from shouwen.people.customers.models import ContactPoint, Customer, Merge
from shouwen.people.customers.queries.reading import askable

MOST_DOUBLES = 5
MOST_MERGES = 20


@dataclass(frozen=True, slots=True)
class Double:
    """A file that may be of the same customer: what of it is the same."""

    customer: Customer
    same_points: tuple[str, ...]
    same_name: bool


def doubles_of(actor: Actor, customer: Customer) -> list[Double]:
    """Suggest files that share a way to reach them; the same name as well comes first.

    Found by blind index, so that nothing is opened. Nothing for who may not merge.
    """
    if not access.may_merge(actor, customer.institution_id):
        return []
    own = customer.points.exclude(kind="ADDRESS").values_list("kind", "value_blind")
    wanted = Q(pk__in=())
    for kind, value_blind in own:
        wanted |= Q(kind=kind, value_blind=value_blind)
    found = (
        ContactPoint.objects.filter(
            wanted,
            customer__institution_id=customer.institution_id,
            customer__kind=customer.kind,
            customer__merged_into__isnull=True,
        )
        .exclude(customer=customer)
        .select_related("customer")
        .order_by("customer_id", "kind")
    )
    points: defaultdict[int, list[str]] = defaultdict(list)
    files: dict[int, Customer] = {}
    for point in found[: MOST_DOUBLES * 4]:
        if customer.id_blind and point.customer.id_blind:
            # Two identity numbers: two customers who share a telephone.
            continue
        files[point.customer_id] = point.customer
        points[point.customer_id].append(str(point.get_kind_display()))
    doubles = [
        Double(each, tuple(points[pk]), each.name_blind == customer.name_blind)
        for pk, each in files.items()
    ]
    return sorted(doubles, key=lambda one: not one.same_name)[:MOST_DOUBLES]


def merges_of(customer: Customer) -> list[Merge]:
    """List what was joined to this file and not parted again, the latest first."""
    found = customer.merges.filter(undone_at__isnull=True).select_related("other")
    return list(found.order_by("-merged_at", "-pk")[:MOST_MERGES])


def merge_for(actor: Actor, public_id: str) -> Merge:
    """Give a merge that the actor may undo. Raises NotAllowed, NotThere."""
    access.require_merge_right(actor)
    found = (
        Merge.objects.filter(
            public_id=askable(public_id), survivor__institution_id=actor.institution_id or 0
        )
        .select_related("survivor", "other")
        .first()
    )
    if found is None:
        raise NotThere
    return found
