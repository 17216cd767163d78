"""A small floor: queues, people at their desks, and contacts that wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.tests import factories as conversations
from shouwen.contact.conversations.tests.factories import MONDAY_9AM, Bank, later
from shouwen.contact.routing import actions
from shouwen.contact.routing.models import Offer, OfferState, Queue, QueueEntry
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person, PresenceState
from shouwen.people.staff.tests.factories import acting

__all__ = ["MONDAY_9AM", "Bank", "acting", "later"]


def a_queue(bank: Bank, code: str = "online", **values: object) -> Queue:
    """Open a queue, the default one unless told otherwise."""
    values.setdefault("is_default", code == "online")
    return actions.open_queue(
        institution=bank.institution,
        code=code,
        name_zh="在线客服",
        name_en="Online",
        actor=bank.system,
        at=MONDAY_9AM,
        **values,  # type: ignore[arg-type]  # the test names what matters
    )


def at_desk(*people: Person, at: datetime = MONDAY_9AM) -> None:
    """Let people be ready."""
    for person in people:
        staff.set_presence(person, PresenceState.READY, actor=acting(person), at=at)


def seen(*people: Person, at: datetime) -> None:
    """Let desks report."""
    for person in people:
        staff.heartbeat([acting(person)], at)


def a_waiting(bank: Bank, *, at: datetime = MONDAY_9AM, **values: Any) -> QueueEntry:
    """Give a contact that waits."""
    contact = conversations.a_contact(bank, at=at, **values)
    return actions.enqueue(contact, actor=bank.system, at=at)


def the_offer(contact: Contact | None = None) -> Offer:
    """Give the one open offer."""
    found = Offer.objects.filter(state=OfferState.OPEN).select_related(
        "person", "entry__queue", "entry__contact__institution"
    )
    return found.get(entry__contact=contact) if contact else found.get()
