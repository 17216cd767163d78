"""Many complaints at once: each is done or refused by itself, and says so."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh

AT = later(hours=9)


@pytest.fixture
def other(office: Office) -> Person:
    """Somebody else who works complaints."""
    return a_person(office.bank.cards, "complaints")


def test_each_is_assigned_by_itself_and_a_refused_one_named(office: Office, other: Person) -> None:
    ready, started = a_complaint_in("GRADED", office), a_complaint_in("STARTED", office)
    early, about = a_complaint_in("ACCEPTED", office), a_complaint_in("GRADED", office)
    Complaint.objects.filter(pk=about.pk).update(concerned_person=other)
    foreign = a_complaint_in("GRADED", an_office("insurer"))
    ones = (ready, early, about, foreign, started)
    refs = [one.public_id for one in ones] + [ready.public_id]
    done = actions.assign_many(
        refs,
        handler=other.public_id,
        supervisor=office.head.public_id,
        reason="人手调整",
        actor=office.supervisor,
        at=AT,
    )
    assert [row.ref for row in done] == refs[:5]
    assert [bool(row.problem) for row in done] == [False, True, True, True, False]
    assert [row.number for row in done[:3]] == [one.case.number for one in ones[:3]]
    assert "回避" in done[2].problem or "被投诉" in done[2].problem
    # Of another institution not even the number is told.
    assert done[3].number == foreign.public_id
    for one in (ready, started):
        again = fresh(one)
        assert (again.case.handler, again.supervisor) == (other, office.head)
    assert fresh(about).case.handler != other
    assert fresh(early).assigned_at is None
    rows = AuditRow.objects.filter(act="complaint.assign", actor_ref=office.head.public_id)
    assert rows.filter(at=AT).count() == 2


def test_each_keeps_its_supervisor_where_none_is_chosen(office: Office, other: Person) -> None:
    started, bare = a_complaint_in("STARTED", office), a_complaint_in("GRADED", office)
    refs = [started.public_id, bare.public_id]
    done = actions.assign_many(refs, handler=other.public_id, actor=office.supervisor, at=AT)
    assert [bool(row.problem) for row in done] == [False, True]
    assert (fresh(started).supervisor, fresh(started).case.handler) == (office.head, other)
    assert fresh(bare).supervisor is None


def test_a_reminder_stands_in_the_ledger_until_the_handler_acts(office: Office) -> None:
    one, nobodys = a_complaint_in("STARTED", office), a_complaint_in("GRADED", office)
    refs = [one.public_id, nobodys.public_id]
    done = actions.remind_many(refs, "请今天答复客户", actor=office.supervisor, at=AT)
    assert [bool(row.problem) for row in done] == [False, True]
    entry = CaseEntry.objects.filter(case=one.case, act="remind").get()
    assert (entry.text.plain if entry.text else "") == "请今天答复客户"
    assert AuditRow.objects.filter(act="case.reminded").count() == 1
    client = signed_in(office.head)
    with time.frozen(AT):
        assert "已催办" in client.get("/complaints/").content.decode()
        actions.analyse(fresh(one), facts="已核对。", actor=office.handler, at=AT)
        assert Case.objects.get(pk=one.case_id).reminded_at is None
        assert "已催办" not in client.get("/complaints/").content.decode()


def test_badly_asked(office: Office, other: Person) -> None:
    one, boss = a_complaint_in("GRADED", office), office.supervisor
    for field, refs, words in (
        ("ref", [], "请尽快"),
        ("ref", [f"complaint_{n}" for n in range(101)], "请尽快"),
        ("text", [one.public_id], " "),
        ("text", [one.public_id], "x" * 501),
    ):
        with pytest.raises(Invalid) as wrong:
            actions.remind_many(refs, words, actor=boss, at=AT)
        assert list(wrong.value.fields) == [field]
    for field, named in (
        ("handler", {"handler": ""}),
        ("handler", {"handler": "pers_nobody"}),
        ("supervisor", {"handler": other.public_id, "supervisor": "pers_nobody"}),
        ("reason", {"handler": other.public_id, "reason": "x" * 501}),
    ):
        with pytest.raises(Invalid) as wrong:
            actions.assign_many([one.public_id], **named, actor=boss, at=AT)
        assert list(wrong.value.fields) == [field]
    inspector = acting(office.bank.inspector)
    with pytest.raises(NotAllowed):
        actions.remind_many([one.public_id], "x", actor=inspector, at=AT)


def test_the_page_says_what_became_of_each_row_once(office: Office, other: Person) -> None:
    ready, early = a_complaint_in("GRADED", office), a_complaint_in("ACCEPTED", office)
    client, reader = signed_in(office.head), signed_in(office.bank.inspector)
    asked = {"ref": [ready.public_id, early.public_id]}
    with time.frozen(AT):
        assert f'value="{ready.public_id}"' in client.get("/complaints/").content.decode()
        # Who only reads has nothing to select.
        assert f'value="{ready.public_id}"' not in reader.get("/complaints/").content.decode()
        dialog = client.get("/complaints/bulk/assign/", asked).content.decode()
        assert "2件" in dialog
        assert other.name in dialog
        wrong = client.post("/complaints/bulk/assign/", asked | {"handler": "nobody"})
        assert wrong.status_code == 422
        people = {"handler": other.public_id, "supervisor": office.head.public_id}
        form = asked | people | {"idempotency_key": "one-press"}
        done = client.post("/complaints/bulk/assign/", form)
        assert early.case.number in done.content.decode()
        assert "sw-unselect" in done["HX-Trigger"]
        again = client.post("/complaints/bulk/assign/", form)
        assert early.case.number not in again.content.decode()
        rows = AuditRow.objects.filter(act="complaint.assign", at=AT)
        assert rows.count() == 1
        part = client.get("/complaints/", headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<section id="complaint-list"')
    assert other.name in part
