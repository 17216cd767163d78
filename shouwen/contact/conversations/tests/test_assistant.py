"""The assistant hears first: a loopback plug proves both of its answers."""

from __future__ import annotations

from datetime import datetime

import pytest

from shouwen.contact.conversations import actions, ports, queries
from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.ports import Answered, HandOver
from shouwen.contact.conversations.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_contact,
    asks,
    later,
    visitor_of,
)
from shouwen.ground.kernel.errors import NotThere


class Loopback:
    """An assistant that knows one question and hands everything else over."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def hear(self, contact_ref: str, message_ref: str, at: datetime) -> Answered | HandOver:
        self.heard.append((contact_ref, message_ref))
        if len(self.heard) == 1:
            return Answered("营业时间是9点到17点。", ("kb_hours@3",))
        return HandOver("out_of_scope")


class Line:
    """A queue that remembers who was put into it."""

    def __init__(self) -> None:
        self.queued: list[tuple[int, str]] = []

    def put(self, contact_id: int, reason: str, at: datetime) -> None:
        self.queued.append((contact_id, reason))
        contact = Contact.objects.get(pk=contact_id)
        actions.queue(
            contact,
            queue_code="online",
            actor=visitor_of(contact),
            at=at,
        )


@pytest.fixture
def line() -> Line:
    made = Line()
    ports.plug_queue(made.put)
    return made


def test_an_answer_becomes_a_message_with_its_sources(bank: Bank, line: Line) -> None:
    loopback = Loopback()
    ports.plug_first_hearer(loopback)
    contact = a_contact(bank)
    question = asks(contact, "几点开门？")
    for _twice in range(2):
        actions.hear_first(contact, question, at=later(seconds=1))
    said = [(m.author_kind, m.body.plain, m.sources) for m in queries.messages_after(contact, 1)]
    assert said == [("ASSISTANT", "营业时间是9点到17点。", "kb_hours@3")]
    assert (contact.state, line.queued) == ("ARRIVED", [])
    assert loopback.heard == [(contact.public_id, question.public_id)]


def test_a_hand_over_queues_with_its_reason(bank: Bank, line: Line) -> None:
    loopback = Loopback()
    ports.plug_first_hearer(loopback)
    contact = a_contact(bank)
    actions.hear_first(contact, asks(contact), at=later(seconds=1))
    second = asks(contact, "我要投诉", "k2", at=later(seconds=5))
    for _twice in range(2):
        actions.hear_first(contact, second, at=later(seconds=6))
    contact.refresh_from_db()
    assert (contact.state, contact.handover_reason) == ("QUEUED", "out_of_scope")
    assert contact.queued_at == later(seconds=6)
    assert line.queued == [(contact.pk, "out_of_scope")]
    third = asks(contact, "在吗", "k3", at=later(seconds=8))
    actions.hear_first(contact, third, at=later(seconds=9))
    assert len(loopback.heard) == 2


def test_without_an_assistant_everyone_gets_a_person(bank: Bank, line: Line) -> None:
    contact = a_contact(bank)
    actions.hear_first(contact, asks(contact), at=later(seconds=1))
    assert (contact.state, contact.handover_reason) == ("QUEUED", "no_assistant")


def test_a_person_is_there_for_the_asking(bank: Bank, line: Line) -> None:
    ports.plug_first_hearer(Loopback())
    contact = a_contact(bank)
    actions.ask_for_person(contact, actor=visitor_of(contact), at=MONDAY_9AM)
    actions.ask_for_person(contact, actor=visitor_of(contact), at=later(seconds=1))
    assert (contact.state, contact.handover_reason) == ("QUEUED", "asked_for_person")
    assert line.queued == [(contact.pk, "asked_for_person")]
    with pytest.raises(NotThere):
        actions.ask_for_person(contact, actor=visitor_of(a_contact(bank)), at=MONDAY_9AM)
    actions.abandon(contact, actor=visitor_of(contact), at=later(seconds=2))
    with pytest.raises(actions.ContactIsOver):
        actions.ask_for_person(contact, actor=visitor_of(contact), at=later(seconds=3))
