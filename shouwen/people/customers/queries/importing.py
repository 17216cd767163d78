"""Tables of customers that were handed in, for those who may import."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers.models import CustomerImport
from shouwen.people.staff.queries import handing_in

RIGHT = "customer.import"


def imports_of(actor: Actor, page: int = 1) -> list[CustomerImport]:
    """List the institution's imports, newest first; one more than a page says there are older.

    Raises NotAllowed.
    """
    return handing_in.tables_of(CustomerImport, RIGHT, actor, page)


def import_for(actor: Actor, public_id: str) -> CustomerImport:
    """Give one import. Raises NotAllowed, NotThere."""
    return handing_in.table_for(CustomerImport, RIGHT, actor, public_id)
