"""Noting that an article was taken into a reply to a customer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.service.knowledge.actions.people import person_of, require_own_institution
from shouwen.service.knowledge.actions.refusals import NotInForce
from shouwen.service.knowledge.models import ArticleUse, ArticleVersion


@transaction.atomic
def use(
    version: ArticleVersion, contact: Contact, *, sequence: int, actor: Actor, at: datetime
) -> ArticleUse:
    """Note that a person takes a version into their reply to the message numbered `sequence`.

    The same again gives the use that is there, so that counts stay true. That the person may
    speak in the contact is the caller's matter. Raises NotAllowed for programs, NotThere for a
    version or contact of another institution, NotInForce. Serves OM-6.4-03.
    """
    person = person_of(actor, "knowledge.read")
    require_own_institution(actor, version.institution_id)
    require_own_institution(actor, contact.institution_id)
    if not version.is_in_force(at):
        raise NotInForce
    use, is_new = ArticleUse.objects.get_or_create(
        contact=contact,
        version=version,
        person=person,
        sequence=max(0, min(sequence, contact.message_count)),
        defaults={"at": at},
    )
    if is_new:
        ArticleVersion.objects.filter(pk=version.pk).update(used_count=F("used_count") + 1)
        audit.record(
            actor,
            "knowledge.used",
            version.article,
            at=at,
            detail={"version": version.number, "contact": contact.public_id},
        )
    return use
