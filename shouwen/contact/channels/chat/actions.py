"""Everything a visitor can do: say, send a file, ask for a person, leave a message, read, end.

The first act makes the visit's row and its contact; an `ack` may go out when an action has
returned, since its transaction is then committed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shouwen.contact.channels.chat import ports, queries
from shouwen.contact.channels.chat.models import Visit
from shouwen.contact.channels.chat.ports import KeptAs, Left
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import AuthorKind, Contact, ContactState, Message
from shouwen.contact.routing import queries as routing
from shouwen.ground.kernel import errors, idempotency
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.models import Institution

# Technical limits against floods; no clause gives them.
MESSAGES_IN_WINDOW = 20
WINDOW_SECONDS = 10
CONTACTS_A_DAY = 20
DAY_SECONDS = 86_400


class TooManyMessages(errors.TooMany):
    """More than 20 messages in 10 seconds from one visit."""

    message = _("That was a lot at once. Wait a few seconds; what is left is sent then.")


class TooManyContacts(errors.TooMany):
    """One visit begins conversation after conversation."""

    message = _("Many conversations began here today. Please call us, or come back tomorrow.")


class NothingToEnd(errors.Conflict):
    """There is no conversation going on."""

    message = _("There is no open conversation. Write to begin one.")


class NotOffered(errors.NotThere):
    """No room keeps messages here."""

    message = _("Messages cannot be left here. Please call us.")


@dataclass(frozen=True, slots=True)
class LeftMessage:
    """A message that was left: its contact's public id, and what it is kept as."""

    contact_ref: str
    kept: KeptAs


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts at a chat door: the institution, the token's digest, the language of the page."""

    institution_id: int
    token_digest: str
    language: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the visitor is told of a message that is kept."""

    contact_ref: str
    key: str
    sequence: int
    at: datetime


def actor_of(visit: Visit) -> Actor:
    """Give the visitor as an actor; their reach is their own contacts."""
    return Actor.customer(visit.public_id, visit.institution_id)


def _visit_of(caller: Caller, at: datetime) -> Visit:
    visit = queries.visit_of(caller.institution_id, caller.token_digest)
    if visit is not None:
        return visit
    try:
        with transaction.atomic():
            return Visit.objects.create(
                institution_id=caller.institution_id,
                token_digest=caller.token_digest,
                language=caller.language,
                contacts_since_at=at,
                window_since_at=at,
                created_at=at,
                last_seen_at=at,
            )
    except IntegrityError:
        # Two tabs speak at once: the constraint says who was first, both use that row.
        return Visit.objects.get(token_digest=caller.token_digest)


def _take_turn(visit: Visit, at: datetime) -> None:
    """Count one act against the visit's limit, and hold its row until the transaction ends."""
    row = Visit.objects.filter(pk=visit.pk)
    oldest = at - timedelta(seconds=WINDOW_SECONDS)
    begins = row.filter(window_since_at__lte=oldest)
    goes_on = row.filter(window_since_at__gt=oldest, window_messages__lt=MESSAGES_IN_WINDOW)
    # What was read says which is likely; the row itself decides.
    likely = visit.window_since_at > oldest
    for is_running in (likely, not likely):
        if is_running and goes_on.update(window_messages=F("window_messages") + 1, last_seen_at=at):
            return
        if not is_running and begins.update(window_since_at=at, window_messages=1, last_seen_at=at):
            return
    raise TooManyMessages


def _open_contact(visit: Visit, language: str, at: datetime) -> Contact:
    row = Visit.objects.filter(pk=visit.pk)
    yesterday = at - timedelta(seconds=DAY_SECONDS)
    if not row.filter(contacts_since_at__lte=yesterday).update(
        contacts_since_at=at, contacts_today=1
    ) and not row.filter(contacts_today__lt=CONTACTS_A_DAY).update(
        contacts_today=F("contacts_today") + 1
    ):
        raise TooManyContacts
    contact = conversations.open_contact(
        institution=Institution.objects.get(pk=visit.institution_id),
        channel="chat",
        visitor_ref=visit.public_id,
        language=language,
        actor=actor_of(visit),
        at=at,
    )
    row.update(contact=contact)
    return contact


def _open_or_new(visit: Visit, language: str, at: datetime) -> Contact:
    # Read after the turn was taken: the row is ours until commit, so no second one is opened.
    contact = queries.contact_of(visit.pk)
    if contact is not None and contact.is_open:
        return contact
    return _open_contact(visit, language, at)


def _kept(message: Message) -> Acknowledged:
    return Acknowledged(
        message.contact.public_id, message.client_key, message.sequence, message.created_at
    )


@transaction.atomic
def say(caller: Caller, *, key: str, text: str, at: datetime) -> Acknowledged:
    """Keep one message of the visitor, opening visit and contact where there is none.

    The same key again gives the same answer, whatever has happened since. Raises
    TooManyMessages, TooManyContacts, and ClientKeyReused for other words under the key.
    Serves OM-1.1-02, OM-2.1-01.
    """
    visit = _visit_of(caller, at)
    there = queries.message_under_key(visit, key)
    if there is not None and not there.contact.is_open:
        return _kept(there)
    if there is None:
        # A repeat costs no turn: the visitor has said it once only.
        _take_turn(visit, at)
    contact = _open_or_new(visit, caller.language, at)
    message = conversations.add_message(
        contact,
        author=AuthorKind.CUSTOMER,
        body=text,
        client_key=key,
        actor=actor_of(visit),
        at=at,
    )
    return _kept(message)


