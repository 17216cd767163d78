"""Contacts follow when two files of one customer become one, or are parted again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from shouwen.contact.conversations.models import Contact
from shouwen.people.customers.models import Customer


@transaction.atomic
def follow_customer(
    customer: Customer, to: Customer, only: Sequence[int] | None = None
) -> list[int]:
    """Let a customer's contacts be another's; with `only`, those of these that are still theirs.

    Part of an act that is on the trail by itself. Gives the numbers of what moved.
    """
    found = Contact.objects.select_for_update().filter(customer=customer)
    if only is not None:
        found = found.filter(pk__in=only)
    moved = list(found.order_by("pk").values_list("pk", flat=True))
    Contact.objects.filter(pk__in=moved).update(customer=to)
    return moved
