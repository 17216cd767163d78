"""A bank whose visitors ask, are answered, and rate, for the tests of figures."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import actions as routing
from shouwen.ground.kernel import delivery
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.models import Delivery, DeliveryState
from shouwen.people.staff.models import Person
from shouwen.service.cases.tests import factories as cases
from shouwen.service.cases.tests.factories import Bank, later

NOW = later(hours=4)


def a_busy_bank(code: str = "bank") -> Bank:
    """A bank with one queue that promises twenty seconds."""
    made = cases.a_bank(code)
    routing.open_queue(
        institution=made.institution,
        code="online",
        name_zh="App在线",
        is_default=True,
        unit=made.cards,
        actor=Actor.system("tests", made.institution.pk),
        at=cases.MONDAY_9AM,
    )
    return made


def asked(bank: Bank, serial: int) -> tuple[Contact, Actor]:
    """Let a visitor ask and be queued, `serial` minutes after nine."""
    visitor = Actor.customer(f"visit_{serial}", bank.institution.pk)
    at = later(minutes=serial)
    contact = conversations.open_contact(
        institution=bank.institution,
        channel="chat",
        actor=visitor,
        at=at,
        visitor_ref=visitor.ref,
    )
    conversations.add_message(
        contact, author="CUSTOMER", body="请问限额", client_key="k", actor=visitor, at=at
    )
    conversations.hand_over(
        contact, reason="no_assistant", actor=Actor.system("tests", bank.institution.pk), at=at
    )
    return contact, visitor


def answered(bank: Bank, serial: int, person: Person, wait_seconds: int) -> Contact:
    """Let a person take a contact after so long, answer it, and finish it."""
    contact, _visitor = asked(bank, serial)
    actor, at = bank.acting(person), later(minutes=serial, seconds=wait_seconds)
    entry = routing.open_entry(contact)
    assert entry is not None
    routing.take(entry, actor=actor, at=at)
    conversations.add_message(
        contact, author="STAFF", body="您好", client_key="s", actor=actor, at=at
    )
    ended = at + timedelta(seconds=60)
    conversations.end_contact(contact, disposition="RESOLVED", actor=actor, at=ended)
    conversations.wrap_up(contact, actor=actor, at=ended)
    return contact


def hear_everything(at: datetime = NOW) -> None:
    """Deliver all that was announced until then."""
    while delivery.deliver_due(at):
        pass
    assert not Delivery.objects.exclude(state=DeliveryState.DONE).exists()