def send_file(caller: Caller, *, key: str, name: str, data: bytes, at: datetime) -> Acknowledged:
    """Keep one file of the visitor as a message; content, size and name are checked below.

    Raises what `say` raises, and the named refusals of conversations for a file.
    """
    with transaction.atomic():
        visit = _visit_of(caller, at)
        there = queries.message_under_key(visit, key)
        if there is not None and not there.contact.is_open:
            return _kept(there)
        if there is None:
            _take_turn(visit, at)
        contact = queries.contact_of(visit.pk)
        if contact is None or not contact.is_open:
            # A refused file must leave no empty contact behind, so both go in one transaction.
            contact = _open_contact(visit, caller.language, at)
            return _attach(visit, contact, key, name, data, at)
    # The scanner may take its time: no transaction waits for it.
    return _attach(visit, contact, key, name, data, at)


def _attach(
    visit: Visit, contact: Contact, key: str, name: str, data: bytes, at: datetime
) -> Acknowledged:
    message = conversations.attach_file(
        contact,
        author=AuthorKind.CUSTOMER,
        name=name,
        data=data,
        client_key=key,
        actor=actor_of(visit),
        at=at,
    )
    return _kept(message)


def open_file(caller: Caller, file_ref: str, *, at: datetime) -> conversations.OpenedFile:
    """Hand out a checked file of the visitor's own contacts. Raises NotThere, FileNotReady."""
    visit = queries.visit_of(caller.institution_id, caller.token_digest)
    if visit is None:
        raise errors.NotThere
    return conversations.open_attachment(actor_of(visit), file_ref, at=at)


@transaction.atomic
def ask_for_person(caller: Caller, *, at: datetime) -> str:
    """Bring the visitor to a person, past any assistant; give the contact's public id.

    Asking again changes nothing. Raises TooManyMessages, TooManyContacts.
    """
    visit = _visit_of(caller, at)
    _take_turn(visit, at)
    contact = _open_or_new(visit, caller.language, at)
    conversations.ask_for_person(contact, actor=actor_of(visit), at=at)
    return str(contact.public_id)


@transaction.atomic
def leave_message(caller: Caller, left: Left, *, key: str, at: datetime) -> LeftMessage:
    """Make a case of a message, so that a person answers by phone or e-mail, and end the chat.

    It is offered while nobody is there, and taken also when somebody has come meanwhile. The same
    key again gives the same number, without the address, which works once. Raises NotOffered,
    TooManyMessages, TooManyContacts, KeyReused, and AlreadyTaken while a person is in it.
    """
    keep = ports.plugged.keep_message
    if keep is None:
        raise NotOffered
    visit = _visit_of(caller, at)
    with idempotency.once(f"chat:left:{visit.public_id}", key, asdict(left), at=at) as slot:
        if slot.reference:
            ref, number = slot.reference.split(" ", 1)
            return LeftMessage(ref, KeptAs(number, ""))
        _take_turn(visit, at)
        contact = _open_or_new(visit, caller.language, at)
        actor = actor_of(visit)
        if contact.state == ContactState.ACTIVE:
            raise conversations.AlreadyTaken
        queue = routing.queue_called_for(contact)
        conversations.add_message(
            contact,
            author=AuthorKind.CUSTOMER,
            body=left.text,
            client_key=key,
            actor=actor,
            at=at,
        )
        conversations.leave_message(
            contact, queue_code=queue.code if queue else "", actor=actor, at=at
        )
        kept = keep(contact, left, actor=actor, at=at)
        with translation.override(contact.language):
            words = _("Your message is kept under the number %(number)s. A person answers you.")
            told = str(words) % {"number": kept.number}
        conversations.add_notice(contact, told, key=f"left:{kept.number}", at=at)
        slot.finish(f"{contact.public_id} {kept.number}")
        return LeftMessage(str(contact.public_id), kept)


@transaction.atomic
def end(caller: Caller, *, at: datetime) -> str:
    """End the visitor's conversation; give the contact's public id. Raises NothingToEnd."""
    visit = queries.visit_of(caller.institution_id, caller.token_digest)
    contact = queries.contact_of(visit.pk) if visit else None
    if visit is None or contact is None or not contact.is_open:
        raise NothingToEnd
    conversations.end_contact(contact, actor=actor_of(visit), at=at)
    return str(contact.public_id)


def note_seen(caller: Caller, *, up_to: int, was_read: bool, at: datetime) -> None:
    """Note that everything up to this sequence has reached the visitor, or was read by them."""
    visit = queries.visit_of(caller.institution_id, caller.token_digest)
    contact = queries.contact_of(visit.pk) if visit else None
    if visit is None or contact is None or not up_to:
        return
    mark = conversations.mark_read if was_read else conversations.mark_delivered
    mark(contact, up_to_sequence=up_to, by=AuthorKind.CUSTOMER, actor=actor_of(visit), at=at)
