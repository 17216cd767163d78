"""The desk for programs that act as a person: offers, lines, cases, endings.

A key that is bound to a person acts as that person; other keys have no desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Header, Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import queries as conversation_queries
from shouwen.contact.conversations.models import Contact
from shouwen.front.desk import queries
from shouwen.front.desk.actions import handling, registering, speaking
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.people.staff import actions as staff
from shouwen.people.staff.access import require
from shouwen.people.staff.models import Person
from shouwen.people.staff.web import StaffRequest
from shouwen.service.cases.api.schemas import Answers
from shouwen.service.complaints.api.schemas import FiledOut, filed

router = Router(tags=["desk"])


class NoDesk(NotAllowed):
    """The caller is a program that stands for nobody."""

    message = _("This key is bound to no person. Make one with `api-key create --person`.")


class Body(Schema):
    """A request body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class PresenceIn(Body):
    """The state to be in."""

    state: Literal["READY", "BUSY", "BREAK", "TRAINING", "OFFLINE"]


class PresenceOut(Schema):
    """The state a person is in."""

    state: str
    since: datetime


class OfferOut(Schema):
    """One open offer."""

    id: str
    contact: str
    queue: str
    subject: str
    waiting_since: datetime
    expires_at: datetime


class ContactOut(Schema):
    """One contact in the person's hands."""

    id: str
    state: str
    channel: str
    subject: str
    language: str
    owner: str
    disposition: str
    unread: int
    message_count: int
    last_author: str
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


class MessageIn(Body):
    """One line to the customer; the same key again sends nothing twice.

    `scripts` names the scripts it was made with, whose use is counted.
    """

    body: str = Field(min_length=1, max_length=4000)
    client_key: str = Field(min_length=1, max_length=64)
    scripts: list[Annotated[str, Field(max_length=48)]] = Field(default=[], max_length=10)


class MessageOut(Schema):
    """One thing said."""

    id: str
    sequence: int
    author: str
    body: str
    at: datetime


class ScriptOut(Schema):
    """One script that fits a contact, its blanks filled as far as is known."""

    id: str
    kind: str
    shortcut: str
    title: str
    body: str
    uses: int


class CaseIn(Body):
    """What the case form holds; `category` is the code of a third level.

    With the kind `COMPLAINT` the complaint is filed over the case at once: `demand` is needed, and
    of a contact without a customer `complainant` and `reachable_at`.
    """

    category: str = Field(max_length=60)
    description: str = Field(min_length=1, max_length=5000)
    title: str = Field(default="", max_length=120)
    kind: Literal["CONSULT", "REQUEST", "COMPLAINT", "FEEDBACK"] = "REQUEST"
    urgency: Literal["URGENT", "ORDINARY", "REPEAT"] = "ORDINARY"
    complexity: Literal["GENERAL", "COMPLEX", "SPECIAL"] = "GENERAL"
    reply_by: Literal["CHAT", "PHONE", "SMS", "EMAIL", "LETTER"] = "CHAT"
    unit: str = Field(default="", max_length=48)
    demand: str = Field(default="", max_length=2000)
    complainant: str = Field(default="", max_length=80)
    reachable_at: str = Field(default="", max_length=120)
    answers: Answers = Field(default_factory=dict)


class CaseOut(Schema):
    """The case that was opened; of a complaint also what its complainant is given."""

    id: str
    number: str
    state: str
    due_at: datetime | None
    complaint: FiledOut | None


class EndIn(Body):
    """How the conversation ended."""

    disposition: Literal["RESOLVED", "CASE", "INFORMATION", "CALLBACK", "NO_ANSWER", "OTHER"]


def acting_person(request: HttpRequest) -> tuple[StaffRequest, Person]:
    """Give the person who acts. Raises NotAllowed, NoDesk for a key that stands for nobody."""
    asked = cast(StaffRequest, request)
    require(asked.actor, "contact.take")
    person = queries.person_of(asked.actor)
    if person is None:
        raise NoDesk
    return asked, person


def contact_out(contact: Contact, unread: int = 0, last_author: str = "") -> ContactOut:
    """Give a contact as the desk's API answers."""
    return ContactOut(
        id=contact.public_id,
        state=contact.state,
        channel=contact.channel,
        subject=contact.subject,
        language=contact.language,
        owner=contact.owner.public_id if contact.owner else "",
        disposition=contact.disposition,
        unread=unread,
        message_count=contact.message_count,
        last_author=last_author,
        arrived_at=contact.arrived_at,
        answered_at=contact.answered_at,
        ended_at=contact.ended_at,
    )


@router.get("/presence", response=PresenceOut, summary="The state I am in")
def presence(request: HttpRequest) -> PresenceOut:
    """Give the caller's state."""
    _asked, person = acting_person(request)
    found = queries.presence_of(person)
    return PresenceOut(state=found.state, since=found.since)


@router.post("/presence", response=PresenceOut, summary="Change my state; again keeps me present")
def set_presence(request: HttpRequest, body: PresenceIn) -> PresenceOut:
    """Change the caller's state. Send it every 5 seconds, or offers stop."""
    asked, person = acting_person(request)
    found = staff.set_presence(person, body.state, actor=asked.actor, at=time.now())
    return PresenceOut(state=found.state, since=found.since)


@router.get("/offers", response=list[OfferOut], summary="What is offered to me now")
def offers(request: HttpRequest) -> list[OfferOut]:
    """List the caller's open offers."""
    _asked, person = acting_person(request)
    return [
        OfferOut(
            id=card.ref,
            contact=card.contact_ref,
            queue=card.queue,
            subject=card.want,
            waiting_since=card.since,
            expires_at=card.until,
        )
        for card in queries.offers_for(person, time.now())
    ]


