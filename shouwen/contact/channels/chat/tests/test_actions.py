"""What a visitor does has its effect once, within limits, and only on what is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shouwen.contact.channels.chat import access, actions, queries
from shouwen.contact.channels.chat.actions import Caller
from shouwen.contact.channels.chat.models import Visit
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact, ContactState, Message
from shouwen.ground.kernel import errors
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests.factories import MONDAY_9AM

KEY = "key-0000-{}"


def say(
    visitor: Caller, number: int = 1, text: str = "信用卡被盗刷", seconds: float = 0
) -> actions.Acknowledged:
    at = MONDAY_9AM + timedelta(seconds=seconds)
    return actions.say(visitor, key=KEY.format(number), text=text, at=at)


def said_in(contact_ref: str) -> list[tuple[int, str]]:
    rows = Message.objects.filter(contact__public_id=contact_ref).select_related("contact")
    return [(row.sequence, row.body.plain) for row in rows.order_by("sequence")]


def test_the_first_words_make_the_visit_and_its_contact(visitor: Caller) -> None:
    kept = say(visitor)

    contact = Contact.objects.get()
    visit = Visit.objects.get()
    assert kept == actions.Acknowledged(contact.public_id, KEY.format(1), 1, MONDAY_9AM)
    assert contact.visitor_ref == visit.public_id
    assert (contact.channel, contact.arrived_at) == ("chat", MONDAY_9AM)
    assert said_in(kept.contact_ref) == [(1, "信用卡被盗刷")]


def test_the_same_key_again_gives_the_same_answer(visitor: Caller) -> None:
    kept = say(visitor)
    assert say(visitor, seconds=30) == kept
    assert said_in(kept.contact_ref) == [(1, "信用卡被盗刷")]


def test_other_words_under_a_used_key_are_refused(visitor: Caller) -> None:
    kept = say(visitor)
    with pytest.raises(conversations.ClientKeyReused):
        say(visitor, text="别的话")
    assert said_in(kept.contact_ref) == [(1, "信用卡被盗刷")]


def test_a_late_repeat_opens_no_second_contact_after_the_first_has_ended(visitor: Caller) -> None:
    kept = say(visitor)
    actions.end(visitor, at=MONDAY_9AM)

    assert say(visitor, seconds=5) == kept
    assert Contact.objects.count() == 1
    assert say(visitor, 2, seconds=6).contact_ref != kept.contact_ref


def test_twenty_messages_in_ten_seconds_are_the_most(visitor: Caller) -> None:
    for number in range(20):
        say(visitor, number)
    with pytest.raises(actions.TooManyMessages):
        say(visitor, 20, seconds=9)
    # A repeat of what is kept costs nothing, and the window passes.
    assert say(visitor, 3, seconds=9).sequence == 4
    assert say(visitor, 20, seconds=10).sequence == 21


def test_a_visit_begins_so_many_conversations_a_day(visitor: Caller) -> None:
    for number in range(actions.CONTACTS_A_DAY):
        say(visitor, number, seconds=number * 60)
        actions.end(visitor, at=MONDAY_9AM + timedelta(seconds=number * 60 + 1))
    with pytest.raises(actions.TooManyContacts):
        say(visitor, 99, seconds=4000)
    assert say(visitor, 99, seconds=86_400).sequence == 1


def test_who_asks_for_a_person_waits_for_one_even_without_a_word(visitor: Caller) -> None:
    contact_ref = actions.ask_for_person(visitor, at=MONDAY_9AM)
    assert actions.ask_for_person(visitor, at=MONDAY_9AM) == contact_ref
    contact = Contact.objects.get()
    assert (contact.public_id, contact.state) == (contact_ref, ContactState.QUEUED)


def test_what_was_never_begun_cannot_be_ended(visitor: Caller) -> None:
    with pytest.raises(actions.NothingToEnd):
        actions.end(visitor, at=MONDAY_9AM)


def test_a_refused_file_leaves_no_empty_contact(visitor: Caller) -> None:
    with pytest.raises(conversations.FileRefused):
        actions.send_file(visitor, key=KEY.format(1), name="a.png", data=b"<html>", at=MONDAY_9AM)
    assert Contact.objects.count() == 0


def test_a_file_is_a_message_and_comes_back_whole_to_its_sender_alone(
    visitor: Caller, insurer: Institution
) -> None:
    data = "流水,金额\n1,612.40\n".encode()
    for _time in range(2):
        actions.send_file(visitor, key=KEY.format(1), name="流水.csv", data=data, at=MONDAY_9AM)

    picture = look(visitor)
    [frame] = picture.messages
    assert (frame["kind"], frame["file"]["name"], frame["file"]["size"]) == (
        "file",
        "流水.csv",
        len(data),
    )
    opened = actions.open_file(visitor, frame["file"]["id"], at=MONDAY_9AM)
    assert (opened.name, opened.data) == ("流水.csv", data)
    other = Caller(
        insurer.pk, access.token_digest(access.new_token("insurer"), "insurer"), "zh-hans"
    )
    say(other)
    with pytest.raises(errors.NotThere):
        actions.open_file(other, frame["file"]["id"], at=MONDAY_9AM)


def look(visitor: Caller, contact_ref: str = "", after: int = 0) -> queries.Picture:
    return queries.picture(
        visitor.institution_id,
        visitor.token_digest,
        contact_ref=contact_ref,
        after=after,
        language=visitor.language,
        now=MONDAY_9AM,
    )


def test_a_page_gets_what_it_lacks_in_order(visitor: Caller, agent: Person) -> None:
    kept = say(visitor, 1, "第一句")
    say(visitor, 2, "第二句")
    contact = Contact.objects.get()
    conversations.ask_for_person(contact, actor=Actor.system("tests"), at=MONDAY_9AM)
    conversations.assign(contact, agent, actor=Actor.system("tests"), at=MONDAY_9AM)

    texts = [frame["text"] for frame in look(visitor, kept.contact_ref, 1).messages]
    assert texts[0] == "第二句"
    assert look(visitor, "", 1).messages[0]["text"] == "第一句"
    state = look(visitor).state
    assert (state["phase"], state["agent"]["first_owner"]) == ("active", True)
    assert state["agent"]["staff_no"] == agent.staff_no
    assert state["words"] == "您的首问专员，负责到解决"
    english = replace(visitor, language="en")
    assert look(english).state["words"] == "Your first owner, until it is solved"


def test_what_staff_have_read_is_marked(visitor: Caller, agent: Person) -> None:
    say(visitor, 1)
    say(visitor, 2)
    contact = Contact.objects.get()
    assert look(visitor).marks == {"type": "marks", "delivered": 0, "read": 0}
    conversations.mark_read(
        contact, up_to_sequence=1, by="STAFF", actor=Actor.system("tests"), at=MONDAY_9AM
    )
    assert look(visitor).marks == {"type": "marks", "delivered": 1, "read": 1}


def test_a_visit_left_alone_for_a_month_shows_nothing_of_what_was_said(visitor: Caller) -> None:
    say(visitor)
    assert look(visitor).messages != []
    Visit.objects.update(last_seen_at=MONDAY_9AM - timedelta(days=31))
    assert look(visitor).messages == []


def test_another_visitor_of_the_same_bank_sees_nothing(bank: Institution, visitor: Caller) -> None:
    kept = say(visitor)
    stranger = replace(
        visitor, token_digest=access.token_digest(access.new_token(bank.code), bank.code)
    )
    assert look(stranger, kept.contact_ref).messages == []
    with pytest.raises(errors.NotThere):
        queries.contact_to_rate(bank.pk, stranger.token_digest, kept.contact_ref)


@pytest.mark.parametrize("count", [1, 30])
def test_a_look_costs_the_same_for_any_length(
    visitor: Caller, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        say(visitor, number, seconds=number)
    with django_assert_max_num_queries(5):
        look(visitor)
