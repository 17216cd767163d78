"""The scan of a letter comes with its complaint, and colleagues add files later."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouwen.contact.conversations.plugs import EICAR
from shouwen.contact.conversations.rules import content
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import CaseFile
from shouwen.service.cases.tests.factories import later
from shouwen.service.cases.tests.test_by_customer import PNG
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in

LETTER = {
    "title": "书面投诉",
    "description": "来信投诉。",
    "demand": "说明原因。",
    "origin": "CLERK",
    "channel": "LETTER",
    "reply_by": "PHONE",
    "urgency": "ORDINARY",
    "complainant": "许远",
    "reachable_at": "江苏省南京市",
}


def scan(name: str = "来信.png", data: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def post(who: Person, path: str, said: dict[str, Any]) -> Any:
    with time.frozen(later(hours=9)):
        return signed_in(who).post(path, said)


def test_the_scan_comes_with_the_letter(office: Office) -> None:
    agent = office.bank.agent
    form = signed_in(agent).get("/complaints/new/").content.decode()
    assert 'enctype="multipart/form-data"' in form
    assert post(agent, "/complaints/new/", {**LETTER, "file": scan()}).status_code == 302
    one = Complaint.objects.select_related("case").get()
    (held,) = case_queries.files_of(one.case)
    assert (held.name.plain, held.added_by, held.scan_state) == ("来信.png", agent, "CLEAN")
    # Colleagues see it; the complainant's own page has what they handed in themselves.
    assert case_queries.files_handed_in(one.case) == []
    with pytest.raises(NotThere):
        cases.open_material(held.public_id, actor=office.bank.caller, at=later(hours=9))
    story = [entry for entry in case_queries.timeline(one.case) if entry.act == "attach"]
    assert [(entry.text, entry.visible_to_customer) for entry in story] == [("来信.png", False)]
    page = signed_in(office.head).get(f"/complaints/{one.public_id}/").content.decode()
    assert held.public_id in page
    with time.frozen(later(hours=10)):
        got = signed_in(office.bank.inspector).get(f"/cases/files/{held.public_id}/")
    assert (got.status_code, b"".join(got)) == (200, PNG)
    acts = AuditRow.objects.filter(act__in=["case.files_attached", "attachment.opened"])
    assert list(acts.order_by("pk").values_list("act", flat=True)) == [
        "case.files_attached",
        "attachment.opened",
    ]


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("来信.exe", b"MZ", 422),
        ("来信.png", b"<html>", 422),
        ("来信.txt", EICAR, 422),
        ("来信.png", b"x" * (content.FILE_MAX_BYTES + 1), 413),
    ],
    ids=["kind", "signature", "infected", "large"],
)
def test_a_bad_scan_enters_nothing(office: Office, name: str, data: bytes, status: int) -> None:
    refused = post(office.bank.agent, "/complaints/new/", {**LETTER, "file": scan(name, data)})
    assert refused.status_code == status
    # What was typed is there still.
    assert "来信投诉。" in refused.content.decode()
    assert not Complaint.objects.exists()
    one = a_complaint_in("ACCEPTED", office)
    later_on = post(office.clerk, f"/complaints/{one.public_id}/files/", {"file": scan(name, data)})
    assert later_on.status_code == status
    assert not CaseFile.objects.exists()


def test_colleagues_add_files_later(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    path = f"/complaints/{one.public_id}/files/"
    assert post(office.worker, path, {}).status_code == 422
    six = [scan(f"{n}.txt", f"第{n}份".encode()) for n in range(6)]
    assert post(office.worker, path, {"file": six}).status_code == 422
    for _again in range(2):
        assert post(office.worker, path, {"file": scan("抽检.png")}).status_code == 302
    assert [row.name.plain for row in case_queries.files_of(one.case)] == ["抽检.png"]
    # Reading complaints is not working on them.
    assert post(office.bank.inspector, path, {"file": scan("b.png")}).status_code == 403
    assert post(office.bank.agent, path, {"file": scan("b.png")}).status_code == 403
    closed = a_complaint_in("CLOSED", office)
    late = post(office.worker, f"/complaints/{closed.public_id}/files/", {"file": scan("c.png")})
    assert late.status_code == 409


def test_what_the_complainant_hands_in_too_is_theirs_to_see(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    post(office.worker, f"/complaints/{one.public_id}/files/", {"file": scan()})
    upload = cases.Upload("来信.png", PNG)
    cases.add_material(one.case, files=[upload], actor=office.bank.caller, at=later(hours=10))
    assert [row.added_by for row in case_queries.files_handed_in(one.case)] == [None]
    assert CaseFile.objects.count() == 1
