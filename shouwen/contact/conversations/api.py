"""Contacts for programs: open, read, speak and end, with strict schemas and cursors.

`/contacts` and below. A key speaks for the customer it brings; a person, or a key that acts as
one person, speaks for the institution. Texts are given redacted: whole ones are read at the desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Field, Header, Query, Router, Schema, Status

from shouwen.contact.conversations import actions, queries
from shouwen.contact.conversations.models import AuthorKind, Contact, Message
from shouwen.contact.conversations.rules import talking
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.ground.vault import audit, masking
from shouwen.people.customers.models import Customer
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Institution

router = Router(tags=["contacts"])

Channel = Literal["chat", "voice", "email", "sms", "fax", "api"]
State = Literal["ARRIVED", "QUEUED", "ACTIVE", "WRAP_UP", "ENDED", "ABANDONED"]
Disposition = Literal[
    "RESOLVED", "CASE", "INFORMATION", "CALLBACK", "NO_ANSWER", "ASSISTANT", "ABANDONED", "OTHER"
]
Body = Annotated[str, Field(min_length=1, max_length=talking.MESSAGE_MAX_CHARACTERS)]
Key = Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]
PUBLIC_ID = r"^(cont_[a-z2-7]{26})?$"


class ContactIn(Strict):
    """A contact to open, with the customer's first words."""

    channel: Channel = "api"
    message: Body
    customer: Annotated[str, Field(pattern=r"^(cust_[a-z2-7]{26})?$")] = ""
    visitor_ref: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:\-]{0,64}$")] = ""
    subject: Annotated[str, Field(max_length=talking.SUBJECT_MAX_CHARACTERS)] = ""
    language: Literal["zh-hans", "en"] = "zh-hans"
    intent: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_\-]*$")] = ""


class MessageIn(Strict):
    """Something to say; the same key again says nothing twice."""

    body: Body
    client_key: Key


class EndIn(Strict):
    """How the contact ended."""

    disposition: Disposition


class PageIn(Strict):
    """Which contacts, and which page of them."""

    cursor: Annotated[str, Field(pattern=PUBLIC_ID)] = ""
    limit: Annotated[int, Field(ge=1, le=queries.PAGE_ROWS_AT_MOST)] = queries.PAGE_ROWS
    state: State | None = None
    channel: Channel | None = None
    since: Moment | None = None


class ContactOut(Schema):
    """A contact: where it stands, its instants, who owns it and who has it in hand."""

    id: str
    channel: str
    state: str
    subject: str
    language: str
    intent: str
    customer: str | None
    queue: str
    handover_reason: str
    disposition: str
    owner: str | None
    handler: str | None
    message_count: int
    arrived_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    wrapped_up_at: datetime | None


class MessageOut(Schema):
    """One thing said; `body` is redacted."""

    id: str
    sequence: int
    author: str
    kind: str
    body: str
    created_at: datetime


class ContactWithMessagesOut(ContactOut):
    """A contact and the last things said in it."""

    messages: list[MessageOut]


class ContactListOut(Schema):
    """One page; `next_cursor` is null on the last one."""

    items: list[ContactOut]
    next_cursor: str | None


def shown(contact: Contact) -> ContactOut:
    """Give a contact as programs see it."""
    return ContactOut(**_values(contact))


def _values(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.public_id,
        "channel": contact.channel,
        "state": contact.state,
        "subject": contact.subject,
        "language": contact.language,
        "intent": contact.intent,
        "customer": contact.customer.public_id if contact.customer else None,
        "queue": contact.queue_code,
        "handover_reason": contact.handover_reason,
        "disposition": contact.disposition,
        "owner": contact.owner.public_id if contact.owner else None,
        "handler": contact.handler.public_id if contact.handler else None,
        "message_count": contact.message_count,
        "arrived_at": contact.arrived_at,
        "queued_at": contact.queued_at,
        "answered_at": contact.answered_at,
        "first_reply_at": contact.first_reply_at,
        "ended_at": contact.ended_at,
        "wrapped_up_at": contact.wrapped_up_at,
    }


def _message(message: Message) -> MessageOut:
    return MessageOut(
        id=message.public_id,
        sequence=message.sequence,
        author=message.author_kind,
        kind=message.kind,
        body=masking.redact(message.body.plain) if message.body else "",
        created_at=message.created_at,
    )


