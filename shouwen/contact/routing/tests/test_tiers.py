"""What a customer's tiers give them: a sooner turn, a shorter clock, their own person first."""

from __future__ import annotations

from datetime import datetime

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.actions import duties
from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.tests.factories import a_bank, a_contact
from shouwen.contact.routing import actions, queries
from shouwen.contact.routing.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_queue,
    at_desk,
    later,
    seen,
    the_offer,
)
from shouwen.ground.kernel import delivery
from shouwen.ground.policy.models import Clock
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.customers.rules.tiers import Service
from shouwen.people.staff import actions as staff
from shouwen.people.staff.queries import actor_of

WEALTHY = ("value", "HIGH_NET_WORTH")


def a_wealthy(bank: Bank) -> Customer:
    return customers.register_customer(
        bank.institution, name="王芳", value="HIGH_NET_WORTH", actor=bank.system, at=MONDAY_9AM
    )


def give(bank: Bank, service: Service) -> None:
    customers.set_tier_services(
        bank.institution, {WEALTHY: service}, actor=bank.system, at=MONDAY_9AM
    )


def first_reply_due(contact: Contact) -> tuple[datetime, str, bool]:
    clock = Clock.objects.get(subject_ref=contact.public_id, event=duties.FIRST_REPLY)
    return clock.due_at, clock.clause, clock.hard


def test_a_tiers_points_are_the_institutions_own(bank: Bank) -> None:
    """The usual 5 of high net worth give way to what the house says; no other house is asked."""
    other = a_bank("insurer")
    a_queue(other)
    give(bank, Service(points=12))
    ours, theirs = a_wealthy(bank), a_wealthy(other)
    told = []
    for house, customer in ((bank, ours), (other, theirs)):
        contact = a_contact(house, customer=customer)
        entry = actions.enqueue(contact, actor=house.system, at=MONDAY_9AM)
        told.append((entry.priority, queries.decisions_of(contact)[0].inputs["tier_points"]))
    assert told == [(12, 12), (5, 5)]


def test_a_reply_limit_of_a_tier_is_a_clock_of_its_own(bank: Bank) -> None:
    """HB-1.3-06: limits vary by type of customer; the limit holds though the table changes."""
    plain = a_contact(bank)
    due_of_all = first_reply_due(plain)[0]
    give(bank, Service(reply_seconds=10))
    contact = a_contact(bank, customer=a_wealthy(bank))
    assert first_reply_due(contact) == (later(seconds=10), "HB-1.3-06", True)
    give(bank, Service())
    actions.enqueue(contact, actor=bank.system, at=later(seconds=1))
    assert first_reply_due(contact)[0] == later(seconds=10)
    assert first_reply_due(plain)[0] == due_of_all


def test_whoever_is_recognised_later_has_the_limit_from_the_start(bank: Bank) -> None:
    give(bank, Service(reply_seconds=10))
    contact = a_contact(bank)
    assert first_reply_due(contact)[1] != "HB-1.3-06"
    conversations.set_customer(contact, a_wealthy(bank), actor=bank.system, at=later(seconds=4))
    assert first_reply_due(contact) == (later(seconds=10), "HB-1.3-06", True)


def test_a_limit_of_a_tier_waits_for_the_queue_to_open(bank: Bank) -> None:
    give(bank, Service(reply_seconds=10))
    contact = a_contact(bank, customer=a_wealthy(bank))
    conversations.promise_later(
        contact, opens_at=later(hours=1), actor=bank.system, at=later(seconds=1)
    )
    assert first_reply_due(contact)[0] == later(hours=1, seconds=10)


