"""What came in by a table is a complaint like any other: its limits, its people, its number."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from shouwen.ground.kernel import time
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.policy import ticker
from shouwen.ground.policy.models import Clock
from shouwen.people.staff.models.handing_in import ImportState
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import importing as rules
from shouwen.service.complaints.tests.factories import Office, fresh
from shouwen.service.complaints.tests.tables import GOOD, TRANSFER, a_table
from shouwen.service.complaints.tests.test_importing import NOON, check, faults_of, take_in

HOME = "/complaints/imports/"


def clock(one: Complaint, event: str) -> Clock:
    return Clock.objects.get(subject_ref=one.case.public_id, event=event)


def rows() -> dict[str, int]:
    """Count what every table of the database holds."""
    held: list[type[Model]] = list(apps.get_models())
    return {model._meta.label: model._default_manager.count() for model in held}


def test_limits_that_passed_before_the_table_came_are_late_from_their_own_day(
    ruled: Office,
) -> None:
    take_in(ruled, a_table({"收到时间": "2026-06-12 10:30"}))
    with time.frozen(NOON):
        ticker.tick(NOON)
    one = fresh(Complaint.objects.get())
    accept = clock(one, "complaint.accept")
    due = datetime(2026, 6, 13, 10, 30, tzinfo=SHANGHAI)
    # CG-3.2-01: 24 hours from receipt, found missed when the table came in, not before.
    assert (accept.due_at, accept.breached_at) == (due, NOON)
    with time.frozen(NOON):
        page = signed_in(ruled.clerk).get(f"/complaints/{one.public_id}/")
    # From Saturday 10:30 to Monday noon.
    assert "超时2天1小时" in page.text
    # Who accepts it now does so late: nothing of the past is made good.
    actions.accept(one, actor=ruled.acceptor, at=NOON)
    accept.refresh_from_db()
    assert (accept.stopped_at, accept.breached_at) == (NOON, NOON)


@pytest.mark.parametrize(("seen", "is_late"), [("2026-06-10", False), ("2026-05-29", True)])
def test_the_regulators_seven_working_days_count_by_the_days_in_the_file(
    ruled: Office, seen: str, is_late: bool
) -> None:
    line = {**TRANSFER, "监管收到日期": seen, "收到时间": "2026-06-12"}
    take_in(ruled, a_table(line))
    one = Complaint.objects.get()
    passed = clock(one, "complaint.regulator_transfer")
    came = datetime(2026, 6, 12, tzinfo=SHANGHAI)
    assert (passed.stopped_at, passed.due_at < came) == (came, is_late)


def test_the_oldest_day_that_is_read_can_be_taken_in(ruled: Office) -> None:
    line = {**TRANSFER, "收到时间": "2000-01-01", "监管收到日期": "2000-01-01"}
    found = take_in(ruled, a_table(line))
    assert (found.state, found.made, found.left_out) == (ImportState.DONE, 1, 0)
    with time.frozen(NOON):
        ticker.tick(NOON)
        one = Complaint.objects.get()
        assert signed_in(ruled.clerk).get(f"/complaints/{one.public_id}/").status_code == 200


def test_a_check_changes_nothing_but_that_it_was_made(office: Office) -> None:
    phone = office.bank.customer.points.get(kind="PHONE").value.plain
    # The first table of an institution makes the key it is sealed with.
    check(office, a_table(GOOD))
    before = rows()
    check(office, a_table({"客户号码": phone}, {"外部编号": "TS-2", "诉求": ""}))
    changed = {label for label, count in rows().items() if count != before[label]}
    assert changed <= {"complaints.ComplaintImport", "vault.AuditRow", "vault.AuditPending"}
    assert "complaints.ComplaintImport" in changed


def test_the_number_from_outside_stands_in_the_story(office: Office) -> None:
    take_in(office, a_table(GOOD))
    one = Complaint.objects.get()
    page = signed_in(office.clerk).get(f"/complaints/{one.public_id}/")
    assert f"{office.clerk.name}从导入表录入，外部编号TS-1" in page.text


def test_it_stands_with_the_unit_of_who_took_it_in(office: Office) -> None:
    take_in(office, a_table(GOOD))
    one = fresh(Complaint.objects.get())
    assert (one.case.unit, one.case.owner) == (office.clerk.unit, office.clerk)
    elsewhere = a_person(a_unit(office.bank.institution, "信贷部"), "complaints")
    mine, theirs = (queries.imports_of(acting(person)) for person in (office.clerk, elsewhere))
    # Tables are the institution's: a colleague of the same right goes on with them.
    assert [row.pk for row in mine] == [row.pk for row in theirs]


def test_a_number_that_stands_for_another_complaint_is_named(office: Office) -> None:
    first = check(office, a_table({"收到时间": "2026-06-11"}, {"外部编号": "TS-2"}))
    take_in(office, a_table(GOOD))
    found = check(office, a_table({"收到时间": "2026-06-11"}, {"外部编号": "TS-2"}))
    assert faults_of(found) == [(2, "outside_ref", "other-known")]
    assert (found.expected_new, found.expected_known) == (1, 0)
    # The first table was checked before the number was on the ledger.
    actions.start_import(first, actor=office.acceptor, at=NOON)
    actions.import_waiting(NOON)
    first.refresh_from_db()
    assert (first.made, first.left_out) == (1, 1)
    assert faults_of(first) == [(2, "outside_ref", "other-known")]
    assert Complaint.objects.count() == 2


def test_a_transfer_after_the_customers_own_line_waits_for_a_person(office: Office) -> None:
    phone = office.bank.customer.points.get(kind="PHONE").value.plain
    own = {"客户号码": phone}
    transfer = {"外部编号": "TS-2", **own, **TRANSFER}
    assert faults_of(check(office, a_table(own, transfer))) == [(3, "customer", "own-open")]
    assert faults_of(check(office, a_table(transfer, own))) == []


def test_a_file_that_is_too_large_or_nonsense_is_answered_on_the_page(office: Office) -> None:
    client = signed_in(office.clerk)
    large = SimpleUploadedFile("a.csv", b"x" * (rules.MEASURE.most_bytes + 1))
    wrong = SimpleUploadedFile("a.csv", a_table({"星座": "狮子"}))
    with time.frozen(NOON):
        for file, words in ((large, "文件超过10 MB，请拆分。"), (wrong, "无法识别列名“星座”")):
            page = client.post(HOME, {"file": file})
            assert (page.status_code, words in page.text) == (422, True)
    assert rows()["complaints.ComplaintImport"] == 0


def test_what_is_written_between_two_turns_keeps_the_named_faults(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shouwen.service.complaints.actions.importing.BATCH_ROWS", 1)
    lines = (
        {"外部编号": "TS-1", **TRANSFER},
        {"外部编号": "TS-2"},
        {"外部编号": "TS-3", "诉求": ""},
    )
    found = check(office, a_table(*lines))
    take_in(office, a_table({"外部编号": "TS-9", **TRANSFER}))
    actions.start_import(found, actor=office.acceptor, at=later(hours=4))
    actions.import_waiting(NOON + timedelta(hours=1))
    found.refresh_from_db()
    assert (found.taken, found.made, found.left_out) == (2, 1, 1)
    assert faults_of(found) == [(2, "source_ref", "number-known"), (4, "demand", "missing")]
