"""What a visitor's page is told: frames made of what the database holds now.

`welcome` {v, token?, contact, limits} · `ack` {contact, key, sequence, at} · `message` {contact,
sequence, author, name, initial, kind, text, at, key?, file?} · `marks` {delivered, read} ·
`state` {phase, words, position?, wait_seconds?, agent?, closed? {words, hours,
opens_at, may_leave}, busy? {words, may_leave}} · `ended` {contact, may_rate, has_survey} ·
`typing` · `pong` · `error` {code, words, key?}
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwen.contact.channels.chat import forms, ports
from shouwen.contact.channels.chat.models import Visit
from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import (
    AuthorKind,
    Contact,
    ContactState,
    Message,
    MessageKind,
)
from shouwen.contact.conversations.rules import content
from shouwen.contact.routing import queries as routing
from shouwen.ground.kernel import errors
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.kit import words
from shouwen.people.staff.models import Institution, Person

Frame = dict[str, Any]

VISIT_KEPT_DAYS = 30
MESSAGES_AT_ONCE = 200


@dataclass(slots=True)
class Picture:
    """What a page needs to be up to date: the messages it lacks, and how things stand."""

    contact_ref: str = ""
    messages: list[Frame] = field(default_factory=list)
    marks: Frame | None = None
    state: Frame = field(default_factory=dict)
    ended: Frame | None = None
    has_more: bool = False

    @property
    def last_sequence(self) -> int:
        """The sequence of the newest message given here, 0 without one."""
        return int(self.messages[-1]["sequence"]) if self.messages else 0

    @property
    def mark(self) -> str:
        """A short name for everything here but the messages: another one means it has changed."""
        rest = json.dumps([self.contact_ref, self.marks, self.state, self.ended], sort_keys=True)
        return hashlib.sha256(rest.encode()).hexdigest()[:16]

    @property
    def is_waiting(self) -> bool:
        """Whether the visitor waits for a person, so that the place in the queue moves."""
        return self.state.get("phase") == "waiting"


def institution_of(code: str) -> Institution:
    """Give the institution of this code. Raises NotThere."""
    institution = Institution.objects.filter(code=code).first()
    if institution is None:
        raise errors.NotThere
    return institution


def _visits_of(institution: int, digest: str) -> QuerySet[Visit]:
    found = Visit.objects.filter(institution_id=institution, token_digest=digest)
    return found.order_by("pk")[:1]


def _contact_of_visit(visit: int) -> QuerySet[Contact]:
    latest = Visit.objects.filter(pk=visit).values("contact_id")[:1]
    contacts = Contact.objects.filter(pk=latest).order_by("pk")
    return contacts.select_related("owner", "handler", "institution", "customer")[:1]


def _said_under(visitor: str, institution: int, key: str) -> QuerySet[Message]:
    said = Message.objects.filter(
        contact__visitor_ref=visitor,
        contact__institution_id=institution,
        client_key=key,
        author_kind=AuthorKind.CUSTOMER,
    )
    return said.select_related("contact", "contact__institution").order_by("pk")[:1]


_visits = Prepared(_visits_of, institution=int, digest=str)
_contacts = Prepared(_contact_of_visit, visit=int)
_said = Prepared(_said_under, visitor=str, institution=int, key=str)


def visit_of(institution_id: int, token_digest: str) -> Visit | None:
    """Give the visit of this token, if it has said anything yet."""
    return _visits.first(institution=institution_id, digest=token_digest)


def is_forgotten(visit: Visit, now: datetime) -> bool:
    """Whether the visit was left alone so long that its browser may have changed hands."""
    return visit.last_seen_at < now - timedelta(days=VISIT_KEPT_DAYS)


def contact_of(visit_id: int) -> Contact | None:
    """Give the visit's latest contact with the people in it."""
    return _contacts.first(visit=visit_id)


def message_under_key(visit: Visit, key: str) -> Message | None:
    """Give what this visit has said under this key, in whichever of its contacts."""
    return _said.first(visitor=visit.public_id, institution=visit.institution_id, key=key)


