"""Tables of complaints that were handed in, for those who may import."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.queries import handing_in
from shouwen.service.complaints.models import ComplaintImport

RIGHT = "complaint.import"


def imports_of(actor: Actor, page: int = 1) -> list[ComplaintImport]:
    """List the institution's imports, newest first; one more than a page says there are older.

    Raises NotAllowed.
    """
    return handing_in.tables_of(ComplaintImport, RIGHT, actor, page)


def import_for(actor: Actor, public_id: str) -> ComplaintImport:
    """Give one import. Raises NotAllowed, NotThere."""
    return handing_in.table_for(ComplaintImport, RIGHT, actor, public_id)
