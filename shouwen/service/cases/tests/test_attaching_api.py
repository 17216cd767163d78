"""Scans and files of colleagues by program: as on the page, once, and never without a person."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouwen.contact.conversations.plugs import EICAR
from shouwen.contact.conversations.rules import content
from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.service.cases import queries
from shouwen.service.cases.models import Case, CaseFile
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later
from shouwen.service.cases.tests.test_api import CASES, Program
from shouwen.service.cases.tests.test_by_customer import PNG


@pytest.fixture
def worked(bank: Bank) -> Case:
    """A case the agent works."""
    return a_case_in("IN_PROGRESS", bank)


@pytest.fixture
def program(bank: Bank) -> Program:
    """A program that acts as the agent."""
    return Program(bank, "agent", as_agent=True)


def send(
    program: Program, case: Case, name: str = "来信.png", data: bytes = PNG, key: str = ""
) -> Any:
    """Send one file to a case, at five o'clock."""
    headers = {"Authorization": f"Bearer {program.key}"} | ({"Idempotency-Key": key} if key else {})
    with time.frozen(later(hours=8)):
        return program.client.post(
            f"{CASES}/{case.public_id}/attachments",
            {"file": SimpleUploadedFile(name, data)},
            headers=headers,
        )


def test_a_program_adds_a_scan_once_and_colleagues_read_it(
    bank: Bank, worked: Case, program: Program
) -> None:
    answers = [send(program, worked, key="scan-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    made = answers[0].json()
    assert made == answers[1].json()
    assert (made["name"], made["by_staff"], made["scan"]) == ("来信.png", True, "CLEAN")
    (held,) = queries.files_of(worked)
    assert held.added_by == bank.agent
    assert queries.files_handed_in(worked) == [], "the customer does not see it"
    assert AuditRow.objects.filter(act="case.files_attached").count() == 1
    got = program.get(f"/{worked.public_id}/attachments/{made['id']}")
    assert (got.status_code, got.content) == (200, PNG)
    reused = send(program, worked, data="另一份".encode(), name="b.txt", key="scan-1")
    assert (reused.status_code, reused.json()["code"]) == (409, "key-reused")
    same = send(program, worked, name="又名.png")
    assert (same.status_code, same.json()["id"]) == (201, made["id"])
    assert CaseFile.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("来信.exe", b"MZ", 422, "file-refused"),
        ("来信.png", b"<html>", 422, "file-refused"),
        ("来信.txt", EICAR, 422, "file-infected"),
        ("来信.png", b"x" * (content.FILE_MAX_BYTES + 1), 413, "file-too-large"),
    ],
    ids=["kind", "signature", "infected", "large"],
)
def test_a_bad_file_is_refused_by_name(
    worked: Case, program: Program, name: str, data: bytes, status: int, code: str
) -> None:
    refused = send(program, worked, name, data, key="bad")
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not CaseFile.objects.exists()
    # The key is free for the right file.
    assert send(program, worked, key="bad").status_code == 201


def test_who_does_not_work_the_case_adds_nothing(
    bank: Bank, worked: Case, program: Program
) -> None:
    assert send(Program(bank, "inspector"), worked).status_code == 403
    assert send(Program(bank, "lead"), worked).status_code == 403, "a key of nobody"
    stranger = Program(a_bank("insurer"), "agent", as_agent=True)
    assert send(stranger, worked).status_code == 404
    closed = a_case_in("CLOSED", bank)
    assert send(program, closed).status_code == 409
    none = program.client.post(
        f"{CASES}/{worked.public_id}/attachments",
        {},
        headers={"Authorization": f"Bearer {program.key}"},
    )
    assert none.status_code == 422
    assert not CaseFile.objects.exists()
