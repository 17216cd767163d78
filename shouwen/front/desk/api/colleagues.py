"""Among colleagues: internal notes, and a contact that is passed on; on the desk's own router."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Header, Schema, Status
from pydantic import Field

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import queries as conversation_queries
from shouwen.contact.conversations.models import ContactNote
from shouwen.contact.routing.actions import Steps
from shouwen.front.desk.actions import handling, passing
from shouwen.front.desk.api.working import Body, ContactOut, acting_person, contact_out, router
from shouwen.ground.kernel import time


class NoteIn(Body):
    """One internal note and whom it mentions; the same key again keeps nothing twice."""

    body: str = Field(min_length=1, max_length=2000)
    mentions: list[Annotated[str, Field(max_length=48)]] = Field(default=[], max_length=10)
    client_key: str = Field(min_length=1, max_length=64)


class NoteOut(Schema):
    """One internal note; no customer sees it."""

    id: str
    kind: str
    author: str
    mentions: list[str]
    after_sequence: int
    body: str
    at: datetime


class WhisperIn(Body):
    """What a lead says to whoever has the contact; the same key again whispers nothing twice."""

    body: str = Field(min_length=1, max_length=2000)
    client_key: str = Field(min_length=1, max_length=64)


class TakeOverIn(Body):
    """Why a lead takes a contact over; `handler` is the id of whoever had it when they decided."""

    reason: Literal["RISK", "ASKED", "UPSET", "AWAY", "HELP", "OTHER"]
    words: str = Field(default="", max_length=200)
    handler: str = Field(max_length=48)


class TransferIn(Body):
    """The three steps of a transfer, and to whom: a person's id or a queue's code."""

    identity: Literal["ACCOUNT", "DETAILS", "CODE", "DOCUMENT", "NOT_NEEDED"]
    identity_words: str = Field(default="", max_length=200)
    reason: Literal[
        "OTHER_SKILL",
        "OTHER_UNIT",
        "COMPLAINT",
        "ASKED",
        "SHIFT_END",
        "CONFLICT",
        "TECHNICAL",
        "OTHER",
    ]
    reason_words: str = Field(default="", max_length=200)
    customer_view: Literal["AGREES", "RELUCTANT", "OBJECTS", "NOT_ASKED"]
    summary: str = Field(min_length=1, max_length=2000)
    person: str = Field(default="", max_length=48)
    queue: str = Field(default="", max_length=40)


class TransferOut(Schema):
    """A contact was passed on; `person` is null when it went to a queue."""

    id: str
    contact: str
    person: str | None
    queue: str
    note: str
    at: datetime


def _note_out(note: ContactNote) -> NoteOut:
    return NoteOut(
        id=note.public_id,
        kind=note.kind,
        author=note.author.public_id,
        mentions=[mention.person.public_id for mention in note.mentions.all()],
        after_sequence=note.after_sequence,
        body=note.body.plain,
        at=note.created_at,
    )


@router.get("/contacts/{ref}/notes", response=list[NoteOut], summary="Internal notes")
def notes(request: HttpRequest, ref: str, after: int = 0) -> list[NoteOut]:
    """List the internal notes beyond the first `after`, at most 200."""
    asked, _who = acting_person(request)
    contact = conversation_queries.contact_for(asked.actor, ref)
    if after <= 0:
        handling.note_reading(asked.actor, ref, at=time.now())
    found = conversation_queries.notes_of(contact, after=max(0, min(after, 2**31)))
    return [_note_out(note) for note in found]


@router.post("/contacts/{ref}/notes", response={201: NoteOut}, summary="Leave an internal note")
def add_note(request: HttpRequest, ref: str, body: NoteIn) -> Status[NoteOut]:
    """Leave a note for colleagues; those it mentions are told at once."""
    asked, _who = acting_person(request)
    contact = conversation_queries.contact_for(asked.actor, ref)
    note = conversations.add_note(contact, actor=asked.actor, at=time.now(), **body.dict())
    return Status(201, _note_out(note))


@router.post("/contacts/{ref}/whisper", response={201: NoteOut}, summary="Whisper as a lead")
def whisper(request: HttpRequest, ref: str, body: WhisperIn) -> Status[NoteOut]:
    """Say something to whoever has the contact in hand; no customer ever sees it."""
    asked, _who = acting_person(request)
    contact = conversation_queries.contact_for(asked.actor, ref)
    note = conversations.whisper(contact, actor=asked.actor, at=time.now(), **body.dict())
    return Status(201, _note_out(note))


@router.post("/contacts/{ref}/take-over", response=ContactOut, summary="Take over as a lead")
def take_over(request: HttpRequest, ref: str, body: TakeOverIn) -> ContactOut:
    """Take a running contact out of a colleague's hands; again changes nothing.

    409 where somebody else has it by now: look again, then decide.
    """
    asked, _who = acting_person(request)
    contact = conversation_queries.contact_for(asked.actor, ref)
    said = conversations.TakeOver(body.reason, body.words, seen_handler=body.handler)
    conversations.take_over(contact, said, actor=asked.actor, at=time.now())
    return contact_out(contact)


@router.post("/contacts/{ref}/transfer", response={201: TransferOut}, summary="Pass a contact on")
def transfer(
    request: HttpRequest,
    ref: str,
    body: TransferIn,
    key: Annotated[str, Header(alias="Idempotency-Key")],
) -> Status[TransferOut]:
    """Pass a contact in hand to a ready colleague or to a queue; its owner stays."""
    asked, _who = acting_person(request)
    said = body.dict()
    person, queue = said.pop("person"), said.pop("queue")
    done = passing.pass_on(
        conversation_queries.contact_for(asked.actor, ref),
        passing.TransferForm(Steps(**said), person=person, queue=queue),
        key=key,
        actor=asked.actor,
        at=time.now(),
    )
    passed = TransferOut(
        id=done.public_id,
        contact=ref,
        person=done.to_person.public_id if done.to_person else None,
        queue=done.to_queue.code,
        note=done.note.public_id,
        at=done.transferred_at,
    )
    return Status(201, passed)
