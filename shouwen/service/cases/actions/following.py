"""Cases follow when two files of one customer become one, or are parted again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from shouwen.people.customers.models import Customer
from shouwen.service.cases.models import Case


@transaction.atomic
def follow_customer(
    customer: Customer, to: Customer, only: Sequence[int] | None = None
) -> list[int]:
    """Let a customer's cases be another's; with `only`, those of these that are still theirs.

    Clocks keep the limits they began with, and texts the key that sealed them. Part of an act that
    is on the trail by itself. Gives the numbers of what moved.
    """
    found = Case.objects.select_for_update().filter(
        institution_id=customer.institution_id, customer=customer
    )
    if only is not None:
        found = found.filter(pk__in=only)
    moved = list(found.order_by("pk").values_list("pk", flat=True))
    Case.objects.filter(pk__in=moved).update(customer=to, version=F("version") + 1)
    return moved
