"""Messages: numbered without gaps, sent once, sealed, delivered and read."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from shouwen.contact.conversations import actions, queries
from shouwen.contact.conversations.models import Message
from shouwen.contact.conversations.rules import talking
from shouwen.contact.conversations.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_contact,
    asks,
    later,
    replies,
    taken_by,
    visitor_of,
)
from shouwen.ground.kernel import topics
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.models import OutboxEvent


def test_the_same_key_says_nothing_twice(bank: Bank) -> None:
    contact = a_contact(bank)
    first = asks(contact, "你好", "k1")
    again = asks(contact, "你好", "k1", at=later(seconds=5))
    assert again == first
    assert contact.message_count == 1
    assert OutboxEvent.objects.filter(name="message.received").count() == 1


def test_the_same_key_with_other_words_is_an_error(bank: Bank) -> None:
    contact = a_contact(bank)
    asks(contact, "你好", "k1")
    with pytest.raises(actions.ClientKeyReused):
        asks(contact, "再见", "k1")


def test_a_repeat_after_the_end_still_gives_the_message(bank: Bank) -> None:
    contact = taken_by(bank)
    said = asks(contact, "谢谢", "k9")
    actions.end_contact(contact, disposition="RESOLVED", actor=bank.me, at=later(minutes=1))
    assert asks(contact, "谢谢", "k9", at=later(minutes=2)) == said
    with pytest.raises(actions.ContactIsOver):
        asks(contact, "还在吗", "k10", at=later(minutes=2))


def test_bodies_are_sealed_in_the_database(bank: Bank) -> None:
    message = asks(a_contact(bank), "卡号6222020200112233445")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM conversations_message WHERE id = %s", [message.pk])
        stored = cursor.fetchone()[0]
    assert "6222" not in stored
    kept = Message.objects.get(pk=message.pk)
    assert kept.body.plain == "卡号6222020200112233445"
    assert "6222020200112233445" not in str(kept.body)


@pytest.mark.parametrize("body", ["", "   \n ", "\x00\x01", "长" * 4001])
def test_empty_and_overlong_words_are_refused(bank: Bank, body: str) -> None:
    contact = a_contact(bank)
    with pytest.raises(Invalid) as wrong:
        asks(contact, body)
    assert set(wrong.value.fields) == {"body"}
    assert contact.message_count == 0


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_becomes_one_that_can_be_kept(text: str) -> None:
    tidy = talking.tidy_text(text)
    assert tidy.encode().decode() == tidy
    assert not [c for c in tidy if c < " " and c not in "\n\t"]
    assert talking.tidy_text(tidy) == tidy


def test_staff_speak_only_in_what_they_have_in_hand(bank: Bank) -> None:
    waiting, mine = a_contact(bank), taken_by(bank)
    with pytest.raises(actions.NotInHand):
        replies(waiting, bank.me, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        replies(mine, bank.other, at=MONDAY_9AM)
    assert replies(mine, bank.me, at=MONDAY_9AM).author_person == bank.agent
    assert replies(mine, bank.boss, key="s2", at=MONDAY_9AM).author_person == bank.lead


def test_nobody_speaks_as_someone_else(bank: Bank) -> None:
    mine, theirs = taken_by(bank), a_contact(bank)
    for author, actor, error in (
        ("STAFF", visitor_of(mine), NotAllowed),
        ("ASSISTANT", visitor_of(mine), NotAllowed),
        ("CUSTOMER", bank.me, NotAllowed),
        ("CUSTOMER", visitor_of(theirs), NotThere),
    ):
        with pytest.raises(error):
            actions.add_message(
                mine, author=author, body="x", client_key="z", actor=actor, at=MONDAY_9AM
            )


def test_delivered_and_read_go_forward_and_only_for_the_other_side(bank: Bank) -> None:
    contact = taken_by(bank)  # 1: the notice
    asks(contact, at=later(seconds=1))  # 2
    replies(contact, bank.me, at=later(seconds=2))  # 3
    visitor = visitor_of(contact)
    marked = actions.mark_read(
        contact, up_to_sequence=3, by="CUSTOMER", actor=visitor, at=later(seconds=3)
    )
    assert marked == 2  # the notice and the reply
    again = actions.mark_read(
        contact, up_to_sequence=3, by="CUSTOMER", actor=visitor, at=later(seconds=9)
    )
    assert again == 0
    question, reply = queries.messages_after(contact, 1)
    assert (question.read_at, question.delivered_at) == (None, None)
    assert (reply.read_at, reply.delivered_at) == (later(seconds=3), later(seconds=3))
    with pytest.raises(NotThere):
        actions.mark_read(contact, up_to_sequence=3, by="STAFF", actor=visitor, at=later(seconds=4))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_numbered_without_gap_or_repeat() -> None:
    bank = a_bank()
    contact = a_contact(bank)
    ready = threading.Barrier(6)

    def speak(writer: int) -> None:
        mine = type(contact).objects.get(pk=contact.pk)
        ready.wait()
        for number in range(5):
            asks(mine, f"{writer}-{number}", f"{writer}-{number}")
            asks(mine, f"{writer}-{number}", f"{writer}-{number}")  # a repeat, as after a cut
        connection.close()

    threads = [threading.Thread(target=speak, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = queries.messages_after(contact)
    assert [m.sequence for m in messages] == list(range(1, 31))
    contact.refresh_from_db()
    assert contact.message_count == 30


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_by_many_at_once_is_one_message() -> None:
    contact = a_contact(a_bank())
    ready = threading.Barrier(5)
    given: list[int] = []

    def speak() -> None:
        mine = type(contact).objects.get(pk=contact.pk)
        ready.wait()
        given.append(asks(mine, "同一句", "same").pk)
        connection.close()

    threads = [threading.Thread(target=speak) for _n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 5
    assert len(set(given)) == 1
    assert Message.objects.filter(contact=contact).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_moves_the_talks_of_a_desk_and_nothing_else(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = taken_by(bank)
    replies(contact, bank.me, at=later(seconds=5))
    told: dict[str, dict[str, object]] = {}
    monkeypatch.setattr(topics, "send", lambda topic, **hint: told.update({topic: hint}))

    asks(contact, "在吗", "k5", at=later(seconds=9))
    talks = {"only": "talk", "contact": contact.public_id}
    assert told == {
        f"contact-{contact.public_id}": {"up_to": contact.message_count},
        f"person-{bank.agent.public_id}": talks,
    }

    told.clear()
    actions.mark_read(
        contact, up_to_sequence=3, by="CUSTOMER", actor=visitor_of(contact), at=later(seconds=10)
    )
    marks = {"seen_by": "customer", "read": 3, "delivered": 3}
    assert told == {f"contact-{contact.public_id}": marks}

    told.clear()
    actions.mark_delivered(
        contact, up_to_sequence=10**6, by="STAFF", actor=bank.me, at=later(seconds=11)
    )
    assert told == {
        f"contact-{contact.public_id}": {"seen_by": "staff", "delivered": contact.message_count},
        f"person-{bank.agent.public_id}": talks,
    }

    told.clear()
    actions.end_contact(contact, disposition="RESOLVED", actor=bank.me, at=later(minutes=1))
    assert told[f"queues-{bank.institution.code}"] == {"broad": 1}
    assert told[f"person-{bank.agent.public_id}"] == {}
