"""What a customer holds, as the institution's core system tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.customers import access, ports
from shouwen.people.customers.models import Customer
from shouwen.people.customers.queries.reading import one_for
from shouwen.people.customers.rules.holdings import Holding


@dataclass(frozen=True, slots=True)
class Holdings:
    """A customer's products; `is_away` says that the core system gave no answer."""

    customer: Customer
    holdings: Sequence[Holding] = ()
    is_away: bool = False


def are_told() -> bool:
    """Whether a core system is plugged in at all."""
    return ports.holdings_book() is not None


def holdings_of(actor: Actor, public_id: str, at: datetime, purpose: str = "") -> Holdings:
    """Ask the core system what one customer holds; the reading is on the trail.

    Waits for the provider, so a page asks apart. Raises NotAllowed, PurposeMissing, NotThere.
    """
    stated = access.require_reading(actor, purpose)
    customer = one_for(actor, public_id)
    found = _asked(customer)
    detail: dict[str, str | int | bool | None] = {
        "found": len(found.holdings),
        "away": found.is_away,
    }
    # No transaction waits for the provider.
    with transaction.atomic():
        audit.record(
            actor, "customer.holdings_read", customer, at=at, purpose=stated, detail=detail
        )
    return found


def _asked(customer: Customer) -> Holdings:
    book = ports.holdings_book()
    if book is None:
        return Holdings(customer, is_away=True)
    try:
        listed = book.holdings_of(customer.institution.code, customer.number)
    except ports.HoldingsAway:
        return Holdings(customer, is_away=True)
    return Holdings(customer, tuple(listed))
