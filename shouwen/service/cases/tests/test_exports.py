"""A table leaves the ledger masked, sealed, for a time, and above fifty rows by two persons."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from shouwen.contact.conversations import plugs
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import figures
from shouwen.ground.policy.figures import Figure
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff import actions as staff_actions
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import acting
from shouwen.service.cases import actions
from shouwen.service.cases.models import CaseExport, ExportState
from shouwen.service.cases.queries import Filters, exports_of
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case, later

AT = later(hours=1)
EVERYTHING = Filters()


@pytest.fixture
def lead(bank: Bank) -> Person:
    """Who asks for exports."""
    return staff.a_person(bank.cards, "lead")


@pytest.fixture
def risk(bank: Bank) -> Person:
    """Who approves them."""
    return staff.a_person(bank.cards, "risk")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house in which more than two rows need a second person, and four are the most."""
    known = dict(figures.figures())
    for name, value in (("export-alone", 2), ("export-most", 4)):
        known[name] = Figure(name, value, "rows", "PV-11-02", name, name)
    monkeypatch.setattr(figures, "figures", lambda: known)


def _ask(who: Person, filters: Filters = EVERYTHING, **more: Any) -> CaseExport:
    values: dict[str, Any] = {"kind": "csv", "reason": "月度复盘", "language": "zh-hans"}
    return actions.ask_export(filters, **(values | more), actor=acting(who), at=AT)


def _cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def _acts() -> list[str]:
    rows = AuditRow.objects.filter(act__startswith="export.").order_by("pk")
    return list(rows.values_list("act", flat=True))


def test_a_few_rows_are_taken_alone_and_stay_masked(bank: Bank, lead: Person) -> None:
    case = a_case(bank, title="=1+1")
    export = _ask(lead)
    assert export.state == ExportState.QUEUED
    assert actions.write_waiting(AT) == 1
    found = actions.download(export.public_id, actor=acting(lead), at=AT)

    head, row, *rest = _cells(found.data)
    assert head[0] == "单号"
    assert row[0] == case.number
    assert case.customer is not None
    assert row[2] == case.customer.name.masked
    assert case.customer.name.plain not in found.data.decode("utf-8-sig")
    assert row[4] == "'=1+1"
    assert ["导出编号", export.public_id] in rest
    assert _acts() == ["export.asked", "export.written", "export.downloaded"]


def test_the_file_is_sealed_on_the_disk(bank: Bank, lead: Person) -> None:
    case = a_case(bank)
    export = _ask(lead)
    actions.write_waiting(AT)
    export.refresh_from_db()
    kept = plugs.file_store().get(export.storage_key)
    assert case.number.encode() not in kept
    assert str(settings.FILES_ROOT)


@pytest.mark.usefixtures("small")
def test_more_rows_wait_for_a_second_person(bank: Bank, lead: Person, risk: Person) -> None:
    for _ in range(3):
        a_case(bank)
    export = _ask(lead)
    assert export.state == ExportState.ASKED
    assert actions.write_waiting(AT) == 0
    approval = Approval.objects.get()
    assert "3" in approval.words
    with pytest.raises(approvals.OwnRequest):
        approvals.approve(approval, "同意", actor=acting(lead), at=AT)

    approvals.approve(approval, "用途合理", actor=acting(risk), at=AT)
    a_case(bank)
    assert actions.write_waiting(AT) == 1
    found = actions.download(export.public_id, actor=acting(lead), at=AT)
    # What was approved were three rows; a case opened since does not slip in.
    assert sum(row[0].startswith("GD") for row in _cells(found.data) if row) == 3


@pytest.mark.usefixtures("small")
def test_what_is_not_approved_is_never_written(bank: Bank, lead: Person, risk: Person) -> None:
    for _ in range(3):
        a_case(bank)
    export = _ask(lead)
    approvals.decline(Approval.objects.get(), "请缩小范围", actor=acting(risk), at=AT)
    export.refresh_from_db()
    assert export.state == ExportState.REFUSED
    assert actions.write_waiting(AT) == 0
    with pytest.raises(actions.ExportNotReady):
        actions.download(export.public_id, actor=acting(lead), at=AT)


@pytest.mark.usefixtures("small")
def test_nothing_is_approved_for_somebody_who_has_left(
    bank: Bank, lead: Person, risk: Person
) -> None:
    for _ in range(3):
        a_case(bank)
    _ask(lead)
    staff_actions.revoke_role(lead, "lead", actor=staff.FOUNDER, at=AT)
    with pytest.raises(actions.AskerHasLeft):
        approvals.approve(Approval.objects.get(), "同意", actor=acting(risk), at=AT)


