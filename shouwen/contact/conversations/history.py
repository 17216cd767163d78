"""Contacts as a part of a customer's history."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from shouwen.contact.conversations import queries
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers.models import Customer
from shouwen.people.customers.ports import Before, HistoryItem, register_history
from shouwen.people.customers.queries import older_than

KIND = "contact"


def contacts_in_history(
    actor: Actor, customer: Customer, limit: int, before: Before | None
) -> Sequence[HistoryItem]:
    """Give the customer's latest contacts that the actor may read, newest first."""
    found = queries.contacts_of(actor).filter(older_than(before, "arrived_at"), customer=customer)
    return [
        HistoryItem(
            kind=KIND,
            ref=contact.public_id,
            title=contact.subject or _("Conversation"),
            at=contact.arrived_at,
            state=str(contact.get_state_display()),
            url=f"/desk/contacts/{contact.public_id}/",
        )
        for contact in found.order_by("-arrived_at", "-public_id")[:limit]
    ]


def set_up() -> None:
    """Join contacts to the customers' histories."""
    words = pgettext_lazy("history", "Conversations")
    register_history(KIND, contacts_in_history, words, "messages")