@router.post("/offers/{ref}/accept", response=ContactOut, summary="Take an offered contact")
def accept(request: HttpRequest, ref: str) -> ContactOut:
    """Take an offered contact; twice gives the same contact."""
    asked, _who = acting_person(request)
    return contact_out(handling.accept(asked.actor, ref, at=time.now()))


@router.post("/offers/{ref}/decline", response={204: None}, summary="Let an offered contact go")
def decline(request: HttpRequest, ref: str) -> Status[None]:
    """Let an offered contact go to somebody else."""
    asked, _who = acting_person(request)
    handling.decline(asked.actor, ref, at=time.now())
    return Status(204, None)


@router.get("/contacts", response=list[ContactOut], summary="What I have in hand")
def contacts(request: HttpRequest) -> list[ContactOut]:
    """List what the caller has in hand or in wrap-up."""
    asked, _who = acting_person(request)
    rows = conversation_queries.my_contacts(asked.actor)
    return [contact_out(row.contact, row.unread, row.last_author) for row in rows]


@router.post("/contacts/{ref}/take", response=ContactOut, summary="Pull a contact from the queue")
def take(request: HttpRequest, ref: str) -> ContactOut:
    """Pull a waiting contact from the queue."""
    asked, _who = acting_person(request)
    return contact_out(handling.take(asked.actor, ref, at=time.now()))


@router.get("/contacts/{ref}/messages", response=list[MessageOut], summary="What was said")
def messages(request: HttpRequest, ref: str, after: int = 0) -> list[MessageOut]:
    """List what was said above a number, at most 200; from the beginning it goes on the trail."""
    asked, _who = acting_person(request)
    contact = conversation_queries.contact_for(asked.actor, ref)
    if after <= 0:
        # Asked from the beginning it is a reading; what comes after is the talk going on.
        handling.note_reading(asked.actor, ref, at=time.now())
    return [
        MessageOut(
            id=message.public_id,
            sequence=message.sequence,
            author=message.author_kind,
            body=message.body.plain,
            at=message.created_at,
        )
        for message in conversation_queries.messages_after(contact, max(0, min(after, 2**31)))
    ]


@router.post("/contacts/{ref}/messages", response={201: MessageOut}, summary="Say something")
def say(request: HttpRequest, ref: str, body: MessageIn) -> Status[MessageOut]:
    """Send a line; a forbidden phrase is refused with 422."""
    asked, person = acting_person(request)
    message = speaking.send_line(
        conversation_queries.contact_for(asked.actor, ref),
        person,
        body=body.body,
        client_key=body.client_key,
        scripts=body.scripts,
        actor=asked.actor,
        at=time.now(),
    )
    said = MessageOut(
        id=message.public_id,
        sequence=message.sequence,
        author=message.author_kind,
        body=message.body.plain,
        at=message.created_at,
    )
    return Status(201, said)


@router.get("/contacts/{ref}/scripts", response=list[ScriptOut], summary="Scripts that fit")
def scripts(
    request: HttpRequest, ref: str, q: Annotated[str, Query(max_length=40)] = ""
) -> list[ScriptOut]:
    """List the scripts of the institution and of the caller's units, the most used first."""
    asked, person = acting_person(request)
    contact = conversation_queries.contact_for(asked.actor, ref)
    return [
        ScriptOut(
            id=script.ref,
            kind=script.code,
            shortcut=script.shortcut,
            title=script.title,
            body=script.body,
            uses=script.uses,
        )
        for script in queries.scripts_for(person, contact, q, at=time.now())
    ]


@router.post("/contacts/{ref}/case", response={201: CaseOut}, summary="Open a case for a contact")
def open_case(
    request: HttpRequest,
    ref: str,
    body: CaseIn,
    key: Annotated[str, Header(alias="Idempotency-Key")],
) -> Status[CaseOut]:
    """Open, accept and classify a case, or file a complaint; the contact's first owner owns it."""
    asked, person = acting_person(request)
    at = time.now()
    opened = registering.open_case_from(
        conversation_queries.contact_for(asked.actor, ref),
        person,
        registering.CaseForm(**body.dict() | {"answers": tuple(sorted(body.answers.items()))}),
        key=key,
        actor=asked.actor,
        at=at,
    )
    case, complaint = opened.case, opened.complaint
    told = CaseOut(
        id=case.public_id,
        number=case.number,
        state=case.state,
        due_at=case.due_at,
        complaint=filed(complaint, at) if complaint else None,
    )
    return Status(201, told)


@router.post("/contacts/{ref}/end", response=ContactOut, summary="End a conversation")
def end(request: HttpRequest, ref: str, body: EndIn) -> ContactOut:
    """End the talk; the wrap-up begins."""
    asked, _who = acting_person(request)
    contact = conversation_queries.contact_for(asked.actor, ref)
    conversations.end_contact(
        contact, disposition=body.disposition, actor=asked.actor, at=time.now()
    )
    return contact_out(contact)


@router.post("/contacts/{ref}/wrap-up", response=ContactOut, summary="Finish the wrap-up")
def wrap_up(request: HttpRequest, ref: str, body: EndIn) -> ContactOut:
    """Finish the work after the talk; the contact is complete."""
    asked, _who = acting_person(request)
    contact = conversation_queries.contact_for(asked.actor, ref)
    handling.finish(contact, disposition=body.disposition, actor=asked.actor, at=time.now())
    return contact_out(contact)
