"""Result notices under the institution's electronic seal: what is signed is what is frozen."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.ground.vault import seals
from shouwen.ground.vault.models import AuditRow
from shouwen.ground.vault.tests.seal_files import OWNER, a_seal
from shouwen.ground.vault.tests.test_seals import verdict
from shouwen.people.staff.models import Person
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions
from shouwen.service.complaints.models import Complaint, ResultNotice
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, findings, fresh


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where the institutions' seals lie."""
    settings.SEALS_ROOT = tmp_path / "seals"
    return tmp_path / "seals"


def issue(one: Complaint, office: Office) -> ResultNotice:
    return actions.issue_notice(fresh(one), findings(), actor=office.handler, at=later(hours=4))


def kept_of(notice: ResultNotice, office: Office) -> bytes:
    return actions.open_notice(notice.public_id, actor=office.handler, at=later(hours=5)).data


def test_what_is_signed_is_what_is_frozen_and_hashed(office: Office, folder: Path) -> None:
    code = office.bank.institution.code
    certificate = a_seal(folder, code, MONDAY_9AM)
    notice = issue(a_complaint_in("HANDLED", office), office)
    pdf = kept_of(notice, office)
    assert hashlib.sha256(pdf).hexdigest() == notice.pdf_sha256
    said = verdict(pdf, certificate)
    assert (said.intact, said.valid, said.bottom_line) == (True, True, True)
    digest = certificate.fingerprint(hashes.SHA256()).hex()
    assert (notice.seal_name, notice.seal_sha256) == (OWNER, digest)
    on_trail = AuditRow.objects.get(act="complaint.notice_issued").detail
    assert json.loads(on_trail)["seal"].replace(".", "") == digest
    broken = bytearray(pdf)
    broken[pdf.index(b"stream") + 40] ^= 1
    assert not verdict(bytes(broken), certificate).intact


def test_without_a_certificate_it_goes_out_unsigned_and_says_so(
    office: Office, folder: Path
) -> None:
    # Another institution's seal is not taken.
    a_seal(folder, "insurer", MONDAY_9AM)
    notice = issue(a_complaint_in("HANDLED", office), office)
    assert (notice.seal_name, notice.seal_sha256) == ("", "")
    assert b"/ByteRange" not in kept_of(notice, office)
    assert "未盖电子印章" in shown(office.head, notice.complaint)


def shown(who: Person, one: Complaint) -> str:
    client = Client()
    client.force_login(who)
    with time.frozen(later(hours=6)):
        return client.get(f"/complaints/{one.public_id}/").content.decode()


def test_page_and_programs_say_whose_seal_it_bears(office: Office, folder: Path) -> None:
    a_seal(folder, office.bank.institution.code, MONDAY_9AM)
    notice = issue(a_complaint_in("HANDLED", office), office)
    page = shown(office.head, notice.complaint)
    assert "已盖电子印章" in page
    assert f"电子印章：{OWNER}" in page
    client = Client()
    client.force_login(office.head)
    with time.frozen(later(hours=6)):
        listed = client.get(f"/api/v1/complaints/{notice.complaint.public_id}/notices").json()
    assert listed["items"][0]["seal"] == {"name": OWNER, "sha256": notice.seal_sha256}


@pytest.mark.parametrize("amiss", ["expired", "phrase"])
def test_a_seal_that_cannot_be_used_issues_nothing(
    office: Office, folder: Path, settings: Any, amiss: str
) -> None:
    code = office.bank.institution.code
    begun = MONDAY_9AM - timedelta(days=9)
    a_seal(folder, code, begun, lasts=timedelta(days=8 if amiss == "expired" else 900))
    if amiss == "phrase":
        (folder / f"{code}.pass").write_text("other")
    one = a_complaint_in("HANDLED", office)
    settings.FILES_ROOT = folder.parent / "files"
    with pytest.raises(seals.SealExpired if amiss == "expired" else seals.SealDamaged):
        issue(one, office)
    assert (fresh(one).notice_at, ResultNotice.objects.count()) == (None, 0)
    assert not AuditRow.objects.filter(act="complaint.notice_issued").exists()
    assert not settings.FILES_ROOT.exists()
    client = Client()
    client.force_login(office.worker)
    with time.frozen(later(hours=5)):
        said = client.post(
            f"/api/v1/complaints/{one.public_id}/notice",
            json.dumps({"facts": "f", "basis": "b", "reasons": "r", "outcome": "o"}),
            content_type="application/json",
        )
    named = "seal-expired" if amiss == "expired" else "seal-damaged"
    assert (said.status_code, said.json()["code"]) == (409, named)
