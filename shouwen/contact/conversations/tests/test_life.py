"""The life of a contact: five instants, one owner, many hands, one end."""

from __future__ import annotations

from typing import Any

import pytest

from shouwen.contact.conversations import actions, queries
from shouwen.contact.conversations.models import Contact, Handling
from shouwen.contact.conversations.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_contact,
    a_customer,
    asks,
    later,
    replies,
    taken_by,
    visitor_of,
)
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault import keys
from shouwen.ground.vault.models import AuditRow


def test_a_contact_keeps_its_five_instants(bank: Bank) -> None:
    contact = a_contact(bank)
    asks(contact, at=later(seconds=1))
    actions.queue(contact, queue_code="online", actor=bank.system, at=later(seconds=2))
    actions.assign(contact, bank.agent, actor=bank.me, at=later(seconds=10))
    replies(contact, bank.me, at=later(seconds=25))
    actions.end_contact(contact, disposition="RESOLVED", actor=bank.me, at=later(minutes=5))
    assert contact.state == "WRAP_UP"
    actions.wrap_up(contact, actor=bank.me, at=later(minutes=6))

    contact.refresh_from_db()
    assert (
        contact.arrived_at,
        contact.queued_at,
        contact.answered_at,
        contact.first_reply_at,
        contact.ended_at,
        contact.wrapped_up_at,
    ) == (
        MONDAY_9AM,
        later(seconds=2),
        later(seconds=10),
        later(seconds=25),
        later(minutes=5),
        later(minutes=6),
    )
    assert (contact.state, contact.disposition) == ("ENDED", "RESOLVED")
    assert (contact.owner, contact.handler) == (bank.agent, bank.agent)


def test_the_first_person_stays_the_owner(bank: Bank) -> None:
    """HB-1.2-03: the handler changes, the first owner never does."""
    contact = taken_by(bank)
    actions.assign(contact, bank.colleague, actor=bank.me, at=later(minutes=1))
    actions.release(contact, reason="shift_end", actor=bank.other, at=later(minutes=2))
    assert (contact.state, contact.handler, contact.owner) == ("QUEUED", None, bank.agent)
    actions.assign(contact, bank.lead, actor=bank.boss, at=later(minutes=3))
    assert (contact.owner, contact.handler) == (bank.agent, bank.lead)
    stretches = [(h.person, h.from_at, h.until_at, h.reason) for h in queries.handlings_of(contact)]
    assert stretches == [
        (bank.agent, MONDAY_9AM, later(minutes=1), "transferred"),
        (bank.colleague, later(minutes=1), later(minutes=2), "shift_end"),
        (bank.lead, later(minutes=3), None, ""),
    ]


def test_assigning_the_same_person_again_changes_nothing(bank: Bank) -> None:
    contact = taken_by(bank)
    before = contact.message_count
    actions.assign(contact, bank.agent, actor=bank.me, at=later(minutes=1))
    assert contact.message_count == before
    assert Handling.objects.filter(contact=contact).count() == 1


def test_the_first_reply_clock_runs_from_the_queue_to_the_reply(bank: Bank) -> None:
    contact = taken_by(bank)
    clocks = Clock.objects.filter(subject_kind="contact", subject_ref=contact.public_id)
    running = set(clocks.filter(stopped_at__isnull=True).values_list("event", flat=True))
    assert running == {"consult.first_response"}
    replies(contact, bank.me, at=later(seconds=30))
    stopped = clocks.get(event="consult.first_response")
    assert stopped.stopped_at == later(seconds=30)


def test_a_customer_who_leaves_the_queue_has_abandoned(bank: Bank) -> None:
    contact = a_contact(bank)
    actions.queue(contact, queue_code="online", actor=bank.system, at=MONDAY_9AM)
    actions.end_contact(contact, actor=visitor_of(contact), at=later(seconds=40))
    assert (contact.state, contact.disposition) == ("ABANDONED", "ABANDONED")
    left = Clock.objects.filter(subject_ref=contact.public_id, stopped_at__isnull=True)
    assert list(left) == []
    with pytest.raises(actions.ContactIsOver):
        actions.abandon(contact, actor=visitor_of(contact), at=later(seconds=41))


def test_a_customer_ends_and_the_handler_says_how(bank: Bank) -> None:
    contact = taken_by(bank)
    actions.end_contact(contact, actor=visitor_of(contact), at=later(minutes=1))
    assert (contact.state, contact.disposition) == ("WRAP_UP", "")
    with pytest.raises(Invalid) as wrong:
        actions.wrap_up(contact, actor=bank.me, at=later(minutes=2))
    assert set(wrong.value.fields) == {"disposition"}
    actions.wrap_up(contact, disposition="INFORMATION", actor=bank.me, at=later(minutes=2))
    assert (contact.state, contact.disposition) == ("ENDED", "INFORMATION")
    with pytest.raises(actions.NotWrappingUp):
        actions.wrap_up(contact, disposition="OTHER", actor=bank.me, at=later(minutes=3))


