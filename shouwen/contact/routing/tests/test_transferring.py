"""A contact is passed on in three steps; whoever is named is offered it first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import queries as conversation_queries
from shouwen.contact.conversations.models import Contact, ContactNote, Message
from shouwen.contact.conversations.tests.factories import a_bank, asks
from shouwen.contact.routing import actions, queries
from shouwen.contact.routing.models import Offer, QueueEntry, QueueSkill, Transfer
from shouwen.contact.routing.tests.factories import (
    Bank,
    a_queue,
    a_waiting,
    at_desk,
    later,
    seen,
    the_offer,
)
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff.tests.factories import a_person, a_unit

SAID = actions.Steps(
    identity="DETAILS",
    reason="OTHER_SKILL",
    summary="客户要求核实提前还款违约金，已查合同第8条，待复核。",
    customer_view="AGREES",
)


def _in_hand(bank: Bank) -> Contact:
    at_desk(bank.agent, bank.colleague)
    contact = actions.take(a_waiting(bank), actor=bank.me, at=later(seconds=1))
    asks(contact, at=later(seconds=2))
    return contact


def _pass_on(bank: Bank, contact: Contact, seconds: float = 5, **values: object) -> Transfer:
    values.setdefault("person", bank.colleague)
    values.setdefault("actor", bank.me)
    return actions.pass_on(contact, SAID, at=later(seconds=seconds), **values)  # type: ignore[arg-type]  # the test names what matters


def test_a_colleague_is_offered_it_first_and_alone(bank: Bank) -> None:
    contact = _in_hand(bank)
    transfer = _pass_on(bank, contact)
    contact.refresh_from_db()
    assert (contact.state, contact.handler, contact.owner) == ("QUEUED", None, bank.agent)
    offer = the_offer(contact)
    assert offer.person == bank.colleague
    with pytest.raises(actions.OfferedElsewhere):
        actions.take(offer.entry, actor=bank.me, at=later(seconds=6))
    taken = actions.accept_offer(offer, actor=bank.other, at=later(seconds=7))
    assert (taken.handler, taken.owner) == (bank.colleague, bank.agent)
    assert (transfer.from_person, transfer.to_person) == (bank.agent, bank.colleague)


def test_the_record_is_an_internal_note_for_the_receiver(bank: Bank) -> None:
    contact = _in_hand(bank)
    transfer = _pass_on(bank, contact)
    note = ContactNote.objects.get()
    assert (transfer.note, note.kind, note.body.plain) == (note, "TRANSFER", SAID.summary)
    assert [mention.person for mention in note.mentions.all()] == [bank.colleague]
    assert conversation_queries.unread_mentions(bank.other) == 1
    assert not any(SAID.summary in one.body.plain for one in Message.objects.all())


def test_the_customer_is_told_who_is_next(bank: Bank) -> None:
    contact = _in_hand(bank)
    _pass_on(bank, contact)
    said = Message.objects.filter(contact=contact).order_by("-sequence").first()
    assert said is not None
    assert (said.kind, said.author_kind) == ("NOTICE", "SYSTEM")
    assert bank.colleague.name in said.body.plain
    numbers = list(
        Message.objects.filter(contact=contact)
        .order_by("sequence")
        .values_list("sequence", flat=True)
    )
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_trail_says_how_why_and_to_whom(bank: Bank) -> None:
    contact = _in_hand(bank)
    transfer = _pass_on(bank, contact)
    row = AuditRow.objects.get(act="contact.transferred")
    assert (row.actor_ref, row.object_ref) == (bank.agent.public_id, contact.public_id)
    for part in ("DETAILS", "OTHER_SKILL", "AGREES", bank.colleague.public_id, transfer.public_id):
        assert part in row.detail
    assert "违约金" not in row.detail


def test_a_queue_takes_it_for_whoever_is_free_there(bank: Bank) -> None:
    loans = a_queue(bank, "loans")
    contact = _in_hand(bank)
    transfer = _pass_on(bank, contact, person=None, queue=loans)
    entry = QueueEntry.objects.get(contact=contact)
    assert (entry.queue, entry.state, entry.returned_by) == (loans, "WAITING", bank.agent)
    assert (transfer.to_person, transfer.to_queue) == (None, loans)
    assert actions.dispatch_all(later(seconds=6)) == 1
    assert the_offer(contact).person == bank.colleague


@pytest.mark.parametrize("how", ["declines", "stays silent", "leaves"])
def test_an_offer_that_comes_to_nothing_falls_back_to_the_queue(bank: Bank, how: str) -> None:
    contact = _in_hand(bank)
    at_desk(bank.lead)
    _pass_on(bank, contact)
    offer = the_offer(contact)
    if how == "declines":
        actions.decline_offer(offer, actor=bank.other, at=later(seconds=6))
    elif how == "leaves":
        staff.set_presence(bank.colleague, "OFFLINE", actor=bank.other, at=later(seconds=6))
    seen(bank.agent, bank.colleague, bank.lead, at=later(seconds=17))
    actions.sweep(later(seconds=18))
    entry = QueueEntry.objects.get(contact=contact)
    assert (entry.state, Offer.objects.filter(state="OPEN").count()) == ("WAITING", 0)
    assert actions.dispatch_all(later(seconds=18)) == 1
    again = the_offer(contact)
    assert again.person == bank.lead
    taken = actions.accept_offer(again, actor=bank.boss, at=later(seconds=19))
    assert (taken.handler, taken.owner) == (bank.lead, bank.agent)


def test_of_two_transfers_at_once_one_happens(bank: Bank) -> None:
    contact = _in_hand(bank)
    loans = a_queue(bank, "loans")
    slower = Contact.objects.get(pk=contact.pk)
    _pass_on(bank, contact)
    with pytest.raises(conversations.NotInHand):
        _pass_on(bank, slower, person=None, queue=loans)
    assert Transfer.objects.count() == ContactNote.objects.count() == 1
    assert Offer.objects.filter(state="OPEN").count() == 1


def test_nobody_is_offered_two_at_once(bank: Bank) -> None:
    first, second = _in_hand(bank), _in_hand(bank)
    _pass_on(bank, first)
    with pytest.raises(actions.PersonNotFree):
        _pass_on(bank, second)
    second.refresh_from_db()
    assert (second.state, second.handler) == ("ACTIVE", bank.agent)
    assert ContactNote.objects.count() == 1


def test_who_may_pass_it_on(bank: Bank) -> None:
    contact = _in_hand(bank)
    at_desk(bank.lead)
    with pytest.raises(NotAllowed):
        _pass_on(bank, contact, actor=bank.other, person=bank.lead)
    with pytest.raises(NotAllowed):
        _pass_on(bank, contact, actor=a_bank("insurer").boss)
    transfer = _pass_on(bank, contact, actor=bank.boss)
    assert transfer.from_person == bank.agent
    assert QueueEntry.objects.get(contact=contact).returned_by == bank.agent
    assert transfer.note.author == bank.lead


def test_who_cannot_take_it(bank: Bank) -> None:
    contact = _in_hand(bank)
    foreign = a_bank("insurer").agent
    away = a_person(bank.unit, "agent")
    idle = a_person(bank.unit, "inspector")
    for person, problem in (
        (bank.agent, actions.NotToOneself),
        (foreign, NotThere),
        (away, actions.PersonNotFree),
        (idle, actions.PersonNotFree),
    ):
        with pytest.raises(problem):
            _pass_on(bank, contact, person=person)
    with pytest.raises(actions.NotToOneself):
        _pass_on(bank, contact, actor=bank.boss, person=bank.lead)
    staff.set_presence(bank.colleague, "BREAK", actor=bank.other, at=later(seconds=4))
    with pytest.raises(actions.PersonNotFree):
        _pass_on(bank, contact)
    contact.refresh_from_db()
    assert (contact.state, contact.handler, ContactNote.objects.count()) == (
        "ACTIVE",
        bank.agent,
        0,
    )


def test_only_what_is_in_hand_is_passed_on(bank: Bank) -> None:
    contact = _in_hand(bank)
    conversations.end_contact(contact, disposition="RESOLVED", actor=bank.me, at=later(seconds=4))
    with pytest.raises(conversations.NotInHand):
        _pass_on(bank, contact)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"identity": ""}, "identity"),
        ({"identity": "GUESS"}, "identity"),
        ({"identity": "NOT_NEEDED"}, "identity_words"),
        ({"reason": "bored"}, "reason"),
        ({"reason": "OTHER"}, "reason_words"),
        ({"reason_words": "长" * 201}, "reason_words"),
        ({"customer_view": ""}, "customer_view"),
        ({"summary": " \x00 "}, "summary"),
        ({"summary": "长" * 2001}, "summary"),
    ],
)
def test_every_step_is_asked_for(bank: Bank, change: dict[str, str], field: str) -> None:
    contact = _in_hand(bank)
    with pytest.raises(Invalid) as problem:
        actions.pass_on(
            contact,
            replace(SAID, **change),
            person=bank.colleague,
            actor=bank.me,
            at=later(seconds=5),
        )
    assert set(problem.value.fields) == {field}
    for targets in ({}, {"person": bank.colleague, "queue": a_queue(bank, "loans")}):
        with pytest.raises(Invalid):
            actions.pass_on(contact, SAID, actor=bank.me, at=later(seconds=5), **targets)  # type: ignore[arg-type]  # both or neither
    assert Transfer.objects.count() == 0


def test_receivers_are_ready_qualified_and_of_the_queues_units(bank: Bank) -> None:
    skill = staff.define_skill(
        institution=bank.institution,
        code="loans",
        name_zh="贷款",
        actor=bank.system,
        at=later(),
    )
    outside = a_person(a_unit(bank.institution, "别处"), "agent")
    skilled, unskilled, away = (a_person(bank.unit, "agent") for _ in range(3))
    for person in (skilled, outside, away):
        staff.teach_skill(person, skill, 3, actor=bank.system, at=later())
    at_desk(bank.agent, skilled, unskilled, outside)
    contact = actions.take(a_waiting(bank), actor=bank.me, at=later(seconds=1))
    entry = QueueEntry.objects.select_related("queue").get(contact=contact)
    entry.queue.unit = bank.unit
    entry.queue.save(update_fields=["unit"])
    QueueSkill.objects.create(queue=entry.queue, skill=skill)
    assert queries.receivers_of(bank.me, contact, later(seconds=5)) == [skilled]
    with pytest.raises(actions.PersonNotFree):
        _pass_on(bank, contact, person=unskilled)
    with pytest.raises(actions.PersonNotFree):
        _pass_on(bank, contact, person=outside)
    assert _pass_on(bank, contact, person=skilled).to_person == skilled
    assert the_offer(contact).person == skilled
