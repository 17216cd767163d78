"""What pages and other rooms ask about contacts; each sees only what the asker may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access
from shouwen.contact.conversations.models import (
    Contact,
    ContactNote,
    ContactState,
    Handling,
    Message,
    NoteMention,
)
from shouwen.contact.conversations.rules import talking
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kernel.prepared import Prepared
from shouwen.people.staff.models import Person

PREVIEW_CHARACTERS = 60
MESSAGES_AT_ONCE = 200
PAGE_ROWS = 50
PAGE_ROWS_AT_MOST = 200
NOTES_AT_ONCE = 200
MENTIONS_SHOWN = 20
COLLEAGUES_SHOWN = 12
COLLEAGUES_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One line of a desk list: the contact, its last words, and what is still unread."""

    contact: Contact
    preview: str
    last_author: str
    unread: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts, newest first, and where the next ones begin ("" at the end)."""

    items: list[Contact]
    next_cursor: str


def _with_people(found: QuerySet[Contact]) -> QuerySet[Contact]:
    return found.select_related("institution", "customer", "owner", "handler")


def _contact_under(ref: str) -> QuerySet[Contact]:
    return _with_people(Contact.objects.filter(public_id=ref)).order_by("pk")


def _contacts_with(handler: str) -> QuerySet[Contact]:
    held = Contact.objects.filter(
        handler__public_id=handler, state__in=(ContactState.ACTIVE, ContactState.WRAP_UP)
    )
    return _with_people(held).order_by(F("last_message_at").desc(nulls_last=True), "-pk")


def _messages_after(contact: int, sequence: int) -> QuerySet[Message]:
    found = Message.objects.filter(contact=contact, sequence__gt=sequence)
    return found.select_related("author_person", "attachment").order_by("sequence")


_contact = Prepared(_contact_under, ref=str)
_in_hand = Prepared(_contacts_with, handler=str)
_after = Prepared(
    lambda contact, sequence: _messages_after(contact, sequence)[: MESSAGES_AT_ONCE + 1],
    contact=int,
    sequence=int,
)


def contacts_of(actor: Actor) -> QuerySet[Contact]:
    """Give the contacts within the actor's reach, newest first. Raises NotAllowed."""
    return _with_people(Contact.objects.filter(access.within_reach(actor))).order_by("-pk")


def contact_for(actor: Actor, public_id: str) -> Contact:
    """Give one contact within the actor's reach. Raises NotThere, for one out of reach too."""
    reach = access.reach_of(actor)
    is_id = talking.CONTACT_ID.match(public_id)
    contact = _contact.first(ref=public_id) if is_id else None
    if contact is None or not reach(contact):
        raise NotThere
    return contact


def live_contact_of_visitor(institution_id: int, visitor_ref: str) -> Contact | None:
    """Give the visitor's contact that still goes on, the newest if there are several."""
    return (
        Contact.objects.filter(
            institution_id=institution_id,
            visitor_ref=visitor_ref,
            state__in=talking.OPEN_STATES,
        )
        .exclude(visitor_ref="")
        .select_related("institution", "customer", "owner", "handler")
        .order_by("-pk")
        .first()
    )


def last_contact_of_visitor(institution_id: int, visitor_ref: str) -> Contact | None:
    """Give the visitor's newest contact, ended or not."""
    return (
        Contact.objects.filter(institution_id=institution_id, visitor_ref=visitor_ref)
        .exclude(visitor_ref="")
        .select_related("institution", "customer", "owner", "handler")
        .order_by("-pk")
        .first()
    )


def messages_after(
    contact: Contact, sequence: int = 0, *, limit: int = MESSAGES_AT_ONCE
) -> list[Message]:
    """Give the messages numbered above `sequence`, in order, at most `limit`."""
    if MESSAGES_AT_ONCE <= limit <= MESSAGES_AT_ONCE + 1:
        found = _after.all(contact=contact.pk, sequence=sequence)[:limit]
    else:
        found = list(_messages_after(contact.pk, sequence)[:limit])
    for message in found:
        message.contact = contact
    return found


def last_messages(contact: Contact, *, limit: int = MESSAGES_AT_ONCE) -> list[Message]:
    """Give the last messages, in order, at most `limit`."""
    return messages_after(contact, max(0, contact.message_count - limit), limit=limit)


def handlings_of(contact: Contact) -> list[Handling]:
    """Give who had the contact in hand, in order of time."""
    found = Handling.objects.filter(contact=contact).select_related("person")
    return list(found.order_by("from_at", "pk"))


def my_contacts(actor: Actor) -> list[ContactRow]:
    """Give what the person has in hand or in wrap-up, latest words first; three queries."""
    return rows_of(contacts_in_hand(actor))


def contacts_in_hand(actor: Actor) -> list[Contact]:
    """Give the contacts the person has in hand or in wrap-up, latest words first; one query."""
    reach = access.reach_of(actor)
    return [contact for contact in _in_hand.all(handler=actor.ref) if reach(contact)]


def held_by(actor: Actor) -> dict[int, int]:
    """Count the running contacts within the actor's reach by handler's row id; one query."""
    live = contacts_of(actor).filter(state=ContactState.ACTIVE).order_by()
    counted = live.values_list("handler_id").annotate(n=Count("pk"))
    return {handler_id: n for handler_id, n in counted if handler_id is not None}


def waiting_contacts(actor: Actor, *, limit: int = PAGE_ROWS) -> list[ContactRow]:
    """Give the contacts in the actor's reach that wait for a person, longest first."""
    waiting = contacts_of(actor).filter(state=ContactState.QUEUED)
    return rows_of(waiting.order_by("queued_at", "pk")[:limit])


