"""Looking at cases, which is on the trail like everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries import searching


@transaction.atomic
def view_case(actor: Actor, public_id: str, *, at: datetime) -> Case:
    """Give a case the actor may look at, and record that it was looked at. Raises NotThere."""
    case = queries.case_to_read(actor, public_id)
    audit.record(actor, "case.viewed", case, at=at)
    return case


@transaction.atomic
def look_for(actor: Actor, filters: queries.Filters, *, at: datetime) -> queries.Page:
    """Give a page of the ledger; a search by words is recorded, with what looks personal masked."""
    page = queries.ledger(actor, filters, at=at)
    if filters.q.strip():
        audit.record(
            actor,
            "case.searched",
            None,
            at=at,
            detail={"q": filters.q.strip()[:80], "found": len(page.rows)},
        )
    return page


@transaction.atomic
def look_for_customer(
    actor: Actor, number: str, filters: queries.Filters, *, at: datetime
) -> queries.Page:
    """Give the cases of whoever has this telephone or identity number.

    The look-up is on the trail, the number is not. Raises Invalid for another kind of text,
    NotAllowed without the right to look customers up.
    """
    staff_access.require(actor, "case.read")
    if not searching.names_a_customer(number):
        raise Invalid(fields={"q": _("Enter a whole telephone or identity number.")})
    found = searching.customer_ids(actor, number, at)
    return queries.ledger(actor, replace(filters, q="", customers=found), at=at)


@transaction.atomic
def read_conversation(actor: Actor, public_id: str, *, at: datetime) -> tuple[Case, Contact]:
    """Give a case and the conversation it came of, and record the reading. Raises NotThere."""
    case = queries.case_for(actor, public_id)
    if case.contact is None:
        raise NotThere
    contact = conversations.contact_for(actor, case.contact.public_id)
    audit.record(actor, "contact.viewed", contact, at=at, detail={"case": case.public_id})
    return case, contact
