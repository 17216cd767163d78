"""What routing hears."""

from __future__ import annotations

from django.db import transaction

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.events import (
    ContactEnded,
    ContactRecognised,
    ContactWrappedUp,
    MessageReceived,
)
from shouwen.contact.conversations.models import Disposition, Message
from shouwen.contact.routing import actions
from shouwen.ground.kernel import time, wake
from shouwen.people.staff.events import PresenceChanged


def hear_first(event: MessageReceived) -> None:
    """Let the assistant hear a customer's words first, then queue what it hands over."""
    message = Message.objects.select_related("contact").get(pk=event.message_id)
    conversations.hear_first(message.contact, message, at=time.now())


def close_entry(event: ContactEnded) -> None:
    """End the contact's place in the queues, and look who is free now."""
    # Spam cleared away, and a message left while we were closed, are no customers who gave up.
    kept = (Disposition.SPAM, Disposition.CASE)
    gave_up = not event.was_answered and event.disposition not in kept
    actions.close_entry(event.contact_id, was_abandoned=gave_up, at=event.occurred_at)
    transaction.on_commit(wake.route.set)


def rank_anew(event: ContactRecognised) -> None:
    """Give the contact's place what its customer's tiers give."""
    actions.rank_anew(event.contact_id, event.occurred_at)


def look_again(event: PresenceChanged | ContactWrappedUp) -> None:
    """Offer what waits: somebody may have become free."""
    transaction.on_commit(wake.route.set)
