"""Tables of customers that were handed in, for those who may import."""

from __future__ import annotations

from django.db.models import QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.customers.models import CustomerImport
from shouwen.people.customers.queries.reading import askable
from shouwen.people.staff import access as rights

IMPORT_ROWS = 30


def _imports(actor: Actor) -> QuerySet[CustomerImport]:
    rights.require(actor, "customer.import")
    found = CustomerImport.objects.filter(institution_id=actor.institution_id or 0)
    # The table itself is for the loop alone.
    return found.select_related("asked_by").defer("table")


def imports_of(actor: Actor, page: int = 1) -> list[CustomerImport]:
    """List the institution's imports, newest first; one more than a page says there are older.

    Raises NotAllowed.
    """
    start = (page - 1) * IMPORT_ROWS
    return list(_imports(actor).order_by("-pk")[start : start + IMPORT_ROWS + 1])


def import_for(actor: Actor, public_id: str) -> CustomerImport:
    """Give one import. Raises NotAllowed, NotThere."""
    found = _imports(actor).filter(public_id=askable(public_id)).first()
    if found is None:
        raise NotThere
    return found
