"""Offers: made once, answered once, and back in the queue when nobody answers."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact, Message
from shouwen.contact.conversations.tests.factories import a_bank, visitor_of
from shouwen.contact.routing import actions, queries
from shouwen.contact.routing.models import Decision, Offer, OfferState, QueueEntry
from shouwen.contact.routing.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_queue,
    a_waiting,
    acting,
    at_desk,
    later,
    seen,
    the_offer,
)
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Presence


def test_a_waiting_contact_is_offered_and_accepted(bank: Bank) -> None:
    at_desk(bank.agent)
    entry = a_waiting(bank)
    assert actions.dispatch(bank.institution.pk, later(seconds=1)) == 1
    offer = the_offer()
    assert (offer.person, offer.expires_at) == (bank.agent, later(seconds=13))  # 12 s, design
    contact = actions.accept_offer(offer, actor=bank.me, at=later(seconds=4))
    assert (contact.state, contact.owner, contact.handler) == ("ACTIVE", bank.agent, bank.agent)
    entry.refresh_from_db()
    assert entry.state == "ASSIGNED"
    (notice,) = Message.objects.filter(contact=contact, author_kind="SYSTEM")
    assert bank.agent.name in notice.body.plain


def test_dispatching_again_offers_nothing_twice(bank: Bank) -> None:
    at_desk(bank.agent, bank.colleague)
    a_waiting(bank)
    assert actions.dispatch(bank.institution.pk, later(seconds=1)) == 1
    assert actions.dispatch(bank.institution.pk, later(seconds=1)) == 0
    assert Offer.objects.count() == 1


def test_accepting_twice_is_one_acceptance(bank: Bank) -> None:
    at_desk(bank.agent)
    a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    offer = the_offer()
    first = actions.accept_offer(offer, actor=bank.me, at=later(seconds=2))
    assert actions.accept_offer(offer, actor=bank.me, at=later(seconds=3)) == first
    assert Message.objects.filter(contact=first).count() == 1


def test_an_offer_accepted_too_late_says_so(bank: Bank) -> None:
    at_desk(bank.agent)
    a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    with pytest.raises(actions.OfferGone):
        actions.accept_offer(the_offer(), actor=bank.me, at=later(seconds=13))


def test_an_offer_is_its_persons_alone(bank: Bank) -> None:
    at_desk(bank.agent)
    a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    for act in (actions.accept_offer, actions.decline_offer):
        with pytest.raises(NotThere):
            act(the_offer(), actor=bank.other, at=later(seconds=2))


def test_nobody_answers_and_the_contact_goes_to_someone_else(bank: Bank) -> None:
    """Twelve seconds unanswered: back to the queue, and the person's break says missed."""
    at_desk(bank.agent, bank.colleague)
    entry = a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    missed = the_offer()
    seen(bank.agent, bank.colleague, at=later(seconds=10))
    assert actions.sweep(later(seconds=12)) == 0
    actions.sweep(later(seconds=13))
    missed.refresh_from_db()
    presence = Presence.objects.get(person=missed.person)
    assert (missed.state, presence.state, presence.reason) == ("EXPIRED", "BREAK", "missed")
    entry.refresh_from_db()
    assert (entry.state, entry.returns) == ("WAITING", 1)
    actions.dispatch_all(later(seconds=13))
    assert the_offer().person != missed.person
    assert actions.sweep(later(seconds=13)) == 0


def test_declined_goes_to_the_next_and_not_straight_back(bank: Bank) -> None:
    at_desk(bank.agent)
    a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    offer = the_offer()
    actions.decline_offer(offer, actor=bank.me, at=later(seconds=2))
    actions.decline_offer(offer, actor=bank.me, at=later(seconds=3))
    assert actions.dispatch_all(later(seconds=4)) == 0
    seen(bank.agent, at=later(seconds=33))
    assert actions.dispatch_all(later(seconds=33)) == 1
    with pytest.raises(actions.OfferGone):
        actions.accept_offer(offer, actor=bank.me, at=later(seconds=33))


def test_a_customer_who_left_is_offered_to_nobody(bank: Bank) -> None:
    at_desk(bank.agent)
    entry = a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    offer = the_offer()
    conversations.abandon(entry.contact, actor=visitor_of(entry.contact), at=later(seconds=2))
    with pytest.raises(actions.OfferGone):
        actions.accept_offer(offer, actor=bank.me, at=later(seconds=3))
    assert actions.sweep(later(seconds=3)) == 1
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    for _twice in range(2):
        actions.close_entry(entry.contact_id, was_abandoned=True, at=later(seconds=2))
    entry.refresh_from_db()
    assert (entry.state, entry.closed_at) == ("ABANDONED", later(seconds=2))
    assert actions.dispatch_all(later(seconds=4)) == 0


def test_people_pull_from_the_queue_by_hand(bank: Bank) -> None:
    entry = a_waiting(bank)
    contact = actions.take(entry, actor=bank.me, at=later(seconds=5))
    assert contact.owner == bank.agent
    assert actions.take(entry, actor=bank.me, at=later(seconds=6)) == contact
    with pytest.raises(actions.NotWaiting):
        actions.take(entry, actor=bank.other, at=later(seconds=6))


def test_only_a_lead_takes_what_is_on_offer_to_a_colleague(bank: Bank) -> None:
    at_desk(bank.agent)
    entry = a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    offer = the_offer()
    with pytest.raises(actions.OfferedElsewhere):
        actions.take(entry, actor=bank.other, at=later(seconds=2))
    assert actions.take(entry, actor=bank.boss, at=later(seconds=3)).owner == bank.lead
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN


