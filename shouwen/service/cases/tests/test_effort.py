"""The time a case took: noted by people, measured in conversations, never added."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, CaseEffort
from shouwen.service.cases.queries import Filters, Times
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
    a_question,
    later,
)
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.cases.tests.test_pages import page_of

AT = later(hours=1)


def note(case: Case, minutes: int, actor: Actor, kind: str = "WORK") -> CaseEffort:
    return actions.note_effort(case, kind, minutes, actor=actor, at=AT)


def split_of(case: Case, at: datetime = AT) -> list[tuple[str, int, int]]:
    shares = queries.effort_of(case, at).shares
    return [(s.person.name, s.noted_minutes, s.talk_seconds) for s in shares]


@pytest.fixture
def talk(bank: Bank) -> Contact:
    """Ten minutes with the agent, five with a colleague, two of wrap-up."""
    contact = conversations.open_contact(
        institution=bank.institution,
        channel="chat",
        visitor_ref=bank.caller.ref,
        customer=bank.customer,
        subject="盗刷",
        actor=bank.caller,
        at=MONDAY_9AM,
    )
    system = Actor.system("tests", bank.institution.pk)
    conversations.assign(contact, bank.agent, actor=system, at=later(minutes=1))
    conversations.assign(contact, bank.colleague, actor=system, at=later(minutes=11))
    mate = bank.acting(bank.colleague)
    conversations.end_contact(contact, disposition="CASE", actor=mate, at=later(minutes=16))
    conversations.wrap_up(contact, actor=mate, at=later(minutes=18))
    return contact


def of_talk(bank: Bank, contact: Contact) -> Case:
    return actions.open_case(a_question(), contact=contact, actor=bank.me, at=later(minutes=12))


def test_each_notes_their_own_and_takes_back_what_was_wrong(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    mate = bank.acting(bank.colleague)
    wrong = note(case, 300, bank.me)
    note(case, 30, bank.me, "CHECK")
    note(case, 45, mate)
    actions.take_back_effort(case, wrong.public_id, actor=bank.me, at=later(hours=2))
    assert split_of(case) == [(bank.colleague.name, 45, 0), (bank.agent.name, 30, 0)]
    with pytest.raises(actions.TakenBackAlready):
        actions.take_back_effort(case, wrong.public_id, actor=bank.me, at=later(hours=3))
    wrong.refresh_from_db()
    assert (wrong.minutes, wrong.taken_back_at) == (300, later(hours=2))
    rows = AuditRow.objects.filter(act__startswith="case.effort_").order_by("pk")
    assert list(rows.values_list("act", flat=True)) == [
        *["case.effort_noted"] * 3,
        "case.effort_taken_back",
    ]


def test_nobody_notes_or_takes_back_for_another(bank: Bank) -> None:
    case, other = a_case(bank), a_bank("insurer")
    mine = note(case, 10, bank.me)
    for actor, error in (
        (bank.acting(bank.auditor), NotAllowed),
        (bank.key, actions.TimeOfNobody),
        (bank.acting(bank.outsider), NotThere),
        (other.me, NotThere),
        (bank.caller, NotAllowed),
    ):
        with pytest.raises(error):
            note(case, 10, actor)
    for actor in (bank.boss, other.me):
        with pytest.raises(NotThere):
            actions.take_back_effort(case, mine.public_id, actor=actor, at=AT)
    elsewhere = a_case(bank)
    with pytest.raises(NotThere):
        actions.take_back_effort(elsewhere, mine.public_id, actor=bank.me, at=AT)
    assert split_of(case) == [(bank.agent.name, 10, 0)]


@pytest.mark.parametrize(
    ("kind", "minutes", "field"),
    [("WORK", 0, "minutes"), ("WORK", -1, "minutes"), ("WORK", 1441, "minutes"), ("X", 5, "kind")],
)
def test_a_wrong_entry_names_its_field(bank: Bank, kind: str, minutes: int, field: str) -> None:
    with pytest.raises(Invalid) as error:
        note(a_case(bank), minutes, bank.me, kind)
    assert list(error.value.fields) == [field]


def test_an_archived_file_is_left_alone(bank: Bank) -> None:
    closed, archived = a_case_in("CLOSED", bank), a_case_in("ARCHIVED", bank)
    note(closed, 5, bank.me)
    with pytest.raises(actions.CaseAlreadyArchived):
        note(archived, 5, bank.me)


def test_a_conversation_is_measured_by_person_and_stands_apart(bank: Bank, talk: Contact) -> None:
    case = of_talk(bank, talk)
    note(case, 20, bank.me)
    assert split_of(case) == [
        (bank.agent.name, 20, 600),
        (bank.colleague.name, 0, 5 * 60 + 2 * 60),
    ]
    effort = queries.effort_of(case, AT)
    assert (effort.noted_minutes, effort.talk_seconds) == (20, 17 * 60)


def test_a_conversation_that_goes_on_counts_until_now(bank: Bank) -> None:
    contact = conversations.open_contact(
        institution=bank.institution,
        channel="chat",
        visitor_ref=bank.caller.ref,
        customer=bank.customer,
        actor=bank.caller,
        at=MONDAY_9AM,
    )
    system = Actor.system("tests", bank.institution.pk)
    conversations.assign(contact, bank.agent, actor=system, at=MONDAY_9AM)
    case = actions.open_case(a_question(), contact=contact, actor=bank.me, at=MONDAY_9AM)
    assert split_of(case, later(minutes=4)) == [(bank.agent.name, 0, 240)]
    conversations.end_contact(contact, actor=bank.me, at=later(minutes=5))
    assert split_of(case, later(minutes=7)) == [(bank.agent.name, 0, 420)]


def test_one_conversation_counts_for_one_case(bank: Bank, talk: Contact) -> None:
    case = of_talk(bank, talk)
    part = actions.split_case(case, a_question("年费减免"), actor=bank.me, at=AT)
    assert part.contact == talk
    assert split_of(part) == []
    assert split_of(case)[0] == (bank.agent.name, 0, 600)
    times = queries.times_of([case, part], AT)
    assert times == {case.pk: Times(0, 17 * 60), part.pk: Times(0, 0)}


def test_what_merged_cases_took_is_seen_on_the_main_one(bank: Bank, talk: Contact) -> None:
    other, main = of_talk(bank, talk), a_case(bank)
    note(other, 15, bank.me)
    note(main, 5, bank.me)
    actions.merge_cases(main, [other], reason="同一事项", actor=bank.me, at=AT)
    assert split_of(main)[0] == (bank.agent.name, 20, 600)
    # In a table each row says what its own case took, so that a column can be summed.
    assert queries.times_of([main], AT) == {main.pk: Times(5, 0)}


@pytest.mark.parametrize("rows", [1, 4])
def test_the_queries_do_not_grow(bank: Bank, talk: Contact, rows: int) -> None:
    cases = [of_talk(bank, talk), *(a_case(bank) for _ in range(rows))]
    for case in cases:
        for actor in (bank.me, bank.acting(bank.colleague)):
            note(case, 5, actor)
    with CaptureQueriesContext(connection) as seen:
        queries.effort_of(cases[0], AT)
        queries.times_of(cases, AT)
    assert len(seen) == 6


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_time_is_noted_and_taken_back_on_the_page(bank: Bank, talk: Contact, language: str) -> None:
    Person.objects.filter(pk=bank.agent.pk).update(language=language)
    bank.agent.refresh_from_db()
    case, client = of_talk(bank, talk), signed_in(bank.agent)
    asked = client.get(page_of(case, "ask", "effort")).content.decode()
    assert '<option value="CHECK">' in asked
    assert ("Minutes" in asked) == (language == "en")
    for wrong in ({}, {"minutes": "x", "kind": "WORK"}, {"minutes": "20", "kind": "x"}):
        answer = client.post(page_of(case, "do", "effort"), wrong)
        assert (answer.status_code, answer["HX-Retarget"]) == (422, "#sw-dialogs")
    sent = {"minutes": "20", "kind": "WORK"}
    page = client.post(page_of(case, "do", "effort"), sent).content.decode()
    assert ("20 min" if language == "en" else "20分") in page
    [entry] = CaseEffort.objects.all()
    back = {"entry": entry.public_id}
    assert client.post(page_of(case, "do", "effort_back"), back).status_code == 200
    twice = client.post(page_of(case, "do", "effort_back"), back).content.decode()
    assert ("taken back already" in twice) == (language == "en")
    assert client.post(page_of(case, "do", "effort_back"), {"entry": "x"}).status_code == 404
    seen = signed_in(bank.auditor).get(page_of(case)).content.decode()
    assert "/ask/effort/" not in seen


def test_a_program_reads_it_and_notes_for_its_person(bank: Bank, talk: Contact) -> None:
    case = of_talk(bank, talk)
    program, mine = Program(bank), Program(bank, "agent", as_agent=True)
    path = f"/{case.public_id}/effort"
    assert program.post(path, {"minutes": 5}).status_code == 403
    made = [mine.post(path, {"minutes": 25, "kind": "CHECK"}, key="once") for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    shown = program.get(path).json()
    assert (shown["noted_minutes"], shown["conversation_seconds"]) == (25, 1020)
    assert [row["noted_minutes"] for row in shown["people"]] == [25, 0]
    [item] = shown["items"]
    assert (item["kind"], item["minutes"], item["person"]["name"]) == ("CHECK", 25, bank.agent.name)
    summary = program.get(f"/{case.public_id}").json()["effort"]
    assert summary == {"noted_minutes": 25, "conversation_seconds": 1020}
    back = f"{path}/{item['id']}/take-back"
    assert mine.post(back).json()["noted_minutes"] == 0
    assert mine.post(back).status_code == 409
    for wrong in ({}, {"minutes": 0}, {"minutes": 1441}, {"minutes": "x"}, {"minutes": 5, "a": 1}):
        assert mine.post(path, wrong).status_code == 422
    assert mine.post(f"{path}/{'x' * 900}/take-back").status_code == 404
    assert Program(a_bank("insurer")).get(path).status_code == 404


def test_an_export_has_both_in_columns_of_their_own(bank: Bank, talk: Contact) -> None:
    case, lead = of_talk(bank, talk), bank.boss
    note(case, 20, bank.me)
    export = actions.ask_export(
        Filters(), kind="csv", reason="复盘", language="zh-hans", actor=lead, at=AT
    )
    actions.write_waiting(AT)
    data = actions.download(export.public_id, actor=lead, at=AT).data.decode("utf-8-sig")
    head, row, *_rest = csv.reader(io.StringIO(data))
    told = dict(zip(head, row, strict=True))
    assert (told["登记耗时（分钟）"], told["会话时长（分钟）"]) == ("20", "17")
