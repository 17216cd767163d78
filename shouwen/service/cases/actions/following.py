"""Cases follow when two files of one customer become one, or are parted again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers.models import Customer
from shouwen.service.cases.actions import reopening
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.states import State


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


@transaction.atomic
def part_cases(customers: Sequence[Customer], *, actor: Actor, at: datetime) -> list[Case]:
    """Take up again what was merged across two customers whose files were parted; give those.

    Else nobody would answer a question that ended in the case of somebody else.
    """
    found = (
        Case.objects.select_for_update(of=("self",))
        .filter(customer__in=customers, state=State.MERGED)
        .exclude(merged_into__customer=F("customer"))
        .select_related("merged_into__owner", "merged_into__handler", "owner", "handler")
    )
    lost = list(found.order_by("pk"))
    for case in lost:
        reopening.take_apart(case, actor=actor, at=at)
    return lost
