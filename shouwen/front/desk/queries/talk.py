"""The middle pane: one conversation, whole or from a number on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from shouwen.contact.conversations import access as talk_access
from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import (
    Attachment,
    AuthorKind,
    Contact,
    ContactState,
    Disposition,
    Message,
)
from shouwen.contact.conversations.rules.content import FILE_MAX_BYTES
from shouwen.front.desk.models import Draft, DraftKind
from shouwen.front.desk.queries import naming
from shouwen.front.desk.queries.notes import NoteLine, note_lines
from shouwen.front.desk.rules.placeholders import ALL
from shouwen.front.desk.rules.waiting import ReplyTarget, Wait, wait_of, waits_since
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import queries as staff
from shouwen.people.staff.access import has_right
from shouwen.people.staff.models import Person

ENDINGS = (
    Disposition.RESOLVED,
    Disposition.INFORMATION,
    Disposition.CASE,
    Disposition.CALLBACK,
    Disposition.NO_ANSWER,
    Disposition.OTHER,
)


@dataclass(frozen=True, slots=True)
class FileCard:
    """One attachment as the transcript shows it."""

    ref: str
    name: str
    size_bytes: int
    scan_state: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. `side` is `me`, `them`, `robot` or `system`."""

    ref: str
    sequence: int
    side: str
    who: str
    text: str
    at: datetime
    client_key: str
    is_mine: bool
    file: FileCard | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation as one person sees it; `lines` holds what is new to them.

    `up_to` is the number of the last line the page has then, below the last of all where more were
    new than one answer holds. `notes_seen` counts the internal notes that the page has after these
    lines. `looks_on` is a lead's while somebody else speaks, `is_shown` whether colleagues may see
    this person look.
    """

    contact: Contact
    name: str
    lines: list[Line | NoteLine]
    up_to: int
    notes_seen: int
    wait: Wait | None
    delivered_up_to: int
    read_up_to: int
    is_handler: bool
    may_speak: bool
    is_first_owner: bool
    may_note: bool
    may_explain: bool
    may_word: bool
    looks_on: bool
    is_shown: bool
    draft: str

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return FILE_MAX_BYTES

    @property
    def has_more(self) -> bool:
        """Whether something new did not fit."""
        return self.up_to < self.contact.message_count

    @property
    def standing(self) -> str:
        """What decides which acts are offered; a page asks for them anew when it changes."""
        contact = self.contact
        return f"{contact.state}.{contact.handler_id}.{contact.disposition}.{contact.customer_id}"

    @property
    def icon(self) -> str:
        """The icon of the channel."""
        return naming.icon_of(self.contact)

    @property
    def channel(self) -> str:
        """The name of the channel."""
        return naming.channel_of(self.contact)

    @property
    def subline(self) -> str:
        """Why it came to a person, and what it is about."""
        parts = (naming.reason_of(self.contact), self.contact.subject)
        return " · ".join(part for part in parts if part)

    @property
    def dispositions(self) -> list[tuple[str, str]]:
        """The endings a person may choose."""
        return [(value, str(Disposition(value).label)) for value in ENDINGS]

    @property
    def placeholders(self) -> str:
        """Every name a blank of a script may bear, for the page."""
        return "|".join(name for place in ALL for name in (place.zh, place.en))

    @property
    def talk_seconds(self) -> float | None:
        """How long the talk with people lasted, once it is over."""
        began, ended = self.contact.answered_at, self.contact.ended_at
        return (ended - began).total_seconds() if began and ended else None

    @property
    def is_wrapping_up(self) -> bool:
        """Whether only the work after the talk remains."""
        return self.contact.state == ContactState.WRAP_UP

    @property
    def queue_seconds(self) -> float | None:
        """How long the customer waited for a person."""
        began = self.contact.queued_at or self.contact.arrived_at
        if self.contact.answered_at is None:
            return None
        return (self.contact.answered_at - began).total_seconds()


def talk_for(
    actor: Actor, person: Person, public_id: str, now: datetime, target: ReplyTarget
) -> Talk:
    """Give a conversation with its newest lines and the person's draft. Raises NotThere."""
    contact = conversations.contact_for(actor, public_id)
    return _talk(actor, person, contact, None, 0, now, target, with_draft=True)


def lines_after(
    actor: Actor,
    person: Person,
    contact: Contact,
    after: int,
    notes: int,
    now: datetime,
    target: ReplyTarget,
) -> Talk:
    """Give a conversation with only the lines above `after` and the notes beyond the first `notes`.

    The contact is within the actor's reach: whoever asks has found it there.
    """
    return _talk(actor, person, contact, after, notes, now, target, with_draft=False)


