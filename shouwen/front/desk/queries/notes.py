"""Internal notes in the transcript, and what colleagues ask one person to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact, ContactNote, NoteKind
from shouwen.contact.routing import queries as routing
from shouwen.contact.routing.models import Transfer
from shouwen.front.desk.queries import naming
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import masking
from shouwen.ground.vault.sealing import SealedText
from shouwen.people.staff.models import Person

PREVIEW_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One internal note as the transcript shows it, after the message of this number."""

    ref: str
    who: str
    text: str
    at: datetime
    after_sequence: int
    mentions: list[str]
    is_for_me: bool
    kind: str
    facts: list[str]
    side: str = "note"

    @property
    def is_transfer(self) -> bool:
        """Whether it records that the contact was passed on."""
        return self.kind == NoteKind.TRANSFER

    @property
    def is_takeover(self) -> bool:
        """Whether it records that a lead took the contact over."""
        return self.kind == NoteKind.TAKEOVER

    @property
    def is_whisper(self) -> bool:
        """Whether a lead says it to whoever has the contact in hand."""
        return self.kind == NoteKind.WHISPER


@dataclass(frozen=True, slots=True)
class MentionRow:
    """One note that asks the person to look."""

    contact_ref: str
    customer: str
    who: str
    words: str
    at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Mentions:
    """What mentions the person: the latest, and how many are unread in all."""

    rows: list[MentionRow]
    unread: int


@dataclass(frozen=True, slots=True)
class NoteForm:
    """What the note's dialog offers and keeps."""

    contact: Contact
    body: str
    colleagues: list[Person]
    chosen: list[Person]
    q: str


def note_lines(contact: Contact, person: Person, after: int) -> list[NoteLine]:
    """Give the notes beyond the first `after`, in order."""
    notes = conversations.notes_of(contact, after=after)
    records = [note.pk for note in notes if note.kind == NoteKind.TRANSFER]
    transfers = routing.transfers_by_note(records) if records else {}
    return [_line(note, person, transfers.get(note.pk)) for note in notes]


def _line(note: ContactNote, person: Person, transfer: Transfer | None) -> NoteLine:
    mentioned = [mention.person for mention in note.mentions.all()]
    return NoteLine(
        ref=note.public_id,
        who=note.author.name,
        text=note.body.plain,
        at=note.created_at,
        after_sequence=note.after_sequence,
        mentions=[one.name for one in mentioned],
        is_for_me=any(one.pk == person.pk for one in mentioned),
        kind=note.kind,
        facts=_facts(transfer) if transfer else [],
    )


def _facts(transfer: Transfer) -> list[str]:
    """Say the closed parts of a transfer: to whom, by what proof, why, and what was thought."""
    to = transfer.to_person.name if transfer.to_person else transfer.to_queue.name
    return [
        _("To %(name)s") % {"name": to},
        _("Identity: %(words)s")
        % {"words": _joined(transfer.get_identity_display(), transfer.identity_words)},
        _("Reason: %(words)s")
        % {"words": _joined(transfer.get_reason_display(), transfer.reason_words)},
        _("Customer: %(words)s") % {"words": transfer.get_customer_view_display()},
    ]


def _joined(label: str, words: SealedText | None) -> str:
    return f"{label} · {words.plain}" if words else label


def mentions_for(actor: Actor) -> Mentions:
    """Give what mentions the person; two queries."""
    rows = [
        MentionRow(
            contact_ref=mention.note.contact.public_id,
            customer=naming.name_of(mention.note.contact),
            who=mention.note.author.name,
            words=_preview(mention.note.body.plain),
            at=mention.note.created_at,
            is_unread=mention.read_at is None,
        )
        for mention in conversations.mentions_of(actor)
    ]
    return Mentions(rows, conversations.unread_mentions(actor))


def _preview(text: str) -> str:
    line = masking.redact(" ".join(text.split()))
    return line if len(line) <= PREVIEW_CHARACTERS else line[: PREVIEW_CHARACTERS - 1] + "…"


def note_form(
    actor: Actor, contact_ref: str, *, body: str = "", chosen: Sequence[str] = (), q: str = ""
) -> NoteForm:
    """Give the dialog of a note: whom it may mention, and who is chosen. Raises NotThere."""
    contact = conversations.contact_for(actor, contact_ref)
    wanted = [ref for ref in chosen if ref.isprintable()]
    kept = Person.objects.filter(institution_id=contact.institution_id, public_id__in=wanted)
    keeping = list(kept.select_related("unit").order_by("name", "pk")) if wanted else []
    found = conversations.colleagues_for(actor, contact, q)
    return NoteForm(
        contact=contact,
        body=body,
        colleagues=[one for one in found if one not in keeping],
        chosen=keeping,
        q=q,
    )
