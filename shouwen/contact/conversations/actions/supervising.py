"""A lead looks on a running conversation, whispers to whoever has it, takes it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.contact.conversations import access
from shouwen.contact.conversations.actions import ending, handling, noting, problems, steps
from shouwen.contact.conversations.models import (
    Contact,
    ContactNote,
    ContactState,
    Disposition,
    NoteKind,
    TakeOverReason,
)
from shouwen.contact.conversations.rules import talking
from shouwen.ground.kernel import ids
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person, PresenceState


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Why a lead takes over, and from whom (public id): who had it when the lead decided."""

    reason: str
    words: str
    seen_handler: str


@transaction.atomic
def look_on(contact: Contact, *, actor: Actor, at: datetime) -> None:
    """Put on the trail that a lead looks on while somebody else speaks. Raises NotAllowed."""
    access.require_lead(actor, contact)
    handler = contact.handler
    detail = {"handler": handler.public_id if handler else ""}
    audit.record(actor, "contact.looked_on", contact, at=at, detail=detail)


@transaction.atomic
def whisper(
    contact: Contact, *, body: str, client_key: str, actor: Actor, at: datetime
) -> ContactNote:
    """Say something to whoever has the contact in hand, that no customer ever sees.

    The same key with the same words whispers once. Raises Invalid for empty or overlong text,
    NotInHand when nobody has it, AlreadyYours for one's own, NotAllowed.
    """
    access.require_lead(actor, contact)
    fresh = steps.locked(contact)
    handler = _other_handler(fresh, actor)
    return noting.add_note(
        fresh,
        body=body,
        kind=NoteKind.WHISPER,
        client_key=client_key,
        mentions=(handler.public_id,),
        actor=actor,
        at=at,
    )


def _other_handler(contact: Contact, actor: Actor) -> Person:
    handler = contact.handler
    if contact.state != ContactState.ACTIVE or handler is None:
        raise problems.NotInHand
    if handler.public_id == actor.ref:
        raise problems.AlreadyYours
    return handler


@transaction.atomic
def take_over(contact: Contact, said: TakeOver, *, actor: Actor, at: datetime) -> None:
    """Take a running conversation out of a colleague's hands; its first owner stays.

    The colleague is told with the reason, the customer hears who is there now. Of two who press
    at once one takes it: `said.seen_handler` no longer has it for the other, who gets Conflict.
    A lead who was offline becomes busy, so that the conversation does not fall back into the
    queue. One's own changes nothing. Raises Invalid, NotInHand, NotAllowed.
    Serves HB-1.2-03, OM-2.3-05.
    """
    access.require_lead(actor, contact)
    words = _checked(said)
    person = Person.objects.filter(public_id=actor.ref, is_active=True).first()
    if person is None:
        raise NotAllowed
    fresh = steps.locked(contact)
    if fresh.state == ContactState.ACTIVE and fresh.handler_id == person.pk:
        steps.adopt(contact, fresh)
        return
    before = _other_handler(fresh, actor)
    if before.public_id != said.seen_handler:
        raise Conflict
    label = str(TakeOverReason(said.reason).label)
    noting.add_note(
        fresh,
        body=_("%(reason)s: %(words)s") % {"reason": label, "words": words} if words else label,
        kind=NoteKind.TAKEOVER,
        client_key=ids.public_id("takeover"),
        receiver=before,
        actor=actor,
        at=at,
    )
    audit.record(
        actor,
        "contact.taken_over",
        fresh,
        at=at,
        detail={"from": before.public_id, "reason": said.reason},
    )
    _be_there(person, actor=actor, at=at)
    reason = f"taken-over:{said.reason}"
    handling.assign(fresh, person, actor=actor, at=at, reason=reason)
    steps.adopt(contact, fresh)


def _checked(said: TakeOver) -> str:
    words = talking.tidy_text(said.words)
    wrong: dict[str, Words] = {}
    if said.reason not in TakeOverReason.values:
        wrong["reason"] = _("Choose one of the reasons in the list.")
    elif said.reason == TakeOverReason.OTHER and not words:
        wrong["words"] = _("Give the reason in your own words.")
    if len(words) > talking.REASON_MAX_CHARACTERS:
        wrong["words"] = _("Keep it within 200 characters.")
    if wrong:
        raise Invalid(fields=wrong)
    return words


def _be_there(person: Person, *, actor: Actor, at: datetime) -> None:
    """Be seen at work: what an offline person has in hand goes back to the queue."""
    if person.presence.state == PresenceState.OFFLINE:
        staff.set_presence(person, PresenceState.BUSY, actor=actor, at=at)
    staff.heartbeat([actor], at)


@transaction.atomic
def close_as_spam(contact: Contact, *, actor: Actor, at: datetime) -> None:
    """End what is no question at all, at once and without wrap-up, whoever has it.

    It counts neither as answered nor as a customer who gave up. Raises ContactIsOver, NotAllowed.
    """
    access.require_lead(actor, contact)
    ending.end_contact(contact, disposition=Disposition.SPAM, actor=actor, at=at)
    if contact.state == ContactState.WRAP_UP:
        ending.wrap_up(contact, disposition=Disposition.SPAM, actor=actor, at=at)
