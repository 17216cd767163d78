"""Things are said in a contact, delivered, and read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access, events
from shouwen.contact.conversations.actions import duties, problems, steps
from shouwen.contact.conversations.models import AuthorKind, Contact, Message, MessageKind
from shouwen.contact.conversations.rules import talking
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Person


@transaction.atomic
def add_message(
    contact: Contact,
    *,
    author: str,
    body: str,
    client_key: str,
    actor: Actor,
    at: datetime,
    kind: str = MessageKind.TEXT,
    sources: tuple[str, ...] = (),
) -> Message:
    """Say something in a contact and give the message, numbered next without a gap.

    The same `client_key` with the same words gives the message that is there already; with other
    words it raises ClientKeyReused. Raises Invalid for empty or overlong text, ContactIsOver,
    NotInHand for staff while nobody has it in hand, NotAllowed for someone else's contact.
    Serves OM-3.4.5-01.
    """
    text = _checked(body, client_key)
    fresh = steps.locked(contact)
    there = Message.objects.filter(contact=fresh, client_key=client_key).first()
    if there is not None:
        if there.author_kind != author or not _same(there, text):
            raise problems.ClientKeyReused
        return there
    person = _speaker(fresh, author, actor)
    moment: dict[str, datetime] = {"last_message_at": at}
    if author == AuthorKind.CUSTOMER:
        moment["last_customer_message_at"] = at
    elif author == AuthorKind.STAFF:
        moment["last_staff_message_at"] = at
    Contact.objects.filter(pk=fresh.pk).update(message_count=F("message_count") + 1, **moment)
    for name, value in moment.items():
        setattr(fresh, name, value)
    fresh.message_count += 1
    message = Message(
        contact=fresh,
        sequence=fresh.message_count,
        author_kind=author,
        author_person=person,
        kind=kind,
        sources="\n".join(sources)[:400],
        client_key=client_key,
        created_at=at,
    )
    message.body = text
    message.save(force_insert=True)
    if person is not None:
        _note_first_reply(fresh, person, actor=actor, at=at)
    _announce(fresh, message, at)
    steps.tell_of_line(fresh, up_to=fresh.message_count)
    steps.adopt(contact, fresh)
    return message


def _checked(body: str, client_key: str) -> str:
    text = talking.tidy_text(body)
    if not text:
        raise Invalid(fields={"body": _("Write something first.")})
    if len(text) > talking.MESSAGE_MAX_CHARACTERS:
        raise Invalid(fields={"body": _("Keep a message within 4,000 characters.")})
    if not talking.is_client_key(client_key):
        raise Invalid(fields={"client_key": _("Send a key of 1 to 64 plain characters.")})
    return text


def _same(message: Message, text: str) -> bool:
    return message.body.plain == text


def _speaker(contact: Contact, author: str, actor: Actor) -> Person | None:
    """Check that the actor may speak as this author now; give the person behind a staff line."""
    if author == AuthorKind.SYSTEM:
        if not actor.is_system:
            raise NotAllowed
        return None
    if not contact.is_open:
        raise problems.ContactIsOver
    if author == AuthorKind.CUSTOMER:
        own = actor.kind is not ActorKind.CUSTOMER or is_own(contact, actor)
        if not own or actor.institution_id not in (None, contact.institution_id):
            raise NotThere
        if actor.is_person:
            raise NotAllowed
        if actor.kind is ActorKind.KEY:
            rights.require(actor, "contact.take")
        return None
    if author == AuthorKind.ASSISTANT:
        if not actor.is_system:
            raise NotAllowed
        return None
    if contact.handler is None:
        raise problems.NotInHand
    access.require_speaker(actor, contact, contact.handler.public_id)
    if actor.ref == contact.handler.public_id:
        return contact.handler
    person = Person.objects.filter(public_id=actor.ref).first()
    if person is None:
        raise NotAllowed
    return person


def is_own(contact: Contact, actor: Actor) -> bool:
    """Whether the contact is this visitor's or customer's own."""
    refs = {contact.visitor_ref, contact.customer.public_id if contact.customer else ""}
    return bool(actor.ref) and actor.ref in refs


def _note_first_reply(contact: Contact, person: Person, *, actor: Actor, at: datetime) -> None:
    if contact.first_reply_at is not None:
        return
    first = Contact.objects.filter(pk=contact.pk, first_reply_at__isnull=True)
    if not first.update(first_reply_at=at):
        return
    contact.first_reply_at = at
    # Nothing else on a desk counts first replies.
    publish(f"person-{person.public_id}", only="figures")
    duties.stop(contact, "contact.answered", actor=actor, at=at)
    since = contact.queued_at or contact.arrived_at
    announce(
        events.ContactAnswered(
            **steps.fact_fields(contact),
            person_id=person.pk,
            reply_seconds=max(0.0, (at - since).total_seconds()),
            occurred_at=at,
        )
    )


def _announce(contact: Contact, message: Message, at: datetime) -> None:
    fields = steps.fact_fields(contact)
    if message.author_kind == AuthorKind.CUSTOMER:
        announce(
            events.MessageReceived(
                **fields,
                message_id=message.pk,
                message_public_id=message.public_id,
                sequence=message.sequence,
                occurred_at=at,
            )
        )
    elif message.author_kind in (AuthorKind.STAFF, AuthorKind.ASSISTANT):
        announce(
            events.MessageSent(
                **fields,
                message_id=message.pk,
                message_public_id=message.public_id,
                sequence=message.sequence,
                author_kind=message.author_kind,
                occurred_at=at,
            )
        )


def add_notice(contact: Contact, words: str, *, key: str, at: datetime) -> Message:
    """Put a line of the centre itself into a contact, once for each `key`."""
    return add_message(
        contact,
        author=AuthorKind.SYSTEM,
        body=words,
        client_key=key,
        kind=MessageKind.NOTICE,
        actor=Actor.system("conversations", contact.institution_id),
        at=at,
    )


@transaction.atomic
def mark_delivered(
    contact: Contact, *, up_to_sequence: int, by: str, actor: Actor, at: datetime
) -> int:
    """Note that the other side's messages up to this number have reached `by`.

    `by` is CUSTOMER or STAFF. Gives how many were new; a repeat or a lower number changes
    nothing. Raises NotThere for someone else's contact.
    """
    return _mark(contact, up_to_sequence, by, actor, delivered_at=at)


@transaction.atomic
def mark_read(contact: Contact, *, up_to_sequence: int, by: str, actor: Actor, at: datetime) -> int:
    """Note that `by` (CUSTOMER or STAFF) has seen the other side's messages up to this number.

    What is read has been delivered. Gives how many were new. Raises NotThere for someone else's
    contact.
    """
    delivered = Coalesce("delivered_at", Value(at))
    return _mark(contact, up_to_sequence, by, actor, read_at=at, delivered_at=delivered)


def _mark(
    contact: Contact,
    up_to_sequence: int,
    by: str,
    actor: Actor,
    **marks: datetime | Coalesce,
) -> int:
    """Put these marks on the other side's messages that lack the first of them."""
    if actor.kind is ActorKind.CUSTOMER and not (
        by == AuthorKind.CUSTOMER and is_own(contact, actor)
    ):
        raise NotThere
    theirs = Message.objects.filter(contact=contact, sequence__lte=up_to_sequence)
    theirs = (
        theirs.exclude(author_kind=AuthorKind.CUSTOMER)
        if by == AuthorKind.CUSTOMER
        else theirs.filter(author_kind=AuthorKind.CUSTOMER)
    )
    first = next(iter(marks))
    marked = theirs.filter(**{f"{first}__isnull": True}).update(**marks)
    if marked:
        last = min(up_to_sequence, contact.message_count)
        steps.tell_seen(contact, by, **{name.removesuffix("_at"): last for name in marks})
    return marked
