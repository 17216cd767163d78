"""What an agent has typed and not sent: kept on the server, one of each kind per contact."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.models import Contact
from shouwen.front.desk.models import Draft, DraftKind
from shouwen.ground.kernel.errors import Invalid, TooLarge
from shouwen.people.staff.models import Person

DRAFT_MAX_CHARACTERS = 8000


class DraftTooLong(TooLarge):
    """More than a line or a case form can hold."""

    message = _("The draft is too long to keep. Shorten it first.")


@transaction.atomic
def save_draft(contact: Contact, person: Person, kind: str, body: str, *, at: datetime) -> None:
    """Keep a draft in place of the one before; an empty one is dropped. Raises DraftTooLong."""
    if kind not in DraftKind.values:
        raise Invalid
    if len(body) > DRAFT_MAX_CHARACTERS:
        raise DraftTooLong
    if not body.strip():
        drop_draft(contact, person, kind)
        return
    kept = (
        Draft.objects.select_for_update()
        .filter(contact=contact, person=person, kind=kind)
        .order_by("pk")
        .first()
    )
    draft = kept or Draft(contact=contact, person=person, kind=kind)
    draft.body = body
    draft.updated_at = at
    draft.save(update_fields=["body", "updated_at"] if kept else None)


def drop_draft(contact: Contact, person: Person, kind: str) -> None:
    """Forget a draft, because it was sent or emptied."""
    Draft.objects.filter(contact=contact, person=person, kind=kind).delete()