def contact_to_rate(institution_id: int, token_digest: str, contact_ref: str) -> Contact:
    """Give the visitor's own contact of this id. Raises NotThere for anybody else's."""
    visit = visit_of(institution_id, token_digest)
    contact = (
        Contact.objects.filter(
            public_id=contact_ref, visitor_ref=visit.public_id, institution_id=institution_id
        ).first()
        if visit
        else None
    )
    if contact is None:
        raise errors.NotThere
    return contact


def limits() -> Frame:
    """Tell the page what it may send."""
    return {"text": forms.TEXT_CHARACTERS, "file_bytes": content.FILE_MAX_BYTES}


def iso(at: datetime) -> str:
    """Write a moment as the page reads it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def welcome_frame(contact_ref: str, new_token: str, now: datetime) -> Frame:
    """Greet a page: the contact it is in, and its token when it had none."""
    frame: Frame = {
        "type": "welcome",
        "v": forms.VERSION,
        "contact": contact_ref,
        "limits": limits(),
        "at": iso(now),
    }
    return {**frame, "token": new_token} if new_token else frame


def ack_frame(contact_ref: str, key: str, sequence: int, at: datetime) -> Frame:
    """Tell a page that its message is kept under this number."""
    return {
        "type": "ack",
        "contact": contact_ref,
        "key": key,
        "sequence": sequence,
        "at": iso(at),
    }


def problem_frame(problem: errors.Problem, language: str, key: str = "") -> Frame:
    """Say what is the matter in the page's language."""
    with translation.override(language):
        fields = {name: str(told) for name, told in problem.fields.items()}
        told = [str(problem.message), *fields.values()]
    frame: Frame = {"type": "error", "code": problem.code, "words": told[-1]}
    if fields:
        frame["fields"] = fields
    return {**frame, "key": key} if key else frame


def picture(
    institution_id: int,
    token_digest: str,
    *,
    contact_ref: str,
    after: int,
    language: str,
    now: datetime,
) -> Picture:
    """Give what a page lacks that has `contact_ref` up to sequence `after`.

    At most 200 messages; `has_more` says that there are more. A page that has another contact
    gets the latest one from its beginning. Costs a constant number of reads.
    """
    with translation.override(language):
        visit = visit_of(institution_id, token_digest)
        contact = contact_of(visit.pk) if visit and not is_forgotten(visit, now) else None
        if contact is None:
            return Picture(state=_state(None, now, _shut(institution_id, language, now)))
        if contact.public_id != contact_ref:
            after = 0
        rows = conversations.messages_after(contact, after, limit=MESSAGES_AT_ONCE + 1)
        is_new = contact.state == ContactState.ARRIVED
        shut = _shut(institution_id, contact.language, now) if is_new else None
        return Picture(
            contact_ref=contact.public_id,
            messages=[_message(row, contact) for row in rows[:MESSAGES_AT_ONCE]],
            marks=_marks(contact),
            state=_state(contact, now, shut),
            ended=_ended(contact, now),
            has_more=len(rows) > MESSAGES_AT_ONCE,
        )


def _shut(institution_id: int, language: str, now: datetime) -> routing.Closed | None:
    """Say whether a visitor who begins now finds nobody there."""
    return routing.closed_to(institution_id, {"channel": "chat", "language": language}, now)


AUTHORS = {
    AuthorKind.CUSTOMER: "customer",
    AuthorKind.STAFF: "staff",
    AuthorKind.ASSISTANT: "assistant",
    AuthorKind.SYSTEM: "system",
}


def _message(row: Message, contact: Contact) -> Frame:
    author = AUTHORS[AuthorKind(row.author_kind)]
    name = _("Assistant") if author == "assistant" else contact.institution.name
    if row.author_person is not None:
        name = row.author_person.name
    frame: Frame = {
        "type": "message",
        "contact": contact.public_id,
        "sequence": row.sequence,
        "author": author,
        "name": name,
        "initial": name[:1],
        "kind": row.kind.lower(),
        "text": row.body.plain if row.body else "",
        "at": iso(row.created_at),
    }
    if author == "customer":
        frame["key"] = row.client_key
    if row.kind == MessageKind.FILE and hasattr(row, "attachment"):
        frame["file"] = {
            "id": row.attachment.public_id,
            "name": row.attachment.name.plain,
            "size": row.attachment.size_bytes,
            "state": row.attachment.scan_state.lower(),
        }
    return frame


