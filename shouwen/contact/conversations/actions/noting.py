"""Colleagues leave notes in a contact, and ask each other to look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access
from shouwen.contact.conversations.actions import problems, steps
from shouwen.contact.conversations.models import Contact, ContactNote, NoteKind, NoteMention
from shouwen.contact.conversations.rules import talking
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Person


@transaction.atomic
def add_note(
    contact: Contact,
    *,
    body: str,
    client_key: str,
    actor: Actor,
    at: datetime,
    mentions: Sequence[str] = (),
    kind: str = NoteKind.NOTE,
    receiver: Person | None = None,
) -> ContactNote:
    """Leave an internal note, and tell those it mentions (public ids of people).

    The same `client_key` with the same words and mentions gives the note that is there already;
    with others it raises ClientKeyReused. `receiver` is told too, though the contact becomes
    theirs to read only when they take it. Raises Invalid for empty or overlong text and for
    people who may not see the contact, NotAllowed. Serves OM-2.3-05.
    """
    access.require_noter(actor, contact)
    text = _checked(body, client_key, mentions)
    author = Person.objects.filter(public_id=actor.ref, is_active=True).first()
    if author is None:
        raise NotAllowed
    fresh = steps.locked(contact)
    there = ContactNote.objects.filter(contact=fresh, author=author, client_key=client_key).first()
    if there is not None:
        if there.body.plain != text or _mentioned(there) != _wanted(author, mentions):
            raise problems.ClientKeyReused
        return there
    told = _told(fresh, author, mentions)
    if receiver is not None and receiver not in told:
        told.append(receiver)
    note = ContactNote(
        contact=fresh,
        author=author,
        kind=kind,
        after_sequence=fresh.message_count,
        client_key=client_key,
        created_at=at,
    )
    note.body = text
    note.save(force_insert=True)
    NoteMention.objects.bulk_create(NoteMention(note=note, person=person) for person in told)
    audit.record(
        actor,
        "contact.noted",
        fresh,
        at=at,
        detail={"note": note.public_id, "kind": kind, "mentions": len(told)},
    )
    # A topic of its own: the customer's page follows the contact's, and must not even stir.
    publish(f"notes-{fresh.public_id}")
    for person in told:
        publish(f"person-{person.public_id}")
    return note


def _checked(body: str, client_key: str, mentions: Sequence[str]) -> str:
    text = talking.tidy_text(body)
    if not text:
        raise Invalid(fields={"body": _("Write the note first.")})
    if len(text) > talking.NOTE_MAX_CHARACTERS:
        raise Invalid(fields={"body": _("Keep a note within 2,000 characters.")})
    if not talking.is_client_key(client_key):
        raise Invalid(fields={"client_key": _("Send a key of 1 to 64 plain characters.")})
    if len(set(mentions)) > talking.MENTIONS_AT_MOST:
        raise Invalid(fields={"mentions": _("Mention at most ten colleagues in one note.")})
    return text


def _wanted(author: Person, mentions: Sequence[str]) -> set[str]:
    """Give whom a note mentions by public id; nobody asks themselves."""
    return set(mentions) - {author.public_id}


def _mentioned(note: ContactNote) -> set[str]:
    return set(note.mentions.values_list("person__public_id", flat=True))


def _told(contact: Contact, author: Person, mentions: Sequence[str]) -> list[Person]:
    """Give the people a note mentions, its author left out. Raises Invalid."""
    wanted = _wanted(author, mentions)
    if not wanted:
        return []
    # PostgreSQL cannot even be asked for a NUL.
    askable = [ref for ref in wanted if ref.isprintable()]
    named = Person.objects.filter(
        institution_id=contact.institution_id, public_id__in=askable
    ).order_by("pk")
    found = access.who_may_read(contact, named)
    if len(found) != len(wanted):
        words = _("Mention only colleagues who may see this conversation.")
        raise Invalid(fields={"mentions": words})
    return found


@transaction.atomic
def read_mentions(contact: Contact, *, actor: Actor, at: datetime) -> int:
    """Note that the actor has seen the contact's notes that mention them; give how many were new.

    Their own list is their own matter, so nothing goes on the trail.
    """
    unread = NoteMention.objects.filter(
        note__contact=contact, person__public_id=actor.ref, read_at__isnull=True
    )
    seen = unread.update(read_at=at) if actor.is_person else 0
    if seen:
        publish(f"person-{actor.ref}")
    return seen