def _talk(
    actor: Actor,
    person: Person,
    contact: Contact,
    after: int | None,
    notes_seen: int,
    now: datetime,
    target: ReplyTarget,
    *,
    with_draft: bool,
) -> Talk:
    reached = contact.messages.aggregate(
        delivered=Max("sequence", filter=Q(delivered_at__isnull=False) & ~_FROM_CUSTOMER),
        read=Max("sequence", filter=Q(read_at__isnull=False) & ~_FROM_CUSTOMER),
    )
    is_handler = contact.handler_id == person.pk
    handler_ref = contact.handler.public_id if contact.handler else ""
    since = waits_since(contact.last_customer_message_at, contact.last_staff_message_at)
    notes = note_lines(contact, person, notes_seen)
    lines = _lines(contact, person, after)
    is_full = len(lines) == conversations.MESSAGES_AT_ONCE
    looks_on = contact.state == ContactState.ACTIVE and talk_access.looks_on(
        actor, contact, handler_ref
    )
    return Talk(
        contact=contact,
        name=naming.name_of(contact),
        lines=_in_order(lines, notes),
        up_to=lines[-1].sequence if is_full else contact.message_count,
        notes_seen=notes_seen + len(notes),
        wait=wait_of(since, target, now) if contact.is_open else None,
        delivered_up_to=reached["delivered"] or 0,
        read_up_to=reached["read"] or 0,
        is_handler=is_handler,
        may_speak=contact.state == ContactState.ACTIVE
        and not looks_on
        and talk_access.may_speak(actor, contact, handler_ref),
        is_first_owner=contact.owner_id == person.pk,
        may_note=has_right(actor, "contact.take"),
        may_explain=has_right(actor, "routing.read"),
        may_word=has_right(actor, "script.edit"),
        looks_on=looks_on,
        # Only a look-on may be kept from those who are looked at.
        is_shown=not looks_on or bool(staff.limits_of(person.institution_id)["look-on-shown"]),
        draft=_draft(contact, person) if with_draft else "",
    )


_FROM_CUSTOMER = Q(author_kind=AuthorKind.CUSTOMER)


def _draft(contact: Contact, person: Person) -> str:
    draft = (
        Draft.objects.filter(contact=contact, person=person, kind=DraftKind.LINE)
        .order_by("pk")
        .first()
    )
    return draft.body.plain if draft else ""


def _lines(contact: Contact, person: Person, after: int | None) -> list[Line]:
    found = (
        conversations.last_messages(contact)
        if after is None
        else conversations.messages_after(contact, after)
    )
    # The page asks on from the number the contact had when it was read; what was said since then
    # comes with the next look, and would otherwise come twice.
    known = [message for message in found if message.sequence <= contact.message_count]
    return [_line(message, contact, person) for message in known]


def _in_order(lines: list[Line], notes: list[NoteLine]) -> list[Line | NoteLine]:
    """Put each note behind the message it was written after."""
    places: list[tuple[int, int, Line | NoteLine]] = [(line.sequence, 0, line) for line in lines]
    places += [(note.after_sequence, 1, note) for note in notes]
    return [one for _sequence, _kind, one in sorted(places, key=lambda place: place[:2])]


_SIDES = {
    AuthorKind.CUSTOMER: "them",
    AuthorKind.STAFF: "me",
    AuthorKind.ASSISTANT: "robot",
    AuthorKind.SYSTEM: "system",
}


def _line(message: Message, contact: Contact, person: Person) -> Line:
    author = message.author_person
    is_mine = author is not None and author.pk == person.pk
    who = author.name if author else ""
    if message.author_kind == AuthorKind.CUSTOMER:
        who = naming.name_of(contact)
    return Line(
        ref=message.public_id,
        sequence=message.sequence,
        side=_SIDES[AuthorKind(message.author_kind)],
        who=who,
        text=message.body.plain,
        at=message.created_at,
        client_key=message.client_key if is_mine else "",
        is_mine=is_mine,
        file=_file(message),
    )


def _file(message: Message) -> FileCard | None:
    try:
        kept = message.attachment
    except Attachment.DoesNotExist:
        return None
    return FileCard(
        ref=kept.public_id,
        name=kept.name.plain,
        size_bytes=kept.size_bytes,
        scan_state=kept.scan_state,
        is_image=kept.content_type.startswith("image/"),
    )
