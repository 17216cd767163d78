"""A busy floor with everything that goes wrong: nothing is lost, doubled, or left lying."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import queries as contacts
from shouwen.contact.conversations.models import Contact, Handling, Message
from shouwen.contact.conversations.tests.factories import a_contact, asks, replies
from shouwen.contact.routing import actions, loops, queries
from shouwen.contact.routing.models import Offer, QueueEntry
from shouwen.contact.routing.tests.factories import Bank, acting, at_desk, later, seen
from shouwen.ground.kernel import delivery, time
from shouwen.ground.kernel.models import Delivery
from shouwen.people.staff.models import Person

CONTACTS = 24
CAPACITY = 3


@pytest.mark.parametrize("seed", [1, 2])
def test_everyone_is_served_once_whatever_happens(bank: Bank, seed: int) -> None:
    chance = random.Random(seed)
    people = [bank.agent, bank.colleague, bank.lead]
    at_desk(*people)
    away_until = dict.fromkeys([person.pk for person in people], 0)
    for number in range(CONTACTS):
        asks(a_contact(bank, at=later(seconds=number // 4)), at=later(seconds=number // 4))
    for second in range(1, 900):
        with time.frozen(later(seconds=second)):
            delivery.deliver_due(later(seconds=second))
            loops.turn(later(seconds=second))
            for person in people:
                if second >= away_until[person.pk]:
                    _work(person, second, chance, away_until)
        assert _in_hand() <= CAPACITY
        if Contact.objects.filter(state="ENDED").count() == CONTACTS:
            break
    delivery.deliver_due(later(seconds=1000))

    ended = Contact.objects.order_by("pk")
    assert {(c.state, c.disposition, c.handler_id is None) for c in ended} == {
        ("ENDED", "RESOLVED", False)
    }
    for contact in ended:
        first = Handling.objects.filter(contact=contact).order_by("pk")[0]
        assert contact.owner_id == first.person_id
        said = [m.sequence for m in contacts.messages_after(contact)]
        assert said == list(range(1, contact.message_count + 1))
    assert Counter(QueueEntry.objects.values_list("state", flat=True)) == {"DONE": CONTACTS}
    assert not Offer.objects.filter(state="OPEN").exists()
    assert not Handling.objects.filter(until_at__isnull=True).exists()
    assert not Delivery.objects.exclude(state="DONE").exists()
    assert Message.objects.filter(author_kind="CUSTOMER").count() == CONTACTS


def _work(person: Person, second: int, chance: random.Random, away_until: dict[int, int]) -> None:
    """One second at one desk: accept, decline, overlook, lose the line, reply, finish."""
    at, actor = later(seconds=second), acting(person)
    seen(person, at=at)
    presence = type(person.presence).objects.get(person=person)
    if presence.state != "READY":
        at_desk(person, at=at)
    dice = chance.random()
    if dice < 0.02:
        away_until[person.pk] = second + 25  # the line is lost, with whatever is in hand
        return
    for offer in queries.my_offers(actor, at):
        if dice < 0.1:
            actions.decline_offer(offer, actor=actor, at=at)
        elif dice < 0.8:
            actions.accept_offer(offer, actor=actor, at=at)
    for row in contacts.my_contacts(actor):
        contact = row.contact
        if contact.state == "WRAP_UP":
            conversations.wrap_up(contact, actor=actor, at=at)
        elif chance.random() < 0.3:
            replies(contact, actor, key=f"{person.pk}-{second}", at=at)
            conversations.end_contact(contact, disposition="RESOLVED", actor=actor, at=at)


def _in_hand() -> int:
    active = Contact.objects.filter(state="ACTIVE").values_list("handler_id", flat=True)
    return max(Counter(active).values(), default=0)
