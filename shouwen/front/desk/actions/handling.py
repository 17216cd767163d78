"""Offers, the queue, and the end of a contact, as a person presses them at the desk."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import queries as conversation_queries
from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.contact.routing import actions as routing
from shouwen.contact.routing.models import Offer, QueueEntry
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.vault import audit

RETURN_REASONS = frozenset({"other_skill", "shift_end", "conflict", "technical"})


def offer_of(actor: Actor, public_id: str) -> Offer:
    """Give one of the actor's own offers, whatever became of it. Raises NotThere."""
    offer = (
        Offer.objects.filter(public_id=public_id, person__public_id=actor.ref)
        .select_related("person", "entry__queue", "entry__contact__institution")
        .first()
    )
    if offer is None or not actor.is_person:
        raise NotThere
    return offer


@transaction.atomic
def note_reading(actor: Actor, contact_ref: str, *, at: datetime) -> None:
    """Put on the trail that a conversation was opened to be read. Raises NotThere.

    A lead who looks on while somebody else speaks is told apart. Whoever reads it has seen the
    notes that mention them.
    """
    contact = conversation_queries.contact_for(actor, contact_ref)
    handler = contact.handler
    is_live = contact.state == ContactState.ACTIVE and handler is not None
    if is_live and access.looks_on(actor, contact, handler.public_id if handler else ""):
        conversations.look_on(contact, actor=actor, at=at)
    else:
        audit.record(actor, "contact.viewed", contact, at=at)
    conversations.read_mentions(contact, actor=actor, at=at)


def accept(actor: Actor, offer_ref: str, *, at: datetime) -> Contact:
    """Take an offered contact. Raises NotThere, and OfferGone when it was too late."""
    return routing.accept_offer(offer_of(actor, offer_ref), actor=actor, at=at)


def decline(actor: Actor, offer_ref: str, *, at: datetime) -> None:
    """Let an offered contact go. Raises NotThere, and OfferGone when it was too late."""
    routing.decline_offer(offer_of(actor, offer_ref), actor=actor, at=at)


def take(actor: Actor, contact_ref: str, *, at: datetime) -> Contact:
    """Pull a waiting contact from the queue. Raises NotThere, NotWaiting, HandsFull."""
    contact = conversation_queries.contact_for(actor, contact_ref)
    entry = (
        QueueEntry.objects.filter(contact=contact)
        .select_related("queue", "contact__institution")
        .order_by("-pk")
        .first()
    )
    if entry is None:
        raise NotThere
    return routing.take(entry, actor=actor, at=at)


def give_back(contact: Contact, *, reason: str, actor: Actor, at: datetime) -> None:
    """Return a contact to the queue for one of the stated reasons. Raises Invalid."""
    if reason not in RETURN_REASONS:
        raise Invalid(fields={"reason": _("Choose one of the reasons in the list.")})
    routing.return_to_queue(contact, reason=reason, actor=actor, at=at)


def finish(contact: Contact, *, disposition: str, actor: Actor, at: datetime) -> str:
    """Finish the wrap-up; give the id of the contact to go on with, or an empty text."""
    conversations.wrap_up(contact, disposition=disposition, actor=actor, at=at)
    mine = conversation_queries.my_contacts(actor)
    return mine[0].contact.public_id if mine else ""
