"""Co-ordination notes: among those who work on a complaint, never for the complainant."""

from __future__ import annotations

import json

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.actions import together as helping
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh

WORDS = "请信贷组核对外呼记录。"


def a_task(office: Office, one: Complaint) -> None:
    """Ask the loans team to do something for it."""
    cases.ask_unit(
        fresh(one).case,
        office.bank.loans,
        "核对外呼记录",
        due_at=later(days=3),
        actor=office.handler,
        at=later(hours=1),
    )


def note(one: Complaint, person: Person, words: str = WORDS, hours: float = 2) -> None:
    """Leave a note."""
    actor = acting(person)
    found = queries.together_for(actor, one.public_id)
    helping.write_note(found, words=words, actor=actor, at=later(hours=hours))


def test_who_works_on_it_and_who_has_a_task_write_to_each_other(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    helper = office.bank.outsider
    with pytest.raises(NotThere):
        queries.together_for(acting(helper), one.public_id)
    a_task(office, one)
    note(one, office.worker)
    note(one, helper, "已核对，共2通。", 3)
    found = [(row.actor_name, row.text, row.at) for row in queries.notes_of(one)]
    assert found == [
        (helper.name, "已核对，共2通。", later(hours=3)),
        (office.worker.name, WORDS, later(hours=2)),
    ]
    rows = AuditRow.objects.filter(act="complaint.note_written", object_ref=one.public_id)
    assert [row.actor_ref for row in rows.order_by("pk")] == [
        office.worker.public_id,
        helper.public_id,
    ]


def test_the_complainant_never_sees_a_note(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    note(one, office.worker)
    everything = case_queries.timeline(one.case)
    assert WORDS in [entry.text for entry in everything]
    seen = case_queries.timeline(one.case, only_visible=True)
    assert WORDS not in [entry.text for entry in seen]
    with pytest.raises(NotThere):
        queries.together_for(office.bank.caller, one.public_id)


def test_a_task_opens_the_notes_and_not_the_complaint(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    a_task(office, one)
    note(one, office.worker)
    client = signed_in(office.bank.outsider)
    address = f"/complaints/{one.public_id}/together/"
    with time.frozen(later(hours=4)):
        assert address in client.get("/cases/tasks/").content.decode()
        text = client.get(address).content.decode()
        assert WORDS in text
        assert one.demand.plain not in text
        assert client.get(f"/api/v1/complaints/{one.public_id}/task-force").status_code == 404
        answer = client.post(f"{address}do/note/", {"words": "已核对。"})
        assert answer.status_code == 302
    assert [row.text for row in queries.notes_of(one)] == ["已核对。", WORDS]


def test_who_is_complained_of_comes_in_by_no_task(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    a_task(office, one)
    bank = office.bank
    facets = Facets(cg_type="SERVICE", unit=bank.loans)
    actions.classify(fresh(one), bank.frozen, facets, actor=office.handler, at=later(hours=1))
    with pytest.raises(NotThere):
        queries.together_for(acting(bank.outsider), one.public_id)
    facets = Facets(cg_type="SERVICE", person=bank.lead)
    actions.classify(fresh(one), bank.frozen, facets, actor=office.handler, at=later(hours=2))
    with pytest.raises(actions.RecusedHere, match=bank.lead.name):
        note(one, bank.lead)
    assert queries.notes_of(one) == []


def test_who_only_reads_writes_none_and_an_archive_takes_none(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    with pytest.raises(NotAllowed):
        note(one, office.bank.inspector)
    with pytest.raises(Invalid) as wrong:
        note(one, office.worker, "  ")
    assert set(wrong.value.fields) == {"words"}
    Complaint.objects.filter(pk=one.pk).update(
        state="ARCHIVED", is_open=False, withdrawn_at=later(hours=1)
    )
    with pytest.raises(helping.NotesAreOver):
        note(one, office.worker)
    assert queries.notes_of(one) == []


def test_programs_read_and_write_notes(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    client = signed_in(office.worker)
    address = f"/api/v1/complaints/{one.public_id}/notes"
    with time.frozen(later(hours=4)):
        made = client.post(address, json.dumps({"words": WORDS}), "application/json")
        assert made.status_code == 200, made.content
        (row,) = client.get(address).json()["items"]
    assert (row["by"], row["words"]) == (office.worker.name, WORDS)
