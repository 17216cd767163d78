"""Plain makers of a small centre: two agents of one unit, and customers who write to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import actions as routing
from shouwen.contact.routing.models import Offer, OfferState, QueueEntry
from shouwen.front.desk.actions.scripting import load_scripts
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests import factories
from shouwen.service.cases import actions as cases

MONDAY_9AM = factories.MONDAY_9AM
SOON = MONDAY_9AM + timedelta(seconds=15)
HTMX = {"HX-Request": "true"}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Centre:
    """One institution with two agents who are ready."""

    institution: Institution
    first: Person
    second: Person

    def actor(self, person: Person) -> Actor:
        """Give a person as an actor."""
        return factories.acting(person)


def a_centre(code: str = "bank") -> Centre:
    """Found an institution with a unit, two agents, scripts and a tree of questions."""
    institution = factories.an_institution(code)
    unit = factories.a_unit(institution)
    first, second = (factories.a_person(unit, "agent") for _ in range(2))
    for person in (first, second):
        staff.set_presence(person, "READY", actor=factories.acting(person), at=MONDAY_9AM)
    load_scripts(institution, actor=factories.FOUNDER, at=MONDAY_9AM)
    third = cases.Branch(f"{code}-early", "提前还款收费", "Early repayment fee")
    second_level = cases.Branch(f"{code}-consumer", "个人消费贷", "Consumer loan", [third])
    top = cases.Branch(f"{code}-loans", "贷款", "Loans", [second_level])
    cases.plant_categories(institution.pk, [top], actor=factories.FOUNDER, at=MONDAY_9AM)
    return Centre(institution, first, second)


def a_ready_centre(code: str = "bank", *, at: datetime = SOON) -> Centre:
    """Found a centre whose two agents are still at their desks a moment later."""
    centre = a_centre(code)
    for person in (centre.first, centre.second):
        staff.heartbeat([centre.actor(person)], at)
    return centre


def bearer(person: Person, role: str = "agent") -> dict[str, str]:
    """Give the header of a program that acts as this person."""
    _row, token = staff.create_api_key(
        institution=person.institution,
        role=role,
        name="tests",
        person=person,
        actor=Actor.system("tests"),
        at=MONDAY_9AM,
    )
    return {"Authorization": f"Bearer {token}"}


def a_customer(centre: Centre, name: str = "陈屿", phone: str = "13800006620") -> Customer:
    """Open a customer's file."""
    return customers.register_customer(
        centre.institution, name=name, phone=phone, actor=factories.FOUNDER, at=MONDAY_9AM
    )


def a_waiting_contact(
    centre: Centre,
    words: str = "提前还款要收违约金吗",
    *,
    customer: Customer | None = None,
    at: datetime = MONDAY_9AM,
) -> Contact:
    """Let a visitor write and wait for a person."""
    visitor = f"visit_{next(_numbers)}"
    actor = Actor.customer(visitor, centre.institution.pk)
    contact = conversations.open_contact(
        institution=centre.institution,
        channel="chat",
        visitor_ref=visitor,
        customer=customer,
        subject=words,
        actor=actor,
        at=at,
    )
    say(contact, words, at=at)
    routing.enqueue(contact, actor=Actor.system("tests"), at=at)
    contact.refresh_from_db()
    return contact


def say(contact: Contact, words: str, *, at: datetime = MONDAY_9AM) -> None:
    """Let the customer say something."""
    conversations.add_message(
        contact,
        author="CUSTOMER",
        body=words,
        client_key=f"c{next(_numbers)}",
        actor=Actor.customer(contact.visitor_ref, contact.institution_id),
        at=at,
    )


def an_active_contact(
    centre: Centre,
    words: str = "提前还款要收违约金吗",
    *,
    person: Person | None = None,
    customer: Customer | None = None,
    at: datetime = MONDAY_9AM,
) -> Contact:
    """Let a visitor write and a person take it."""
    contact = a_waiting_contact(centre, words, customer=customer, at=at)
    entry = QueueEntry.objects.select_related("queue", "contact__institution").get(contact=contact)
    taken_at = at + timedelta(seconds=11)
    return routing.take(entry, actor=centre.actor(person or centre.first), at=taken_at)


def an_offer(contact: Contact, person: Person, *, at: datetime = MONDAY_9AM) -> Offer:
    """Offer a waiting contact to one person, as routing would."""
    entry = QueueEntry.objects.get(contact=contact)
    QueueEntry.objects.filter(pk=entry.pk).update(state="OFFERED")
    return Offer.objects.create(
        entry=entry,
        person=person,
        state=OfferState.OPEN,
        offered_at=at,
        expires_at=at + timedelta(seconds=12),
    )