def test_ending_twice_is_one_end_and_one_clear_message(bank: Bank) -> None:
    contact = taken_by(bank)
    actions.end_contact(contact, disposition="RESOLVED", actor=bank.me, at=later(minutes=1))
    with pytest.raises(actions.ContactIsOver):
        actions.end_contact(contact, disposition="OTHER", actor=bank.boss, at=later(minutes=2))
    contact.refresh_from_db()
    assert (contact.ended_at, contact.disposition) == (later(minutes=1), "RESOLVED")


def test_an_ending_outside_the_list_is_refused(bank: Bank) -> None:
    contact = taken_by(bank)
    with pytest.raises(Invalid):
        actions.end_contact(contact, disposition="WHATEVER", actor=bank.me, at=MONDAY_9AM)


def test_only_the_handler_or_a_lead_acts_on_a_contact(bank: Bank) -> None:
    contact = taken_by(bank)
    with pytest.raises(NotAllowed):
        actions.end_contact(contact, disposition="OTHER", actor=bank.other, at=later(minutes=1))
    actions.end_contact(contact, disposition="OTHER", actor=bank.boss, at=later(minutes=1))
    assert contact.state == "WRAP_UP"


def test_other_institutions_reach_nothing(bank: Bank) -> None:
    contact = taken_by(bank)
    elsewhere = a_bank("insurer")
    stranger = elsewhere.boss
    assert queries.contact_for(bank.boss, contact.public_id) == contact
    with pytest.raises(NotThere):
        queries.contact_for(stranger, contact.public_id)
    with pytest.raises(NotThere):
        actions.assign(contact, elsewhere.agent, actor=bank.system, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.set_customer(contact, a_customer(elsewhere), actor=bank.me, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        actions.end_contact(contact, disposition="OTHER", actor=stranger, at=MONDAY_9AM)


def test_a_visitor_reaches_their_own_contact_alone(bank: Bank) -> None:
    mine, theirs = a_contact(bank), a_contact(bank)
    assert queries.contact_for(visitor_of(mine), mine.public_id) == mine
    with pytest.raises(NotThere):
        queries.contact_for(visitor_of(mine), theirs.public_id)
    with pytest.raises(NotThere):
        actions.end_contact(theirs, actor=visitor_of(mine), at=MONDAY_9AM)


def test_a_contact_belongs_to_one_customer(bank: Bank) -> None:
    contact, customer = taken_by(bank), a_customer(bank)
    actions.set_customer(contact, customer, actor=bank.me, at=later(minutes=1))
    actions.set_customer(contact, customer, actor=bank.me, at=later(minutes=2))
    said = AuditRow.objects.filter(act="contact.customer-set", object_ref=contact.public_id)
    assert said.count() == 1
    with pytest.raises(actions.CustomerKnown):
        actions.set_customer(
            contact, a_customer(bank, "13800005678"), actor=bank.me, at=later(minutes=3)
        )


def test_the_subject_is_redacted(bank: Bank) -> None:
    contact = a_contact(bank, subject="我的手机13800001234\n收不到短信")
    assert "13800001234" not in contact.subject
    assert "\n" not in contact.subject


@pytest.mark.parametrize("rows", [1, 4])
def test_desk_lists_cost_the_same_for_any_length(
    rows: int, bank: Bank, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        contact = taken_by(bank, at=later(seconds=number))
        asks(contact, at=later(minutes=1))
    me = bank.me
    keys.forget_cached()
    with django_assert_num_queries(4):  # contacts, last words, unread, their keys
        found = queries.my_contacts(me)
    assert [row.preview for row in found] == ["我的卡被冻结了"] * rows
    assert [row.unread for row in found] == [1] * rows


def test_pages_follow_each_other_without_gap_or_repeat(bank: Bank) -> None:
    made = [a_contact(bank).public_id for _n in range(5)]
    first = queries.page_of(bank.boss, limit=2)
    second = queries.page_of(bank.boss, limit=2, cursor=first.next_cursor)
    third = queries.page_of(bank.boss, limit=2, cursor=second.next_cursor)
    seen = [c.public_id for page in (first, second, third) for c in page.items]
    assert seen == list(reversed(made))
    assert third.next_cursor == ""
    with pytest.raises(Invalid):
        queries.page_of(bank.boss, cursor="cont_nobody")


def test_a_contact_in_hand_always_has_an_owner(bank: Bank) -> None:
    contact = taken_by(bank)
    assert Contact.objects.filter(handler__isnull=False, owner__isnull=True).count() == 0
    assert contact.owner is not None