def rows_of(contacts: Iterable[Contact]) -> list[ContactRow]:
    """Add last words and unread counts to contacts, in two queries for any number."""
    listed = list(contacts)
    if not listed:
        return []
    last = Q(pk__in=())
    for contact in listed:
        last |= Q(contact_id=contact.pk, sequence=contact.message_count)
    latest = {m.contact_id: m for m in Message.objects.filter(last).select_related("contact")}
    unread = unread_in(listed)
    return [
        ContactRow(
            contact=contact,
            preview=preview_of(latest.get(contact.pk)),
            last_author=latest[contact.pk].author_kind if contact.pk in latest else "",
            unread=unread[contact.pk],
        )
        for contact in listed
    ]


def unread_in(contacts: Iterable[Contact]) -> dict[int, int]:
    """Count the customers' lines nobody has read, by contact's row id; one query."""
    unread = {contact.pk: 0 for contact in contacts}
    waiting = Message.objects.filter(
        contact__in=list(unread), author_kind="CUSTOMER", read_at__isnull=True
    )
    for contact_id in waiting.values_list("contact_id", flat=True) if unread else ():
        unread[contact_id] += 1
    return unread


def preview_of(message: Message | None) -> str:
    """Give the first words of a message in one line."""
    if message is None or message.body is None:
        return ""
    line = " ".join(message.body.plain.split())
    return line if len(line) <= PREVIEW_CHARACTERS else line[: PREVIEW_CHARACTERS - 1] + "…"


def page_of(
    actor: Actor,
    *,
    cursor: str = "",
    limit: int = PAGE_ROWS,
    state: str = "",
    channel: str = "",
    since: datetime | None = None,
) -> Page:
    """Give one page of contacts, newest first; `cursor` is the last page's `next_cursor`.

    Raises Invalid for a cursor or filter that cannot be.
    """
    wanted: dict[str, object] = {}
    if state:
        if state not in ContactState.values:
            raise Invalid(fields={"state": " ".join(ContactState.values)})
        wanted["state"] = state
    if channel:
        if channel not in talking.CHANNELS:
            raise Invalid(fields={"channel": " ".join(talking.CHANNELS)})
        wanted["channel"] = channel
    if since is not None:
        try:
            wanted["arrived_at__gte"] = since.astimezone(UTC)
        except OverflowError as error:
            words = _("Give a moment between the years 1 and 9999.")
            raise Invalid(fields={"since": words}) from error
    contacts = contacts_of(actor).filter(**wanted)
    if cursor:
        # The cursor is a public id: it tells nothing about how many contacts there are.
        known = talking.CONTACT_ID.match(cursor) is not None
        before = Contact.objects.filter(access.within_reach(actor), public_id=cursor)
        at = before.values_list("pk", flat=True).first() if known else None
        if at is None:
            raise Invalid(fields={"cursor": "next_cursor"})
        contacts = contacts.filter(pk__lt=at)
    limit = max(1, min(limit, PAGE_ROWS_AT_MOST))
    found = list(contacts[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], found[limit - 1].public_id if more else "")


def contacts_by_ref(public_ids: Sequence[str]) -> dict[str, Contact]:
    """Give contacts by public id, for rooms that hold them by reference; one query."""
    found = Contact.objects.filter(public_id__in=public_ids)
    return {c.public_id: c for c in found.select_related("customer", "owner", "handler")}


def notes_of(contact: Contact, *, after: int = 0) -> list[ContactNote]:
    """Give the contact's internal notes beyond the first `after`, in order, at most 200.

    For staff alone: whoever asks has found the contact by `contact_for`. Two queries.
    """
    found = ContactNote.objects.filter(contact=contact).select_related("contact", "author")
    mentions = NoteMention.objects.select_related("person").order_by("pk")
    found = found.prefetch_related(Prefetch("mentions", mentions)).order_by("pk")
    return list(found[after : after + NOTES_AT_ONCE])


def mentions_of(actor: Actor) -> list[NoteMention]:
    """Give the latest mentions of the person in contacts they may see, newest first; one query."""
    found = _mentions(actor).select_related("note__author", "note__contact__customer")
    return list(found.order_by("-pk")[:MENTIONS_SHOWN])


def unread_mentions(actor: Actor) -> int:
    """Count the person's unread mentions in contacts they may see."""
    return _mentions(actor).filter(read_at__isnull=True).count()


def _mentions(actor: Actor) -> QuerySet[NoteMention]:
    reach = Contact.objects.filter(access.within_reach(actor), pk=OuterRef("note__contact_id"))
    return NoteMention.objects.filter(Exists(reach), person__public_id=actor.ref)


def colleagues_for(actor: Actor, contact: Contact, words: str = "") -> list[Person]:
    """Give colleagues whom a note in this contact may mention, by name, at most 12.

    `words` is a part of the name or the beginning of the staff number.
    """
    people = Person.objects.filter(
        institution_id=contact.institution_id, is_active=True, grants__role__in=access.READERS
    ).exclude(public_id=actor.ref)
    words = "".join(c for c in words if c.isprintable()).strip()
    if words:
        people = people.filter(Q(name__icontains=words) | Q(staff_no__startswith=words))
    named = people.select_related("unit").distinct().order_by("name", "pk")
    return access.who_may_read(contact, named[:COLLEAGUES_LOOKED_AT])[:COLLEAGUES_SHOWN]
