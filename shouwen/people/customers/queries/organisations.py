"""Who is spoken to for an organisation, and for which organisations a person speaks."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.customers.models import Customer, Representative
from shouwen.people.customers.queries.reading import askable
from shouwen.people.staff import access as rights

MOST_SHOWN = 50


def representatives_of(customer: Customer) -> list[Representative]:
    """List the people of an organisation, or the organisations of a person; present ones alone."""
    side = {"person": customer} if customer.is_person else {"organisation": customer}
    found = Representative.objects.filter(**side, ended_at__isnull=True)
    return list(found.select_related("organisation", "person").order_by("pk")[:MOST_SHOWN])


def representative_for(actor: Actor, public_id: str) -> Representative:
    """Give one entry that the actor may change. Raises NotAllowed, NotThere."""
    rights.require(actor, "customer.edit")
    found = (
        Representative.objects.filter(
            public_id=askable(public_id), organisation__institution_id=actor.institution_id or 0
        )
        .select_related("organisation", "person")
        .first()
    )
    if found is None:
        raise NotThere
    return found
