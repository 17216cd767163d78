"""A customer's cases, for the customer's history."""

from __future__ import annotations

from django.urls import reverse

from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers.models import Customer
from shouwen.people.customers.ports import Before, HistoryItem
from shouwen.people.customers.queries import older_than
from shouwen.people.staff import access as staff_access
from shouwen.service.cases.queries.scope import cases_of


def history_of(
    actor: Actor, customer: Customer, limit: int, before: Before | None
) -> list[HistoryItem]:
    """Give a customer's newest cases within the actor's reach."""
    if not staff_access.has_right(actor, "case.read"):
        return []
    found = cases_of(actor).filter(
        older_than(before, "opened_at"),
        institution_id=customer.institution_id,
        customer=customer,
    )
    return [
        HistoryItem(
            kind="case",
            ref=case.public_id,
            title=f"{case.number} {case.title}",
            at=case.opened_at,
            state=str(case.get_state_display()),
            url=reverse("cases:case", args=[case.public_id]),
        )
        for case in found.order_by("-opened_at", "-public_id")[:limit]
    ]