def test_taking_stops_at_capacity(bank: Bank) -> None:
    at_desk(bank.agent)
    actions.set_capacity(bank.agent, "chat", 1, actor=bank.system, at=MONDAY_9AM)
    first, second = a_waiting(bank), a_waiting(bank)
    actions.take(first, actor=bank.me, at=later(seconds=1))
    with pytest.raises(actions.HandsFull):
        actions.take(second, actor=bank.me, at=later(seconds=2))


def test_strangers_and_readers_take_nothing(bank: Bank) -> None:
    entry = a_waiting(bank)
    with pytest.raises(NotThere):
        actions.take(entry, actor=a_bank("insurer").me, at=later(seconds=1))
    with pytest.raises(NotAllowed):
        actions.take(entry, actor=bank.system, at=later(seconds=1))


def test_a_person_never_gets_more_than_they_can_hold(bank: Bank) -> None:
    at_desk(bank.agent)
    actions.set_capacity(bank.agent, "chat", 2, actor=bank.system, at=MONDAY_9AM)
    for _n in range(4):
        a_waiting(bank)
    for second in range(1, 4):
        actions.dispatch_all(later(seconds=second))
        for offer in queries.my_offers(bank.me, later(seconds=second)):
            actions.accept_offer(offer, actor=bank.me, at=later(seconds=second))
    assert Contact.objects.filter(handler=bank.agent, state="ACTIVE").count() == 2


def test_why_a_contact_went_where_it_went_is_kept(bank: Bank) -> None:
    at_desk(bank.agent)
    contact = a_waiting(bank).contact
    actions.dispatch_all(later(seconds=1))
    kinds = [(d.kind, d.chosen) for d in queries.decisions_of(contact)]
    assert kinds == [("QUEUE", "online"), ("PERSON", bank.agent.public_id)]
    inputs = Decision.objects.get(kind="PERSON").inputs
    assert (inputs["candidates"], inputs["is_preferred"]) == (1, False)


@pytest.mark.parametrize("rows", [1, 6])
def test_a_round_costs_the_same_however_many_wait(
    rows: int, bank: Bank, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        a_waiting(bank, at=later(seconds=number))
    staff.set_presence(bank.agent, "BREAK", actor=bank.me, at=MONDAY_9AM)
    at_desk(bank.colleague)
    actions.set_capacity(bank.colleague, "chat", 0, actor=bank.system, at=MONDAY_9AM)
    with django_assert_num_queries(12):
        assert actions.dispatch(bank.institution.pk, later(seconds=8)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_get_one_contact_and_one_message() -> None:
    bank = a_bank()
    a_queue(bank)
    for _round in range(5):
        entry = a_waiting(bank)
        ready = threading.Barrier(2)
        outcomes: list[str] = []

        def press(person: Any, entry_id: int, ready: Any, outcomes: list[str]) -> None:
            entry = QueueEntry.objects.select_related("contact").get(pk=entry_id)
            actor = acting(person)
            ready.wait()
            try:
                actions.take(entry, actor=actor, at=later(seconds=1))
                outcomes.append("taken")
            except actions.NotWaiting:
                outcomes.append("told")
            connection.close()

        threads = [
            threading.Thread(target=press, args=(person, entry.pk, ready, outcomes))
            for person in (bank.agent, bank.colleague)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["taken", "told"]


@pytest.mark.django_db(transaction=True)
def test_many_dispatchers_at_once_make_each_offer_once() -> None:
    bank = a_bank()
    a_queue(bank)
    at_desk(bank.agent, bank.colleague, bank.lead)
    for _n in range(3):
        a_waiting(bank)
    ready = threading.Barrier(4)
    made: list[int] = []

    def run() -> None:
        ready.wait()
        made.append(actions.dispatch(bank.institution.pk, later(seconds=1)))
        connection.close()

    threads = [threading.Thread(target=run) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == 3
    offered = Offer.objects.values_list("entry_id", "person_id")
    assert len({e for e, _p in offered}) == len({p for _e, p in offered}) == 3


@pytest.mark.django_db(transaction=True)
def test_acceptance_and_expiry_at_once_end_in_one_of_the_two() -> None:
    bank = a_bank()
    a_queue(bank)
    for number in range(4):
        at = MONDAY_9AM + timedelta(minutes=number)
        at_desk(bank.agent, at=at)
        entry = a_waiting(bank, at=at)
        actions.dispatch(bank.institution.pk, at)
        offer = the_offer(entry.contact)
        ready = threading.Barrier(2)
        accepted: list[bool] = []

        def accept(offer: Offer, ready: Any, accepted: list[bool]) -> None:
            ready.wait()
            try:
                actions.accept_offer(offer, actor=bank.me, at=offer.offered_at)
                accepted.append(True)
            except actions.OfferGone:
                accepted.append(False)
            connection.close()

        def expire(offer: Offer, ready: Any) -> None:
            ready.wait()
            actions.sweep(offer.expires_at - timedelta(seconds=3))
            actions.sweeping.expire_offers(offer.expires_at)
            connection.close()

        threads = [
            threading.Thread(target=accept, args=(offer, ready, accepted)),
            threading.Thread(target=expire, args=(offer, ready)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        entry.refresh_from_db()
        assert entry.state == ("ASSIGNED" if accepted == [True] else "WAITING")
        contact = Contact.objects.get(pk=entry.contact_id)
        assert contact.state == ("ACTIVE" if accepted == [True] else "QUEUED")
        conversations.end_contact(contact, disposition="OTHER", actor=bank.boss, at=at)
        actions.close_entry(contact.pk, was_abandoned=False, at=at)