@router.get("", response={200: ContactListOut, **PROBLEMS}, summary="List contacts")
def list_contacts(request: ApiRequest, page: Annotated[PageIn, Query()]) -> ContactListOut:
    """Give the contacts in reach, newest first."""
    found = queries.page_of(
        request.actor,
        cursor=page.cursor,
        limit=page.limit,
        state=page.state or "",
        channel=page.channel or "",
        since=page.since,
    )
    return ContactListOut(
        items=[shown(contact) for contact in found.items], next_cursor=found.next_cursor or None
    )


@router.post("", response={201: ContactOut, **PROBLEMS}, summary="Open a contact")
def open_contact(
    request: ApiRequest,
    body: ContactIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")],
) -> Status[ContactOut]:
    """Open a contact with the customer's first words; the assistant or a queue takes it on.

    The same key with the same body gives the same contact.
    """
    at, actor = time.now(), rights.require(request.actor, "contact.take")
    if actor.institution_id is None:
        raise NotAllowed
    scope = f"api:contact.open:{actor.ref}"
    with idempotency.once(scope, idempotency_key, body.model_dump(), at=at) as slot:
        if slot.reference:
            contact = queries.contact_for(actor, slot.reference)
        else:
            contact = actions.open_contact(
                institution=Institution.objects.get(pk=actor.institution_id),
                customer=_customer(actor.institution_id, body.customer),
                actor=actor,
                at=at,
                **body.model_dump(exclude={"customer", "message"}),
            )
            actions.add_message(
                contact,
                author=AuthorKind.CUSTOMER,
                body=body.message,
                client_key="api:first",
                actor=Actor.system(f"api:{actor.ref}", actor.institution_id),
                at=at,
            )
            slot.finish(contact.public_id)
    return Status(201, shown(contact))


def _customer(institution_id: int, public_id: str) -> Customer | None:
    if not public_id:
        return None
    mine = Customer.objects.filter(institution_id=institution_id, public_id=public_id)
    customer = mine.first()
    if customer is None:
        raise Invalid(fields={"customer": _("There is no such customer.")})
    return customer


@router.get(
    "/{public_id}", response={200: ContactWithMessagesOut, **PROBLEMS}, summary="Read a contact"
)
def read_contact(request: ApiRequest, public_id: str) -> ContactWithMessagesOut:
    """Give one contact with its last messages; the reading goes on the trail."""
    contact = queries.contact_for(request.actor, public_id)
    with transaction.atomic():
        audit.record(request.actor, "contact.viewed", contact, at=time.now(), purpose="api")
    messages = [_message(message) for message in queries.last_messages(contact)]
    return ContactWithMessagesOut(**_values(contact), messages=messages)


@router.post(
    "/{public_id}/messages",
    response={201: MessageOut, **PROBLEMS},
    summary="Say something in a contact",
)
def add_message(request: ApiRequest, public_id: str, body: MessageIn) -> Status[MessageOut]:
    """Add a message: the customer's for a key, the institution's for a person."""
    actor = request.actor
    contact = queries.contact_for(actor, public_id)
    message = actions.add_message(
        contact,
        author=AuthorKind.STAFF if actor.is_person else AuthorKind.CUSTOMER,
        body=body.body,
        client_key=body.client_key,
        actor=actor,
        at=time.now(),
    )
    return Status(201, _message(message))


@router.post("/{public_id}/end", response={200: ContactOut, **PROBLEMS}, summary="End a contact")
def end_contact(
    request: ApiRequest,
    public_id: str,
    body: EndIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")],
) -> ContactOut:
    """End a contact: in hand it goes to wrap-up, else it is over; the same key ends it once."""
    at, actor = time.now(), request.actor
    contact = queries.contact_for(actor, public_id)
    scope = f"api:contact.end:{actor.ref}"
    wanted = {**body.model_dump(), "contact": public_id}
    with idempotency.once(scope, idempotency_key, wanted, at=at) as slot:
        if not slot.reference:
            actions.end_contact(contact, disposition=body.disposition, actor=actor, at=at)
            slot.finish(contact.public_id)
    return shown(contact)
