"""What the actions share: the lock, the facts every event carries, and the topics."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise

from shouwen.contact.conversations.models import AuthorKind, Contact
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.kernel.topics import publish

RELATIONS = ("institution", "customer", "owner", "handler")


class FactFields(TypedDict):
    """What every fact about a contact carries."""

    institution_id: int
    contact_id: int
    contact_public_id: str
    channel: str
    queue_code: str


def _held(contact: int) -> QuerySet[Contact]:
    return Contact.objects.select_for_update(of=("self",)).filter(pk=contact).order_by("pk")


_row = Prepared(_held, contact=int)


def locked(contact: Contact) -> Contact:
    """Read the contact afresh and hold its row until the transaction ends.

    Who is in it is taken from the caller's object where that is the same, and read where not.
    """
    if not all(_is_at_hand(contact, name) for name in RELATIONS):
        return _held(contact.pk).select_related(*RELATIONS).get()
    fresh = _row.first(contact=contact.pk)
    if fresh is None:
        raise Contact.DoesNotExist
    for name in RELATIONS:
        at_hand = getattr(contact, name)
        if at_hand is not None and at_hand.pk == getattr(fresh, f"{name}_id"):
            setattr(fresh, name, at_hand)
    return fresh


def _is_at_hand(contact: Contact, name: str) -> bool:
    return name in contact._state.fields_cache or getattr(contact, f"{name}_id") is None


def fact_fields(contact: Contact) -> FactFields:
    """Give the values that every fact about this contact carries."""
    return {
        "institution_id": contact.institution_id,
        "contact_id": contact.pk,
        "contact_public_id": contact.public_id,
        "channel": contact.channel,
        "queue_code": contact.queue_code,
    }


def tell_screens(contact: Contact) -> None:
    """Tell whoever looks at the contact, its handler's desk and the queues to look again."""
    publish(f"contact-{contact.public_id}")
    if contact.handler is not None:
        publish(f"person-{contact.handler.public_id}")
    tell_queues(contact.institution.code)


def tell_of_line(contact: Contact, **up_to: int) -> None:
    """Tell whoever looks at the contact of what was said: `up_to=` its number.

    The queues stay as they are, and of the handler's desk all but the talks in hand. Who has the
    contact up to that number already need not look.
    """
    publish(f"contact-{contact.public_id}", **up_to)
    _tell_talks(contact)


def tell_seen(contact: Contact, by: str, **up_to: int) -> None:
    """Tell whoever looks at the contact how far it has reached one side (`by`), or was read.

    `delivered=` and `read=` are the highest numbers: pages set the marks without a look.
    """
    publish(f"contact-{contact.public_id}", seen_by=by.lower(), **up_to)
    if by == AuthorKind.STAFF:
        _tell_talks(contact)


def _tell_talks(contact: Contact) -> None:
    if contact.handler is not None:
        topic = f"person-{contact.handler.public_id}"
        publish(topic, only="talk", contact=contact.public_id)


def tell_queues(institution_code: str) -> None:
    """Tell every desk of the institution that its queues have changed; each looks in its turn."""
    publish(f"queues-{institution_code}", broad=1)


def adopt(contact: Contact, fresh: Contact) -> None:
    """Bring the caller's object up to date with the row that was changed under lock."""
    for field in Contact._meta.concrete_fields:
        setattr(contact, field.attname, getattr(fresh, field.attname))


def in_language_of(contact: Contact, words: str | Promise) -> str:
    """Say the words in the language of the contact, which the customer reads too."""
    with translation.override(contact.language):
        return str(words)
