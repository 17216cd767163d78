"""A contact waits, comes into somebody's hands, goes to other hands, or back to the queue."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import events, plugs, ports
from shouwen.contact.conversations.actions import duties, problems, steps, talking
from shouwen.contact.conversations.models import (
    AuthorKind,
    Contact,
    ContactState,
    Handling,
    Message,
)
from shouwen.contact.conversations.ports import Answered
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Person


@transaction.atomic
def hear_first(contact: Contact, message: Message, *, at: datetime) -> None:
    """Let the assistant hear a customer's message before any person, and act on what it says.

    An answer becomes a message of the assistant; a hand-over queues the contact with its reason.
    A contact that waits for or has a person is not heard again. Called twice, it does once.
    """
    # None comes back to the assistant, so most messages need no lock to know.
    if contact.state != ContactState.ARRIVED:
        return
    fresh = steps.locked(contact)
    if fresh.state != ContactState.ARRIVED:
        return
    key = f"assistant:{message.public_id}"
    if Message.objects.filter(contact=fresh, client_key=key).exists():
        return
    said = plugs.first_hearer().hear(fresh.public_id, message.public_id, at)
    assistant = Actor.system("assistant", fresh.institution_id)
    if isinstance(said, Answered):
        talking.add_message(
            fresh,
            author=AuthorKind.ASSISTANT,
            body=said.text,
            client_key=key,
            sources=said.sources,
            actor=assistant,
            at=at,
        )
    else:
        hand_over(fresh, reason=said.reason, actor=assistant, at=at)
    steps.adopt(contact, fresh)


@transaction.atomic
def hand_over(contact: Contact, *, reason: str, actor: Actor, at: datetime) -> None:
    """Give a contact to people: keep the first reason and put it into the queue, once.

    A contact that waits or is in hand already stays as it is. Raises ContactIsOver after its
    end. Serves CG-1.4-03, OM-2.3-02.
    """
    fresh = steps.locked(contact)
    if fresh.state in (ContactState.QUEUED, ContactState.ACTIVE):
        steps.adopt(contact, fresh)
        return
    if fresh.state != ContactState.ARRIVED:
        raise problems.ContactIsOver
    Contact.objects.filter(pk=fresh.pk).update(handover_reason=reason[:60])
    audit.record(actor, "contact.handed-over", fresh, at=at, detail={"reason": reason[:60]})
    if ports.plugged.queue is None:
        raise RuntimeError("No room queues contacts: routing is not installed")
    ports.plugged.queue(fresh.pk, reason, at)
    contact.refresh_from_db()


def ask_for_person(contact: Contact, *, actor: Actor, at: datetime) -> None:
    """Let a customer speak to a person at once, whatever the assistant is doing.

    Raises NotThere for someone else's contact, ContactIsOver after its end. Serves SN-10-02.
    """
    if actor.kind is ActorKind.CUSTOMER and not talking.is_own(contact, actor):
        raise NotThere
    hand_over(contact, reason=ports.ASKED_FOR_PERSON, actor=actor, at=at)


@transaction.atomic
def queue(contact: Contact, *, queue_code: str, actor: Actor, at: datetime) -> None:
    """Let a contact wait in this queue; the first time starts the clocks of waiting.

    Called again for the same queue it changes nothing. Raises ContactIsOver, and AlreadyTaken
    while a person has it in hand (release it first).
    """
    fresh = steps.locked(contact)
    if fresh.state == ContactState.ACTIVE:
        raise problems.AlreadyTaken
    if not fresh.is_open:
        raise problems.ContactIsOver
    if fresh.state == ContactState.QUEUED and fresh.queue_code == queue_code:
        steps.adopt(contact, fresh)
        return
    is_first = fresh.queued_at is None
    fresh.state, fresh.queue_code = ContactState.QUEUED, queue_code
    fresh.queued_at = fresh.queued_at or max(at, fresh.arrived_at)
    fresh.save(update_fields=["state", "queue_code", "queued_at"])
    if is_first:
        duties.start(fresh, "contact.queued", actor=actor, at=at)
    announce(
        events.ContactQueued(**steps.fact_fields(fresh), is_return=not is_first, occurred_at=at)
    )
    steps.tell_screens(fresh)
    steps.adopt(contact, fresh)


@transaction.atomic
def promise_later(contact: Contact, *, opens_at: datetime, actor: Actor, at: datetime) -> None:
    """Let the clocks of waiting begin when the queue opens: until then nobody can answer."""
    duties.begin_later(contact, begins_at=opens_at, actor=actor, at=at)
    steps.tell_screens(contact)


@transaction.atomic
def assign(
    contact: Contact, person: Person, *, actor: Actor, at: datetime, reason: str = "transferred"
) -> None:
    """Put a contact into a person's hands; the first person becomes its owner for good.

    The same person again changes nothing. From one person's hands it goes straight to another's,
    for this `reason`.
    Raises ContactIsOver, and NotThere for a person of another institution. Serves HB-1.2-03,
    HB-2.1-01.
    """
    fresh = steps.locked(contact)
    if person.institution_id != fresh.institution_id:
        raise NotThere
    if not fresh.is_open:
        raise problems.ContactIsOver
    if fresh.state == ContactState.ACTIVE and fresh.handler_id == person.pk:
        steps.adopt(contact, fresh)
        return
    is_first = fresh.owner_id is None
    before = fresh.handler
    _close_handling(fresh, reason=reason, at=at)
    fresh.state, fresh.handler = ContactState.ACTIVE, person
    fresh.owner = fresh.owner or person
    fresh.answered_at = fresh.answered_at or at
    fresh.save(update_fields=["state", "handler", "owner", "answered_at"])
    stretch = Handling.objects.create(contact=fresh, person=person, from_at=at)
    audit.record(
        actor,
        "contact.assigned",
        fresh,
        at=at,
        detail={"person": person.public_id, "is_owner": fresh.owner_id == person.pk},
    )
    queued_at = fresh.queued_at or fresh.arrived_at
    announce(
        events.ContactAssigned(
            **steps.fact_fields(fresh),
            person_id=person.pk,
            is_first=is_first,
            queued_at=fresh.queued_at,
            wait_seconds=max(0.0, (at - queued_at).total_seconds()),
            occurred_at=at,
        )
    )
    talking.add_notice(fresh, _transfer_words(fresh), key=f"handling:{stretch.pk}", at=at)
    if before is not None:
        publish(f"person-{before.public_id}")
    steps.tell_screens(fresh)
    steps.adopt(contact, fresh)


def _transfer_words(contact: Contact) -> str:
    handler, owner = contact.handler, contact.owner
    assert handler is not None
    if owner is None or handler.pk == owner.pk:
        words = steps.in_language_of(
            contact, _("%(name)s is here for you and owns your question until it is answered.")
        )
        return words % {"name": handler.name}
    words = steps.in_language_of(contact, _("Transferred to %(name)s. First owner: %(owner)s."))
    return words % {"name": handler.name, "owner": owner.name}


def _close_handling(contact: Contact, *, reason: str, at: datetime) -> None:
    Handling.objects.filter(contact=contact, until_at__isnull=True).update(
        until_at=at, reason=reason[:60]
    )


@transaction.atomic
def release(
    contact: Contact, *, reason: str, actor: Actor, at: datetime, queue_code: str = ""
) -> None:
    """Take a live contact out of its handler's hands: it waits again, its owner stays.

    Raises NotInHand when nobody has it. `reason` is a word such as `connection_lost`;
    `queue_code` names another queue to wait in. Serves HB-1.2-03, OM-2.3-05.
    """
    fresh = steps.locked(contact)
    before = fresh.handler
    if fresh.state != ContactState.ACTIVE or before is None:
        raise problems.NotInHand
    _close_handling(fresh, reason=reason, at=at)
    fresh.state, fresh.handler = ContactState.QUEUED, None
    fresh.queued_at = fresh.queued_at or max(at, fresh.arrived_at)
    fresh.queue_code = queue_code or fresh.queue_code
    fresh.save(update_fields=["state", "handler", "queued_at", "queue_code"])
    audit.record(actor, "contact.released", fresh, at=at, detail={"reason": reason[:60]})
    fields = steps.fact_fields(fresh)
    announce(
        events.ContactReleased(**fields, person_id=before.pk, reason=reason[:60], occurred_at=at)
    )
    announce(events.ContactQueued(**fields, is_return=True, occurred_at=at))
    publish(f"person-{before.public_id}")
    steps.tell_screens(fresh)
    steps.adopt(contact, fresh)