@pytest.mark.usefixtures("small")
def test_too_many_too_few_and_badly_asked(bank: Bank, lead: Person) -> None:
    with pytest.raises(Invalid) as none:
        _ask(lead)
    assert list(none.value.fields) == ["rows"]
    for _ in range(5):
        a_case(bank)
    with pytest.raises(Invalid) as many:
        _ask(lead)
    assert list(many.value.fields) == ["rows"]
    for field, wrong in (
        ("reason", {"reason": " "}),
        ("reason", {"reason": "x" * 201}),
        ("format", {"kind": "exe"}),
        ("q", {"filters": Filters(q="13800001234")}),
    ):
        with pytest.raises(Invalid) as refused:
            _ask(lead, **wrong)
        assert list(refused.value.fields) == [field]
    with pytest.raises(NotAllowed):
        _ask(bank.agent)


def test_a_file_is_its_askers_alone_and_of_their_institution(bank: Bank, lead: Person) -> None:
    a_case(bank)
    a_case(a_bank("insurer"))
    export = _ask(lead)
    actions.write_waiting(AT)
    found = actions.download(export.public_id, actor=acting(lead), at=AT)
    assert sum(row[0].startswith("GD") for row in _cells(found.data) if row) == 1
    other = staff.a_person(bank.cards, "lead")
    with pytest.raises(NotThere):
        actions.download(export.public_id, actor=acting(other), at=AT)
    assert exports_of(acting(other), at=AT).rows == []


def test_a_file_is_kept_a_day_and_then_unreadable(bank: Bank, lead: Person) -> None:
    a_case(bank)
    export = _ask(lead)
    actions.write_waiting(AT)
    export.refresh_from_db()
    key, over = export.storage_key, AT + timedelta(hours=24)
    with pytest.raises(actions.ExportNotReady):
        actions.download(export.public_id, actor=acting(lead), at=over)
    assert actions.write_waiting(over) == 1
    with pytest.raises(FileNotFoundError):
        plugs.file_store().get(key)
    export.refresh_from_db()
    assert (export.state, export.storage_key) == (ExportState.OVER, "")
    assert _acts()[-1] == "export.deleted"


def test_a_writer_that_fails_thrice_tells_its_asker(
    bank: Bank, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_case(bank)
    export = _ask(lead)

    def broken(*_args: object, **_more: object) -> object:
        raise OSError("disk full")

    monkeypatch.setattr("shouwen.service.cases.actions.exporting.sheets.write", broken)
    for number in range(3):
        assert actions.write_waiting(AT + timedelta(minutes=11 * number)) == 1
    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert _acts()[-1] == "export.failed"


def test_the_lead_exports_on_the_page(bank: Bank, lead: Person) -> None:
    a_case(bank)
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    dialog = client.get("/cases/exports/new/?view=open").content.decode()
    assert "1件工单" in dialog
    wrong = client.post("/cases/exports/new/", {"format": "xlsx", "reason": ""})
    assert wrong.status_code == 422
    asked = client.post("/cases/exports/new/", {"format": "xlsx", "reason": "复盘", "view": "open"})
    assert asked["Location"] == "/cases/exports/"
    actions.write_waiting(time.now())
    listed = client.get("/cases/exports/").content.decode()
    export = CaseExport.objects.get()
    assert f"/cases/exports/{export.public_id}/file/" in listed
    file = client.get(f"/cases/exports/{export.public_id}/file/")
    assert file.content[:2] == b"PK"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in file["Content-Disposition"]


def test_programs_export_once_for_each_key(bank: Bank, lead: Person) -> None:
    a_case(bank)
    _row, token = staff_actions.create_api_key(
        bank.institution,
        role="lead",
        name="tests",
        person=lead,
        actor=staff.FOUNDER,
        at=time.now(),
    )
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
    body = {"reason": "复盘", "format": "csv", "view": "open"}

    def post() -> Any:
        return Client().post(
            "/api/v1/exports", body, content_type="application/json", headers=headers
        )

    first, again = post(), post()
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert CaseExport.objects.count() == 1
    file = f"/api/v1/exports/{first.json()['id']}/file"
    assert Client().get(file, headers=headers).status_code == 409
    actions.write_waiting(time.now())
    assert Client().get(file, headers=headers).content.startswith(b"\xef\xbb\xbf")
