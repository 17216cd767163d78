"""Which versions were taken into replies: for whoever judges a conversation."""

from __future__ import annotations

from django.db.models import QuerySet

from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.prepared import Prepared
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge.models import ArticleUse

SHOWN = 50


def _used_in(contact: int, institution: int) -> QuerySet[ArticleUse]:
    found = ArticleUse.objects.filter(contact=contact, version__institution_id=institution)
    return found.select_related("version__article", "person").order_by("pk")[:SHOWN]


_uses = Prepared(_used_in, contact=int, institution=int)


def uses_in(actor: Actor, contact: Contact) -> list[ArticleUse]:
    """Give what was used in a contact, in order; that the actor may read it is the caller's matter.

    One query. Raises NotAllowed.
    """
    staff_access.require(actor, "knowledge.read")
    return _uses.all(contact=contact.pk, institution=actor.institution_id or 0)