def _marks(contact: Contact) -> Frame:
    own = Message.objects.filter(contact=contact, author_kind=AuthorKind.CUSTOMER)
    marks = own.aggregate(
        delivered=Max("sequence", filter=Q(delivered_at__isnull=False)),
        read=Max("sequence", filter=Q(read_at__isnull=False)),
    )
    return {
        "type": "marks",
        "delivered": marks["delivered"] or 0,
        "read": marks["read"] or 0,
    }


def _agent(contact: Contact) -> Frame | None:
    person: Person | None = contact.handler or (None if contact.is_open else contact.owner)
    if person is None:
        return None
    return {
        "name": person.name,
        "staff_no": person.staff_no,
        "initial": person.name[:1],
        "first_owner": person.pk == contact.owner_id,
    }


def _state(contact: Contact | None, now: datetime, shut: routing.Closed | None = None) -> Frame:
    if contact is None or contact.state == ContactState.ARRIVED:
        words = _("Tell us what it is about.")
        frame: Frame = {"type": "state", "phase": "new", "words": words}
        return frame | _closed(shut, now)
    if contact.state == ContactState.QUEUED:
        return _waiting(contact, now)
    agent = _agent(contact)
    if contact.state == ContactState.ACTIVE and agent:
        words = (
            _("Your first owner, until it is solved")
            if agent["first_owner"]
            else _("Is with you now")
        )
        return {"type": "state", "phase": "active", "words": words, "agent": agent}
    frame = {
        "type": "state",
        "phase": "ended",
        "words": _("This conversation has ended"),
    }
    return {**frame, "agent": agent} if agent else frame


def _waiting(contact: Contact, now: datetime) -> Frame:
    place = routing.position(contact, now)
    frame: Frame = {"type": "state", "phase": "waiting"}
    if place is None:
        return {**frame, "words": _("Looking for a person for you")}
    if place.closed is not None:
        return frame | _closed(place.closed, now)
    frame["position"] = place.position
    if place.in_spike:
        frame["busy"] = {
            "words": _("Very many customers are asking us now. A message is answered too."),
            "may_leave": ports.plugged.keep_message is not None,
        }
    if place.wait_seconds is None:
        words = _("You are number %(position)s in the queue")
        return {**frame, "words": words % {"position": place.position}}
    minutes = max(1, round(place.wait_seconds / 60))
    words = ngettext(
        "You are number %(position)s, about %(minutes)s minute",
        "You are number %(position)s, about %(minutes)s minutes",
        minutes,
    ) % {"position": place.position, "minutes": minutes}
    return {**frame, "wait_seconds": place.wait_seconds, "words": words}


def _closed(shut: routing.Closed | None, now: datetime) -> Frame:
    """Tell that nobody is there, the hours, and whether a message can be left."""
    if shut is None:
        return {}
    line = _("We are closed now")
    if shut.opens_at is not None:
        line = _("Closed; we open %(when)s") % {"when": words.moment(shut.opens_at, now)}
    told: Frame = {"words": line, "hours": list(shut.hours)}
    told["opens_at"] = iso(shut.opens_at) if shut.opens_at else None
    told["may_leave"] = ports.plugged.keep_message is not None
    return {"words": line, "closed": told}


def _ended(contact: Contact, now: datetime) -> Frame | None:
    if contact.is_open:
        return None
    # Who was never answered has nothing to rate.
    was_answered = contact.owner_id is not None
    may_rate = was_answered and not ports.plugged.was_rated(contact.public_id)
    by = ports.plugged.invites_by(contact.public_id, now) if may_rate else "nothing"
    return {
        "type": "ended",
        "contact": contact.public_id,
        "may_rate": by != "nothing",
        "has_survey": by == "survey",
    }
