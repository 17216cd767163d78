"""Complaints come in by a table: checked first, every wrong line named, each once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models.handing_in import ImportState
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import FOUNDER, MONDAY_9AM, later
from shouwen.service.cases.tests.test_racing import at_once
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ComplaintImport, ImportedComplaint
from shouwen.service.complaints.rules import importing as rules
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint,
    a_statement,
    an_office,
    fresh,
)
from shouwen.service.complaints.tests.tables import GOOD, TRANSFER, a_table
from shouwen.service.complaints.tests.test_api import Line

NOON = later(hours=3)
IMPORTS = "/api/v1/complaint-imports"


def check(office: Office, data: bytes, actor: Actor | None = None) -> ComplaintImport:
    who = actor or office.acceptor
    return actions.check_import(office.bank.institution, data, actor=who, at=NOON)


def take_in(office: Office, data: bytes) -> ComplaintImport:
    found = check(office, data)
    actions.start_import(found, actor=office.acceptor, at=NOON)
    while actions.import_waiting(NOON):
        pass
    found.refresh_from_db()
    return found


def faults_of(found: ComplaintImport) -> list[tuple[int, str, str]]:
    return [(line, column, code) for line, column, code, _other in found.faults]


def test_a_check_takes_nothing_in_and_keeps_no_word_in_clear(office: Office) -> None:
    found = check(office, a_table(GOOD, {"外部编号": "TS-2", "诉求": ""}))
    assert (found.lines, found.bad_lines, found.expected_new) == (2, 1, 1)
    assert actions.import_waiting(NOON) == 0
    assert (Case.objects.count(), Complaint.objects.count()) == (0, 0)
    stored = str(ComplaintImport.objects.values_list("table", "faults").get())
    assert [word for word in ("许远", "13800004409", "年费") if word in stored] == []
    assert AuditRow.objects.filter(act="complaints.import_checked").count() == 1


def test_what_only_the_ledger_knows_is_named(office: Office) -> None:
    bank = office.bank
    phone = bank.customer.points.get(kind="PHONE").value.plain
    a_complaint(office)
    said = a_statement(
        origin="REGULATOR",
        source_ref="ZS-0",
        regulator_on=later(days=-5).date(),
        complainant="许远",
        reachable_at="13800004409",
    )
    actions.file_complaint(said, actor=office.acceptor, at=later(hours=1))
    found = check(
        office,
        a_table(
            {"业务分类": "没有这一类"},
            {"外部编号": "TS-2", "客户号码": "13900000000"},
            {"外部编号": "TS-3", **TRANSFER, "监管转送编号": "ZS-0"},
            {"外部编号": "TS-4", **TRANSFER, "客户号码": phone},
            {"外部编号": "TS-5", "客户号码": phone, "业务分类": bank.frozen.code},
            {"外部编号": "TS-6", "业务分类": bank.frozen.name_zh},
        ),
    )
    assert faults_of(found) == [
        (2, "category", "unknown"),
        (3, "customer", "nobody"),
        (4, "source_ref", "number-known"),
        (5, "customer", "own-open"),
    ]
    assert (found.bad_lines, found.expected_new, found.expected_known) == (4, 2, 0)


def test_good_lines_come_in_with_their_limits_from_the_day_of_receipt(ruled: Office) -> None:
    phone = ruled.bank.customer.points.get(kind="PHONE").value.plain
    more = {"业务分类": ruled.bank.locked.code, "来源渠道": "传真", "紧急程度": "紧急"}
    found = take_in(
        ruled,
        a_table(
            {**more, "客户号码": phone},
            {"外部编号": "TS-2", "收到时间": "2026-06-11", **TRANSFER},
        ),
    )
    assert (found.state, found.made, found.left_out, found.table) == (ImportState.DONE, 2, 0, None)
    own, transfer = (fresh(one) for one in Complaint.objects.order_by("pk"))
    received = datetime(2026, 6, 12, 10, 30, tzinfo=SHANGHAI)
    assert (own.received_at, own.filed_at, own.origin) == (received, NOON, "CUSTOMER")
    assert (own.case.customer, own.case.category) == (ruled.bank.customer, ruled.bank.locked)
    assert (own.case.channel, own.case.urgency) == ("FAX", "URGENT")
    clock = Clock.objects.get(subject_ref=own.case.public_id, event="complaint.accept")
    # CG-3.2-01: 24 hours.
    assert (clock.started_at, clock.due_at) == (received, received + timedelta(hours=24))
    midnight = datetime(2026, 6, 11, tzinfo=SHANGHAI)
    assert (transfer.received_at, transfer.origin, transfer.source_ref) == (
        midnight,
        "REGULATOR",
        "ZS-1",
    )
    assert transfer.complainant is not None
    assert transfer.complainant.plain == "许远"
    trail = AuditRow.objects.filter(act="complaint.filed", actor_ref=ruled.acceptor.ref)
    assert {row.purpose for row in trail} == {f"import {found.public_id}"}
    assert list(ImportedComplaint.objects.order_by("pk").values_list("outside_ref", "line")) == [
        ("TS-1", 2),
        ("TS-2", 3),
    ]


def test_the_same_table_twice_is_once(office: Office) -> None:
    table = a_table(GOOD, {"外部编号": "TS-2", **TRANSFER})
    take_in(office, table)
    again = take_in(office, table)
    assert (again.bad_lines, again.expected_known, again.expected_new) == (0, 2, 0)
    assert (again.state, again.made, again.left_out) == (ImportState.DONE, 0, 0)
    assert Complaint.objects.count() == 2


def test_two_tables_at_once_make_each_complaint_once(office: Office) -> None:
    first, second = (check(office, a_table(GOOD, {"外部编号": "TS-2"})) for _turn in range(2))
    for found in (first, second):
        actions.start_import(found, actor=office.acceptor, at=NOON)
    actions.import_waiting(NOON)
    for found in (first, second):
        found.refresh_from_db()
    assert (first.made, second.made, second.left_out) == (2, 0, 0)
    assert Complaint.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_several_processes_take_each_line_once() -> None:
    office = an_office()
    lines = ({"外部编号": f"TS-{number}"} for number in range(12))
    found = check(office, a_table(*lines))
    actions.start_import(found, actor=office.acceptor, at=NOON)
    done = at_once(lambda: actions.import_waiting(NOON))
    found.refresh_from_db()
    assert (found.state, found.made, found.left_out) == (ImportState.DONE, 12, 0)
    assert (sum(int(str(each)) for each in done), Complaint.objects.count()) == (12, 12)


@pytest.mark.django_db(transaction=True)
def test_of_several_who_start_at_once_one_is_first() -> None:
    office = an_office()
    found = check(office, a_table(GOOD))
    actor = office.acceptor
    results = at_once(lambda: actions.start_import(found, actor=actor, at=NOON))
    assert results.count(None) == 1
    assert {type(each) for each in results if each is not None} == {actions.ImportMoved}


def test_what_became_wrong_since_the_check_is_left_out_and_named(office: Office) -> None:
    found = check(office, a_table({**TRANSFER}, {"外部编号": "TS-2"}))
    take_in(office, a_table({"外部编号": "TS-9", **TRANSFER}))
    actions.start_import(found, actor=office.acceptor, at=NOON)
    actions.import_waiting(NOON)
    found.refresh_from_db()
    assert (found.state, found.taken, found.made, found.left_out) == (ImportState.DONE, 2, 1, 1)
    assert faults_of(found) == [(2, "source_ref", "number-known")]
    assert Complaint.objects.count() == 2


def test_lines_go_on_where_they_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shouwen.service.complaints.actions.importing.BATCH_ROWS", 2)
    monkeypatch.setattr("shouwen.service.complaints.actions.importing.TURNS", 2)
    found = check(office, a_table(*({"外部编号": f"TS-{number}"} for number in range(7))))
    actions.start_import(found, actor=office.acceptor, at=NOON)
    assert [actions.import_waiting(NOON) for _turn in range(3)] == [4, 3, 0]
    assert Complaint.objects.count() == 7


def test_who_loses_the_right_takes_nothing_more_in(office: Office) -> None:
    found = check(office, a_table(GOOD))
    actions.start_import(found, actor=office.acceptor, at=NOON)
    staff.revoke_role(office.clerk, "complaints", actor=FOUNDER, at=MONDAY_9AM)
    actions.import_waiting(NOON)
    found.refresh_from_db()
    assert (found.state, Complaint.objects.count()) == (ImportState.STOPPED, 0)


def test_who_may_import(office: Office) -> None:
    table = a_table(GOOD)
    with pytest.raises(NotAllowed):
        check(office, table, acting(a_person(office.bank.cards, "agent")))
    stranger = an_office("insurer").acceptor
    with pytest.raises(NotThere):
        check(office, table, stranger)
    found = check(office, table)
    with pytest.raises(NotThere):
        queries.import_for(stranger, found.public_id)
    with pytest.raises(NotThere):
        actions.start_import(found, actor=stranger, at=NOON)


def test_a_table_is_dropped_once_or_after_a_day(office: Office) -> None:
    found, forgotten = check(office, a_table(GOOD)), check(office, a_table(GOOD))
    actions.drop_import(found, actor=office.acceptor, at=NOON)
    with pytest.raises(actions.ImportMoved):
        actions.start_import(found, actor=office.acceptor, at=NOON)
    assert actions.drop_old_imports(NOON + timedelta(hours=23)) == 0
    assert actions.drop_old_imports(NOON + timedelta(hours=25)) == 1
    forgotten.refresh_from_db()
    assert (forgotten.state, forgotten.table) == (ImportState.DROPPED, None)
    with pytest.raises(Invalid):
        actions.start_import(check(office, a_table({"诉求": ""})), actor=office.acceptor, at=NOON)


def test_a_check_costs_the_same_queries_for_any_length(office: Office) -> None:
    def cost(rows: int) -> int:
        lines = ({"外部编号": f"TS-{n}", "客户号码": f"1391111{n:04d}"} for n in range(rows))
        table = a_table(*lines)
        with CaptureQueriesContext(connection) as seen:
            check(office, table)
        return len(seen)

    cost(1)
    assert cost(2) == cost(200)


def test_the_pages_from_sample_to_report(office: Office) -> None:
    client = signed_in(office.clerk)
    home = "/complaints/imports/"
    with time.frozen(NOON):
        assert home in client.get("/complaints/").text
        sample = client.get(f"{home}sample.csv").content
        assert [row.line for row in rules.read_table(sample, NOON).rows] == [2, 3]
        assert client.post(home, {}).status_code == 422
        table = a_table(GOOD, {"外部编号": "TS-2", "诉求": "", "投诉人": "许小远"})
        made = client.post(home, {"file": SimpleUploadedFile("a.csv", table)})
        page = made["Location"]
        assert "许小远" not in client.get(page).text
        report = client.get(f"{page}wrong.csv")
        lines = report.content.decode("utf-8-sig").splitlines()
        assert lines[1] == "3,诉求,请填写投诉人的诉求。"
        assert client.post(f"{page}start/")["Location"] == page
        assert client.post(f"{page}drop/").status_code == 409
        assert 'hx-trigger="every 2s"' in client.get(page).text
        actions.import_waiting(NOON)
        assert 'hx-trigger="every 2s"' not in client.get(page).text
        assert page in client.get(home).text
    assert Complaint.objects.count() == 1


class Program(Line):
    """A program at the doors of the tables."""

    def __init__(self, office: Office, role: str) -> None:
        super().__init__(office, role, person=a_person(office.bank.cards, role))
        self.headers = {"Authorization": f"Bearer {self.key}"}

    def hand(self, path: str = "", body: Any = None, key: str = "") -> Any:
        """Post below `/complaint-imports`."""
        headers = {**self.headers, "Idempotency-Key": key} if key else self.headers
        kind = "application/json"
        return self.client.post(f"{IMPORTS}{path}", body or {}, content_type=kind, headers=headers)

    def look(self, path: str = "") -> Any:
        """Get below `/complaint-imports`."""
        return self.client.get(f"{IMPORTS}{path}", headers=self.headers)


def test_programs_check_start_and_drop(office: Office) -> None:
    line = Program(office, "complaints")
    with time.frozen(NOON):
        body = {"table": a_table(GOOD, {"外部编号": "TS-2", "诉求": ""}).decode()}
        made, again = line.hand(body=body, key="k-1"), line.hand(body=body, key="k-1")
        assert (made.status_code, made.json()["id"]) == (201, again.json()["id"])
        told = [(one["line"], one["column"], one["code"]) for one in made.json()["faults"]]
        assert told == [(3, "demand", "missing")]
        ref = made.json()["id"]
        assert line.hand(f"/{ref}/start").json()["state"] == "RUNNING"
        moved = line.hand(f"/{ref}/drop")
        assert (moved.status_code, moved.json()["code"]) == (409, "import-moved")
        actions.import_waiting(NOON)
        shown = line.look(f"/{ref}").json()
        assert (shown["state"], shown["made"], shown["left_out"]) == ("DONE", 1, 0)
        assert [one["id"] for one in line.look().json()["items"]] == [ref]
        refused = line.hand(body={"table": "nonsense"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")


def test_a_program_without_the_right_is_refused(office: Office) -> None:
    assert Program(office, "agent").hand(body={"table": "x"}).status_code == 403
