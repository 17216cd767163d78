"""Internal notes: whose they are, whom they may mention, and that they are no message."""

from __future__ import annotations

import pytest
from django.db import connection

from shouwen.contact.conversations import access, actions, queries
from shouwen.contact.conversations.actions import noting
from shouwen.contact.conversations.models import Contact, ContactNote, Message, NoteMention
from shouwen.contact.conversations.tests.factories import (
    Bank,
    a_bank,
    a_contact,
    asks,
    later,
    replies,
    taken_by,
    visitor_of,
)
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests import factories as staff

WORDS = "客户手机号13800001234，已约周三回电。"


def _note(bank: Bank, contact: Contact, *mentions: Person, key: str = "n1") -> ContactNote:
    return actions.add_note(
        contact,
        body=WORDS,
        mentions=[one.public_id for one in mentions],
        client_key=key,
        actor=bank.me,
        at=later(seconds=30),
    )


def test_a_note_is_no_message_and_leaves_the_numbers_alone(bank: Bank) -> None:
    contact = taken_by(bank)
    asks(contact, at=later(seconds=5))
    before = Message.objects.filter(contact=contact).count()
    note = _note(bank, contact)
    contact.refresh_from_db()
    assert (note.after_sequence, contact.message_count) == (before, before)
    assert Message.objects.filter(contact=contact).count() == before
    assert replies(contact, bank.me, at=later(seconds=40)).sequence == before + 1
    assert [one.body.plain for one in queries.notes_of(contact)] == [WORDS]
    assert queries.notes_of(contact, after=1) == []


def test_a_note_is_sealed_and_on_the_trail_without_its_words(bank: Bank) -> None:
    contact = taken_by(bank)
    _note(bank, contact)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM conversations_contactnote")
        kept = cursor.fetchone()[0]
    assert "回电" not in str(kept)
    row = AuditRow.objects.get(act="contact.noted")
    assert (row.actor_ref, row.object_ref) == (bank.agent.public_id, contact.public_id)
    assert "回电" not in row.detail


def test_the_same_key_is_the_same_note(bank: Bank) -> None:
    contact = taken_by(bank)
    first, second = (_note(bank, contact, bank.colleague) for _ in range(2))
    assert first == second
    assert NoteMention.objects.count() == 1
    with pytest.raises(actions.ClientKeyReused):
        actions.add_note(
            contact, body="别的话", client_key="n1", actor=bank.me, at=later(seconds=31)
        )


@pytest.mark.parametrize(
    ("body", "key", "field"),
    [
        ("", "k", "body"),
        (" \n\x00 ", "k", "body"),
        ("长" * 2001, "k", "body"),
        ("好", "", "client_key"),
        ("好", "k" * 65, "client_key"),
    ],
)
def test_bad_input_is_named(bank: Bank, body: str, key: str, field: str) -> None:
    with pytest.raises(Invalid) as problem:
        actions.add_note(
            taken_by(bank), body=body, client_key=key, actor=bank.me, at=later(seconds=30)
        )
    assert set(problem.value.fields) == {field}


def test_a_mention_reaches_who_may_see_the_contact(bank: Bank) -> None:
    contact = taken_by(bank)
    _note(bank, contact, bank.colleague, bank.agent)
    assert [one.person for one in NoteMention.objects.all()] == [bank.colleague]
    assert queries.unread_mentions(bank.other) == 1
    assert queries.unread_mentions(bank.me) == 0
    assert actions.read_mentions(contact, actor=bank.other, at=later(seconds=60)) == 1
    assert actions.read_mentions(contact, actor=bank.other, at=later(seconds=61)) == 0
    assert queries.unread_mentions(bank.other) == 0
    assert len(queries.mentions_of(bank.other)) == 1


def test_nobody_is_mentioned_who_may_not_see_the_contact(bank: Bank) -> None:
    contact = taken_by(bank)
    elsewhere = staff.a_unit(bank.institution, "另一部门")
    strangers = [
        a_bank("insurer").agent,
        staff.a_person(bank.unit, "trainer"),
        staff.a_person(elsewhere, "agent", over=elsewhere),
    ]
    disabled = staff.a_person(bank.unit, "agent")
    Person.objects.filter(pk=disabled.pk).update(is_active=False)
    for stranger in [*strangers, disabled]:
        with pytest.raises(Invalid):
            _note(bank, contact, bank.colleague, stranger)
    for ref in ("pers_nobody", "", "\x00", "x" * 500):
        with pytest.raises(Invalid):
            actions.add_note(
                contact, body="好", mentions=[ref], client_key="k", actor=bank.me, at=later(hours=1)
            )
    crowd = [f"pers_{number}" for number in range(11)]
    with pytest.raises(Invalid):
        actions.add_note(
            contact, body="好", mentions=crowd, client_key="k", actor=bank.me, at=later(hours=1)
        )
    assert ContactNote.objects.count() == 0


def test_the_rule_of_mentions_is_the_rule_of_reading(bank: Bank) -> None:
    inner = staff.a_unit(bank.institution, "内组", bank.unit)
    outer = staff.a_unit(bank.institution, "外组")
    people = [
        bank.agent,
        bank.colleague,
        bank.lead,
        staff.a_person(inner, "agent", over=inner),
        staff.a_person(outer, "agent", over=outer),
        staff.a_person(outer, "lead", over=bank.unit),
        staff.a_person(outer, "inspector"),
        staff.a_person(outer, "trainer"),
        a_bank("insurer").lead,
    ]
    nobodys = a_contact(bank)
    for contact in (nobodys, taken_by(bank), taken_by(bank, people[3])):
        reach = [
            one
            for one in people
            if not access.READERS.isdisjoint(staff.acting(one).roles)
            and access.may_follow_notes(staff.acting(one), contact.public_id)
        ]
        assert access.who_may_read(contact, people) == reach


def test_no_customer_and_no_reader_writes_a_note(bank: Bank) -> None:
    contact = taken_by(bank)
    inspector = staff.acting(staff.a_person(bank.unit, "inspector"))
    for actor in (visitor_of(contact), inspector, a_bank("insurer").me, bank.system):
        with pytest.raises(NotAllowed):
            actions.add_note(contact, body="好", client_key="k", actor=actor, at=later(seconds=9))
    assert not access.may_follow_notes(visitor_of(contact), contact.public_id)
    assert not access.may_follow_notes(None, contact.public_id)


def test_a_note_stirs_the_staffs_screens_and_not_the_customers(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    contact = taken_by(bank)
    monkeypatch.setattr(noting, "publish", told.append)
    _note(bank, contact, bank.colleague)
    assert told == [f"notes-{contact.public_id}", f"person-{bank.colleague.public_id}"]


@pytest.mark.parametrize("rows", [1, 4])
def test_reading_notes_costs_the_same_for_any_number(
    rows: int, bank: Bank, django_assert_num_queries: object
) -> None:
    contact = taken_by(bank)
    for number in range(rows):
        _note(bank, contact, bank.colleague, bank.lead, key=f"n{number}")
    me, other = bank.me, bank.other
    contact = queries.contact_for(me, contact.public_id)
    with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture of pytest-django
        for note in queries.notes_of(contact):
            assert len(list(note.mentions.all())) == 2
    with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture of pytest-django
        assert len(queries.mentions_of(other)) == rows
        assert queries.unread_mentions(other) == rows
    with django_assert_num_queries(3):  # type: ignore[operator]  # a fixture of pytest-django
        assert bank.colleague in queries.colleagues_for(me, contact)
