"""A small bank whose contacts the tests work on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from shouwen.contact.conversations import actions
from shouwen.contact.conversations.models import Contact, Message
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff.models import Institution, Person, Unit
from shouwen.people.staff.tests import factories as staff

MONDAY_9AM = staff.MONDAY_9AM
FOUNDER = staff.FOUNDER
_visits = count(1)


def later(**span: float) -> datetime:
    """Give a moment so long after Monday nine o'clock."""
    return MONDAY_9AM + timedelta(**span)


@dataclass
class Bank:
    """One institution with a unit, two agents and a lead."""

    institution: Institution
    unit: Unit
    agent: Person
    colleague: Person
    lead: Person

    @property
    def me(self) -> Actor:
        """The agent as an actor."""
        return staff.acting(self.agent)

    @property
    def other(self) -> Actor:
        """The colleague as an actor."""
        return staff.acting(self.colleague)

    @property
    def boss(self) -> Actor:
        """The lead as an actor."""
        return staff.acting(self.lead)

    @property
    def system(self) -> Actor:
        """The centre itself."""
        return Actor.system("tests", self.institution.pk)


def a_bank(code: str = "bank") -> Bank:
    """Found a bank."""
    institution = staff.an_institution(code)
    unit = staff.a_unit(institution)
    return Bank(
        institution,
        unit,
        staff.a_person(unit, "agent"),
        staff.a_person(unit, "agent"),
        staff.a_person(unit, "lead"),
    )


def a_customer(bank: Bank, phone: str = "13800001234") -> Customer:
    """Register a customer."""
    return customers.register_customer(
        bank.institution,
        name="欧阳文静",
        phone=phone,
        actor=FOUNDER,
        at=MONDAY_9AM,
    )


def a_contact(
    bank: Bank,
    *,
    at: datetime = MONDAY_9AM,
    visitor_ref: str = "",
    subject: str = "",
    language: str = "zh-hans",
    intent: str = "",
    customer: Customer | None = None,
) -> Contact:
    """Let a visitor arrive by chat."""
    visitor = visitor_ref or f"visit_{next(_visits)}"
    return actions.open_contact(
        institution=bank.institution,
        channel="chat",
        visitor_ref=visitor,
        actor=Actor.customer(visitor, bank.institution.pk),
        at=at,
        subject=subject,
        language=language,
        intent=intent,
        customer=customer,
    )


def visitor_of(contact: Contact) -> Actor:
    """Give the visitor of a contact as an actor."""
    return Actor.customer(contact.visitor_ref, contact.institution_id)


def asks(
    contact: Contact, body: str = "我的卡被冻结了", key: str = "k1", *, at: datetime = MONDAY_9AM
) -> Message:
    """Let the visitor say something."""
    return actions.add_message(
        contact, author="CUSTOMER", body=body, client_key=key, actor=visitor_of(contact), at=at
    )


def replies(
    contact: Contact, actor: Actor, body: str = "您好", key: str = "s1", *, at: datetime
) -> Message:
    """Let a person reply."""
    return actions.add_message(
        contact, author="STAFF", body=body, client_key=key, actor=actor, at=at
    )


def taken_by(bank: Bank, person: Person | None = None, *, at: datetime = MONDAY_9AM) -> Contact:
    """Give a contact that waits no more: a person has it in hand."""
    contact = a_contact(bank, at=at)
    actions.queue(contact, queue_code="online", actor=bank.system, at=at)
    person = person or bank.agent
    actions.assign(contact, person, actor=staff.acting(person), at=at)
    return contact
