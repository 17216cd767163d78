"""A contact ends: the talk is over, the work after it is done, or the customer has left."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access, events
from shouwen.contact.conversations.actions import duties, problems, steps, talking
from shouwen.contact.conversations.models import Contact, ContactState, Disposition, Handling
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit


@transaction.atomic
def end_contact(contact: Contact, *, disposition: str = "", actor: Actor, at: datetime) -> None:
    """End the talk. What a person had in hand goes to wrap-up, the rest is over at once.

    A customer who ends gives no disposition: the handler gives it at wrap-up. Staff give it here
    or at wrap-up, and must give it when nobody has the contact in hand. Raises Invalid,
    ContactIsOver, NotAllowed for another's contact. Serves OM-1.2-05, HB-3.4-01.
    """
    _check_disposition(disposition)
    fresh = steps.locked(contact)
    _check_ender(fresh, actor)
    if not fresh.is_open:
        raise problems.ContactIsOver
    by_customer = actor.kind is ActorKind.CUSTOMER
    if fresh.state == ContactState.QUEUED and by_customer:
        _leave(fresh, actor=actor, at=at)
    elif fresh.state == ContactState.ACTIVE:
        _end(fresh, ContactState.WRAP_UP, disposition, actor=actor, at=at)
    else:
        if not disposition and by_customer:
            disposition = Disposition.ASSISTANT if fresh.message_count else Disposition.ABANDONED
        if not disposition:
            raise Invalid(fields={"disposition": _("Say how the conversation ended.")})
        fresh.wrapped_up_at = max(at, fresh.arrived_at)
        _end(fresh, ContactState.ENDED, disposition, actor=actor, at=at)
        _announce_wrapped_up(fresh, at=at)
    steps.adopt(contact, fresh)


def _check_disposition(disposition: str) -> None:
    if disposition and disposition not in Disposition.values:
        raise Invalid(fields={"disposition": _("Choose one of the endings in the list.")})


def _check_ender(contact: Contact, actor: Actor) -> None:
    if actor.kind is ActorKind.CUSTOMER:
        if not talking.is_own(contact, actor):
            raise NotThere
        return
    if actor.kind is ActorKind.KEY and contact.handler is None:
        # An integrator ends what it opened and no person has taken.
        access.require_integrator(actor, contact)
        return
    access.require_speaker(actor, contact, contact.handler.public_id if contact.handler else "")


def _end(
    contact: Contact, state: ContactState, disposition: str, *, actor: Actor, at: datetime
) -> None:
    was_queued = contact.queued_at is not None
    # A clock set back between two steps must not make the record impossible.
    contact.state, contact.ended_at = state, max(at, contact.arrived_at)
    contact.disposition = disposition or contact.disposition
    contact.save(update_fields=["state", "ended_at", "disposition", "wrapped_up_at"])
    Handling.objects.filter(contact=contact, until_at__isnull=True).update(
        until_at=at, reason="ended"
    )
    if state is ContactState.ABANDONED:
        duties.drop(contact, actor=actor, at=at)
    elif contact.answered_at is None and disposition == Disposition.CASE:
        duties.replace(contact, reason="message_left", actor=actor, at=at)
    else:
        duties.stop(contact, "contact.ended", actor=actor, at=at)
        duties.start(contact, "contact.ended", actor=actor, at=at)
    audit.record(actor, "contact.ended", contact, at=at, detail={"disposition": disposition})
    began = contact.answered_at
    announce(
        events.ContactEnded(
            **steps.fact_fields(contact),
            person_id=contact.handler_id,
            owner_id=contact.owner_id,
            disposition=contact.disposition,
            was_answered=began is not None,
            was_queued=was_queued,
            handle_seconds=max(0.0, (at - began).total_seconds()) if began else 0.0,
            occurred_at=at,
        )
    )
    words = steps.in_language_of(contact, _("This conversation has ended."))
    talking.add_notice(contact, words, key="ended", at=at)
    steps.tell_screens(contact)


@transaction.atomic
def wrap_up(contact: Contact, *, disposition: str = "", actor: Actor, at: datetime) -> None:
    """Finish the work after the talk; the contact is then complete.

    `disposition` replaces one given earlier, and must be given if none was. Raises Invalid,
    NotWrappingUp, NotAllowed for another's contact. Serves OM-1.2-05, HB-3.4-01.
    """
    _check_disposition(disposition)
    fresh = steps.locked(contact)
    access.require_speaker(actor, fresh, fresh.handler.public_id if fresh.handler else "")
    if fresh.state != ContactState.WRAP_UP:
        raise problems.NotWrappingUp
    fresh.disposition = disposition or fresh.disposition
    if not fresh.disposition:
        raise Invalid(fields={"disposition": _("Say how the conversation ended.")})
    ended_at = fresh.ended_at or fresh.arrived_at
    fresh.state, fresh.wrapped_up_at = ContactState.ENDED, max(at, ended_at)
    fresh.save(update_fields=["state", "wrapped_up_at", "disposition"])
    audit.record(
        actor, "contact.wrapped-up", fresh, at=at, detail={"disposition": fresh.disposition}
    )
    _announce_wrapped_up(fresh, at=at)
    steps.tell_screens(fresh)
    steps.adopt(contact, fresh)


def _announce_wrapped_up(contact: Contact, *, at: datetime) -> None:
    ended_at = contact.ended_at or at
    announce(
        events.ContactWrappedUp(
            **steps.fact_fields(contact),
            person_id=contact.handler_id,
            disposition=contact.disposition,
            wrap_up_seconds=max(0.0, (at - ended_at).total_seconds()),
            occurred_at=at,
        )
    )


@transaction.atomic
def abandon(contact: Contact, *, actor: Actor, at: datetime) -> None:
    """Note that the customer left before any person had the contact in hand.

    Raises AlreadyTaken when a person has it, ContactIsOver after its end.
    """
    fresh = steps.locked(contact)
    if actor.kind is ActorKind.CUSTOMER and not talking.is_own(fresh, actor):
        raise NotThere
    if fresh.state == ContactState.ACTIVE:
        raise problems.AlreadyTaken
    if not fresh.is_open:
        raise problems.ContactIsOver
    _leave(fresh, actor=actor, at=at)
    steps.adopt(contact, fresh)


@transaction.atomic
def leave_message(contact: Contact, *, queue_code: str, actor: Actor, at: datetime) -> None:
    """End a contact nobody has in hand, since its customer's message becomes a case.

    One that never waited belongs to `queue_code` from now on, without having been queued.
    `actor` is the customer. Raises AlreadyTaken while a person has it in hand, ContactIsOver
    after its end, NotThere for anyone else.
    """
    fresh = steps.locked(contact)
    if actor.kind is not ActorKind.CUSTOMER or not talking.is_own(fresh, actor):
        raise NotThere
    if fresh.state == ContactState.ACTIVE:
        raise problems.AlreadyTaken
    if not fresh.is_open:
        raise problems.ContactIsOver
    if not fresh.queue_code and queue_code:
        fresh.queue_code = queue_code
        fresh.save(update_fields=["queue_code"])
    fresh.wrapped_up_at = max(at, fresh.arrived_at)
    _end(fresh, ContactState.ENDED, Disposition.CASE, actor=actor, at=at)
    _announce_wrapped_up(fresh, at=at)
    steps.adopt(contact, fresh)


def _leave(contact: Contact, *, actor: Actor, at: datetime) -> None:
    contact.wrapped_up_at = max(at, contact.arrived_at)
    _end(contact, ContactState.ABANDONED, Disposition.ABANDONED, actor=actor, at=at)
    _announce_wrapped_up(contact, at=at)
