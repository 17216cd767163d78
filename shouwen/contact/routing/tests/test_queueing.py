"""Queues: which one, at which rank, and back into it when a line is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import ports
from shouwen.contact.conversations.events import MessageReceived
from shouwen.contact.conversations.models import Contact, Message
from shouwen.contact.conversations.ports import Answered, HandOver
from shouwen.contact.conversations.tests.factories import (
    a_bank,
    a_contact,
    asks,
    taken_by,
    visitor_of,
)
from shouwen.contact.routing import access, actions, handlers, loops, queries
from shouwen.contact.routing.models import Decision, Offer, Queue, QueueEntry
from shouwen.contact.routing.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_queue,
    a_waiting,
    at_desk,
    later,
    seen,
    the_offer,
)
from shouwen.ground.kernel import delivery, time
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.people.customers import actions as customers
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Presence
from shouwen.people.staff.tests.factories import a_person


def heard(message: Message, at: datetime) -> MessageReceived:
    contact = message.contact
    return MessageReceived(
        institution_id=contact.institution_id,
        occurred_at=at,
        contact_id=contact.pk,
        contact_public_id=contact.public_id,
        channel=contact.channel,
        message_id=message.pk,
        message_public_id=message.public_id,
        sequence=message.sequence,
    )


def test_enqueuing_twice_is_one_place(bank: Bank) -> None:
    contact = a_contact(bank)
    first = actions.enqueue(contact, actor=bank.system, at=MONDAY_9AM)
    again = actions.enqueue(contact, actor=bank.system, at=later(seconds=9))
    assert again == first
    assert (contact.state, contact.queue_code, contact.queued_at) == (
        "QUEUED",
        "online",
        MONDAY_9AM,
    )


def test_the_table_says_which_queue(bank: Bank) -> None:
    a_queue(bank, "cards", intents=("cards",))
    a_queue(bank, "english", languages=("en",))
    assert a_waiting(bank, intent="cards").queue.code == "cards"
    assert a_waiting(bank, language="en").queue.code == "english"
    entry = a_waiting(bank, intent="loans")
    assert entry.queue.code == "online"
    decision = Decision.objects.get(entry=entry)
    assert (decision.inputs["intent"], decision.inputs["rule"]) == ("loans", None)


def test_an_institution_without_queues_loses_nobody(db: None) -> None:
    bank = a_bank()
    assert a_waiting(bank).queue.code == "general"
    assert Queue.objects.filter(institution=bank.institution, is_default=True).count() == 1


def test_higher_tiers_come_sooner_and_nobody_starves(bank: Bank) -> None:
    wealthy = customers.register_customer(
        bank.institution,
        name="王芳",
        value="HIGH_NET_WORTH",
        actor=bank.system,
        at=MONDAY_9AM,
    )
    early = a_waiting(bank, at=MONDAY_9AM)
    contact = a_contact(bank, at=later(minutes=2))
    conversations.set_customer(contact, wealthy, actor=bank.system, at=later(minutes=2))
    valued = actions.enqueue(contact, actor=bank.system, at=later(minutes=2))
    late_contact = a_contact(bank, at=later(minutes=10))
    conversations.set_customer(late_contact, wealthy, actor=bank.system, at=later(minutes=10))
    late = actions.enqueue(late_contact, actor=bank.system, at=later(minutes=10))
    order = [row.entry for row in queries.waiting(bank.boss, later(minutes=10))]
    assert order == [valued, early, late]


def test_only_the_qualified_are_offered(bank: Bank) -> None:
    """HB-1.1-02: whoever lacks the qualification is not routed to."""
    wealth = staff.define_skill(
        institution=bank.institution,
        code="wealth",
        name_zh="理财",
        actor=bank.system,
        at=MONDAY_9AM,
    )
    a_queue(bank, "wealth", intents=("wealth",), skill_code="wealth", min_level=3)
    staff.teach_skill(bank.colleague, wealth, 3, actor=bank.system, at=MONDAY_9AM)
    at_desk(bank.agent, bank.colleague)
    a_waiting(bank, intent="wealth")
    actions.dispatch_all(later(seconds=1))
    assert the_offer().person == bank.colleague


def test_each_skill_of_a_queue_is_asked_for(bank: Bank) -> None:
    """A queue of two skills: one of them, or one of them too low, is not enough (HB-2.1-02)."""
    wealth, english = (
        staff.define_skill(
            institution=bank.institution, code=code, name_zh=name, actor=bank.system, at=MONDAY_9AM
        )
        for code, name in (("wealth", "理财"), ("english", "英语"))
    )
    queue = a_queue(bank, "wealth", intents=("wealth",))
    asked = (actions.SkillSettings("wealth", 3), actions.SkillSettings("english", 2))
    wanted = replace(actions.settings_of(queue), skills=asked, steps=())
    actions.change_queue(queue, wanted, seen=queue.revision, actor=bank.system, at=MONDAY_9AM)
    assert actions.settings_of(queue).skills == asked
    both = a_person(bank.unit, "agent")
    for person, skill, level in (
        (bank.agent, wealth, 5),
        (bank.colleague, wealth, 4),
        (bank.colleague, english, 1),
        (both, wealth, 3),
        (both, english, 2),
    ):
        staff.teach_skill(person, skill, level, actor=bank.system, at=MONDAY_9AM)
    at_desk(bank.agent, bank.colleague, both)
    entry = a_waiting(bank, intent="wealth")
    actions.dispatch_all(later(seconds=1))
    assert the_offer().person == both
    told = queries.story_of(bank.boss, entry.contact.public_id, later(seconds=1)).steps[-1]
    assert isinstance(told, queries.Made)
    assert [(one.name, one.level) for one in told.asked] == [("理财", 3), ("英语", 2)]
    assert {
        judged.person: (judged.verdict.levels, judged.verdict.obstacles) for judged in told.judged
    } == {
        both: ({"wealth": 3, "english": 2}, ()),
        bank.agent: ({"wealth": 5, "english": 0}, ("NO_SKILL",)),
        bank.colleague: ({"wealth": 4, "english": 1}, ("LOW_LEVEL",)),
    }


def test_the_last_person_comes_first(bank: Bank) -> None:
    earlier = a_contact(bank, visitor_ref="visit_same")
    actions.enqueue(earlier, actor=bank.system, at=MONDAY_9AM)
    conversations.assign(earlier, bank.colleague, actor=bank.other, at=later(seconds=1))
    conversations.end_contact(
        earlier, disposition="RESOLVED", actor=bank.other, at=later(seconds=2)
    )
    at_desk(bank.agent, bank.colleague, at=later(seconds=3))
    contact = a_contact(bank, visitor_ref="visit_same", at=later(seconds=4))
    actions.enqueue(contact, actor=bank.system, at=later(seconds=4))
    actions.dispatch_all(later(seconds=5))
    assert the_offer().person == bank.colleague


def test_a_lost_connection_returns_live_work_within_fifteen_seconds(bank: Bank) -> None:
    at_desk(bank.agent)
    contact = actions.take(a_waiting(bank), actor=bank.me, at=later(seconds=1))
    seen(bank.agent, at=later(seconds=5))
    assert loops.turn(later(seconds=14)) == 0
    done_at = next(
        half / 2 for half in range(28, 60) if loops.turn(later(seconds=half / 2)) and half
    )
    assert done_at - 5 <= 15
    contact.refresh_from_db()
    assert (contact.state, contact.handler, contact.owner) == ("QUEUED", None, bank.agent)
    notice = Message.objects.filter(contact=contact, author_kind="SYSTEM").latest("sequence")
    assert bank.agent.name in notice.body.plain
    entry = QueueEntry.objects.get(contact=contact)
    assert (entry.state, entry.return_reason) == ("WAITING", "connection_lost")
    assert Presence.objects.get(person=bank.agent).state == "OFFLINE"
    assert actions.sweep(later(seconds=40)) == 0

    at_desk(bank.colleague, at=later(seconds=41))
    actions.dispatch_all(later(seconds=41))
    actions.accept_offer(the_offer(), actor=bank.other, at=later(seconds=42))
    contact.refresh_from_db()
    assert (contact.handler, contact.owner) == (bank.colleague, bank.agent)


def test_whoever_gives_a_contact_back_is_not_asked_again_at_once(bank: Bank) -> None:
    at_desk(bank.agent)
    contact = actions.take(a_waiting(bank), actor=bank.me, at=later(seconds=1))
    rank = QueueEntry.objects.get(contact=contact).rank_at
    entry = actions.return_to_queue(
        contact, reason="other_skill", actor=bank.me, at=later(seconds=5)
    )
    assert (entry.state, entry.rank_at, entry.returns) == ("WAITING", rank, 1)
    assert actions.dispatch_all(later(seconds=6)) == 0
    with pytest.raises(conversations.NotInHand):
        actions.return_to_queue(contact, reason="x", actor=bank.boss, at=later(seconds=7))
    with pytest.raises(NotAllowed):
        actions.return_to_queue(contact, reason="x", actor=bank.other, at=later(seconds=7))


def test_a_contact_goes_back_into_another_queue(bank: Bank) -> None:
    cards = a_queue(bank, "cards")
    contact = actions.take(a_waiting(bank), actor=bank.me, at=later(seconds=1))
    actions.return_to_queue(
        contact, reason="other_skill", actor=bank.me, at=later(seconds=5), queue=cards
    )
    assert contact.queue_code == "cards"
    assert QueueEntry.objects.get(contact=contact).queue == cards
    foreign = a_bank("insurer")
    theirs = a_queue(foreign)
    back = taken_by(bank)
    with pytest.raises(NotThere):
        actions.return_to_queue(back, reason="x", actor=bank.me, at=later(seconds=6), queue=theirs)


def test_a_customers_words_reach_the_queue_by_themselves(
    bank: Bank, django_capture_on_commit_callbacks: Any
) -> None:
    """From the first message to the offer through the outbox, with no assistant plugged in."""
    at_desk(bank.agent)
    contact = a_contact(bank)
    asks(contact)
    with time.frozen(later(seconds=1)):
        delivery.deliver_due(later(seconds=1))
        delivery.deliver_due(later(seconds=1))
    contact.refresh_from_db()
    assert (contact.state, contact.handover_reason) == ("QUEUED", "no_assistant")
    loops.turn(later(seconds=1))
    assert the_offer().entry.contact == contact


def test_a_hearer_called_twice_does_once(bank: Bank) -> None:
    contact = a_contact(bank)
    fact = heard(asks(contact), MONDAY_9AM)
    for _twice in range(2):
        with time.frozen(later(seconds=1)):
            handlers.hear_first(fact)
    assert QueueEntry.objects.filter(contact=contact).count() == 1
    assert Decision.objects.filter(entry__contact=contact).count() == 1


class Loopback:
    """An assistant that answers once and then hands over."""

    def __init__(self) -> None:
        self.says: list[Answered | HandOver] = [Answered("9点"), HandOver("angry")]

    def hear(self, contact_ref: str, message_ref: str, at: datetime) -> Answered | HandOver:
        return self.says.pop(0)


def test_the_assistant_is_heard_before_any_person(bank: Bank) -> None:
    ports.plug_first_hearer(Loopback())
    try:
        contact = a_contact(bank)
        for number, state in enumerate(("ARRIVED", "QUEUED")):
            asks(contact, f"问题{number}", f"k{number}")
            with time.frozen(later(seconds=number)):
                delivery.deliver_due(later(seconds=number))
            contact.refresh_from_db()
            assert contact.state == state
    finally:
        ports.plug_first_hearer(None)
    entry = QueueEntry.objects.get(contact=contact)
    assert Decision.objects.get(entry=entry, kind="QUEUE").inputs["reason"] == "angry"
    assert contact.handover_reason == "angry"


def test_the_end_of_a_contact_ends_its_place(bank: Bank) -> None:
    entry = a_waiting(bank)
    contact = actions.take(entry, actor=bank.me, at=later(seconds=1))
    conversations.end_contact(contact, disposition="RESOLVED", actor=bank.me, at=later(seconds=5))
    delivery.deliver_due(later(seconds=6))
    entry.refresh_from_db()
    assert (entry.state, entry.closed_at) == ("DONE", later(seconds=5))


def test_live_counts_say_what_is_true_now(bank: Bank) -> None:
    a_queue(bank, "cards", intents=("cards",))
    at_desk(bank.agent, bank.colleague)
    a_waiting(bank, at=later(seconds=0))
    a_waiting(bank, at=later(seconds=5))
    actions.take(a_waiting(bank, at=later(seconds=6)), actor=bank.me, at=later(seconds=7))
    cards, online = queries.live_counts(bank.institution.pk, later(seconds=10))
    assert (online.waiting, online.offered, online.in_hand) == (2, 0, 1)
    assert (online.longest_wait_seconds, online.free) == (10.0, 2)
    assert (cards.waiting, cards.longest_wait_seconds, cards.free) == (0, 0.0, 2)


def test_a_waiting_customer_learns_their_place(bank: Bank) -> None:
    first, second = a_waiting(bank), a_waiting(bank, at=later(seconds=1))
    place = queries.position(second.contact, later(seconds=2))
    assert place == queries.Place("online", 2, None)  # nobody at work: nobody can say
    contact = actions.take(first, actor=bank.me, at=later(seconds=2))
    assert queries.position(contact, later(seconds=3)) is None
    conversations.end_contact(contact, disposition="OTHER", actor=bank.me, at=later(seconds=92))
    conversations.wrap_up(contact, actor=bank.me, at=later(seconds=93))
    at_desk(bank.agent, at=later(seconds=94))
    place = queries.position(second.contact, later(seconds=95))
    assert place == queries.Place("online", 1, 30)  # 90 s each, three at once


@pytest.mark.parametrize("rows", [1, 5])
def test_the_waiting_list_costs_the_same_for_any_length(
    rows: int, bank: Bank, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        entry = a_waiting(bank, at=later(seconds=number))
        asks(entry.contact, at=later(seconds=number))
    boss = bank.boss
    with django_assert_num_queries(3):
        assert len(queries.waiting(boss, later(minutes=1))) == rows


def test_topics_are_followed_by_those_who_may(bank: Bank) -> None:
    stranger = a_bank("insurer").boss
    assert access.may_follow_queues(bank.me, "bank")
    assert not access.may_follow_queues(stranger, "bank")
    assert not access.may_follow_queues(None, "bank")
    assert access.may_follow_person(bank.me, bank.agent.public_id)
    assert not access.may_follow_person(bank.boss, bank.agent.public_id)


def test_queues_are_set_up_by_those_who_may(bank: Bank) -> None:
    with pytest.raises(NotAllowed):
        actions.open_queue(
            institution=bank.institution, code="x", name_zh="某", actor=bank.me, at=MONDAY_9AM
        )
    with pytest.raises(actions.QueueExists):
        a_queue(bank)
    with pytest.raises(actions.QueueExists):
        a_queue(bank, "second", is_default=True)


def test_an_offer_to_someone_who_went_offline_is_withdrawn(bank: Bank) -> None:
    at_desk(bank.agent)
    entry = a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    staff.set_presence(bank.agent, "OFFLINE", actor=bank.me, at=later(seconds=2))
    actions.sweep(later(seconds=2))
    assert list(Offer.objects.values_list("state", flat=True)) == ["WITHDRAWN"]
    entry.refresh_from_db()
    assert entry.state == "WAITING"
    assert Contact.objects.get(pk=entry.contact_id).state == "QUEUED"
    assert visitor_of(entry.contact).ref == entry.contact.visitor_ref
