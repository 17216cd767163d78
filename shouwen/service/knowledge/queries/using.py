"""Which versions were taken into replies: for whoever judges a conversation."""

from __future__ import annotations

from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge.models import ArticleUse

SHOWN = 50


def uses_in(actor: Actor, contact: Contact) -> list[ArticleUse]:
    """Give what was used in a contact, in order; that the actor may read it is the caller's matter.

    One query. Raises NotAllowed.
    """
    staff_access.require(actor, "knowledge.read")
    found = ArticleUse.objects.filter(
        contact=contact, version__institution_id=actor.institution_id or 0
    ).select_related("version__article", "person")
    return list(found.order_by("pk")[:SHOWN])
