"""Tables that people handed in, for those who may take them in."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access
from shouwen.people.staff.models.handing_in import HandedTable

T = TypeVar("T", bound=HandedTable)
IMPORT_ROWS = 30


def _tables(model: type[T], right: str, actor: Actor) -> QuerySet[T]:
    access.require(actor, right)
    found = model._default_manager.filter(institution_id=actor.institution_id or 0)
    # The table itself is for the loop alone.
    return found.select_related("asked_by").defer("table")


def tables_of(model: type[T], right: str, actor: Actor, page: int = 1) -> list[T]:
    """List the institution's tables, newest first; one more than a page says there are older.

    Raises NotAllowed.
    """
    start = (page - 1) * IMPORT_ROWS
    # A list says how many lines are wrong, not which.
    rows = _tables(model, right, actor).defer("table", "faults").order_by("-pk")
    return list(rows[start : start + IMPORT_ROWS + 1])


def table_for(model: type[T], right: str, actor: Actor, public_id: str) -> T:
    """Give one table. Raises NotAllowed, NotThere."""
    tables = _tables(model, right, actor)
    # PostgreSQL refuses a NUL.
    found = tables.filter(public_id=public_id).first() if public_id.isprintable() else None
    if found is None:
        raise NotThere
    return found