def test_a_customers_own_person_is_offered_first(bank: Bank) -> None:
    wealthy = a_wealthy(bank)
    customers.set_dedicated(wealthy, bank.colleague.public_id, actor=bank.me, at=MONDAY_9AM)
    at_desk(bank.agent)
    at_desk(bank.colleague, at=later(seconds=5))
    give(bank, Service())
    first = actions.enqueue(
        a_contact(bank, customer=wealthy), actor=bank.system, at=later(seconds=6)
    )
    assert first.preferred_person is None
    give(bank, Service(dedicated_first=True))
    again = a_contact(bank, customer=wealthy, at=later(seconds=7))
    entry = actions.enqueue(again, actor=bank.system, at=later(seconds=7))
    assert entry.preferred_person == bank.colleague
    actions.close_entry(first.contact_id, was_abandoned=True, at=later(seconds=7))
    seen(bank.agent, bank.colleague, at=later(seconds=8))
    actions.dispatch_all(later(seconds=8))
    assert the_offer(again).person == bank.colleague
    assert queries.decisions_of(again)[0].inputs["dedicated"] == bank.colleague.name


def test_whoever_is_recognised_in_hand_waits_again_by_their_tier(bank: Bank) -> None:
    """Recognised by the first agent, passed back to the queue: before those who came meanwhile."""
    give(bank, Service(points=12, dedicated_first=True))
    wealthy = a_wealthy(bank)
    customers.set_dedicated(wealthy, bank.colleague.public_id, actor=bank.me, at=MONDAY_9AM)
    contact = a_contact(bank)
    entry = actions.enqueue(contact, actor=bank.system, at=MONDAY_9AM)
    conversations.set_customer(contact, wealthy, actor=bank.system, at=later(seconds=4))
    delivery.deliver_due(later(seconds=5))
    entry.refresh_from_db()
    assert (entry.priority, entry.preferred_person) == (12, bank.colleague)
    assert entry.rank_at < later(seconds=0)
    kept = [row for row in queries.decisions_of(contact) if row.kind == "RANK"]
    assert [row.inputs for row in kept] == [
        {"tier_points": 12, "had_points": 0, "priority": 12, "dedicated": bank.colleague.name}
    ]
    # Said again, it changes nothing.
    assert not actions.rank_anew(contact.pk, later(seconds=9))
    entry.refresh_from_db()
    assert entry.priority == 12


def test_whoever_has_no_tier_of_weight_keeps_the_place(bank: Bank) -> None:
    contact = a_contact(bank)
    entry = actions.enqueue(contact, actor=bank.system, at=MONDAY_9AM)
    plain = customers.register_customer(
        bank.institution, name="李雷", actor=bank.system, at=MONDAY_9AM
    )
    conversations.set_customer(contact, plain, actor=bank.system, at=later(seconds=4))
    assert not actions.rank_anew(contact.pk, later(seconds=4))
    assert not actions.rank_anew(a_contact(bank).pk, later(seconds=4))
    entry.refresh_from_db()
    assert (entry.priority, entry.rank_at) == (0, entry.enqueued_at)


def test_while_their_own_person_is_away_the_deputy_is_offered_it_first(bank: Bank) -> None:
    give(bank, Service(dedicated_first=True))
    wealthy, today = a_wealthy(bank), MONDAY_9AM.date()
    customers.set_dedicated(wealthy, bank.colleague.public_id, actor=bank.me, at=MONDAY_9AM)
    staff.note_absence(bank.colleague, "LEAVE", today, today, actor=bank.system, at=MONDAY_9AM)
    nobody = actions.enqueue(
        a_contact(bank, customer=wealthy), actor=bank.system, at=later(seconds=1)
    )
    assert nobody.preferred_person is None
    own = actor_of(bank.colleague)
    staff.name_deputy(bank.colleague, bank.agent, today, today, actor=own, at=later(seconds=2))
    contact = a_contact(bank, customer=wealthy, at=later(seconds=3))
    entry = actions.enqueue(contact, actor=bank.system, at=later(seconds=3))
    assert entry.preferred_person == bank.agent
    inputs = queries.decisions_of(contact)[0].inputs
    assert inputs["dedicated"] == bank.agent.name
    assert inputs["stands_in_for"] == bank.colleague.name
