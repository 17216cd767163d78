"""What customers do to their own case by themselves: urge, withdraw, add material."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from shouwen.contact.conversations import ports
from shouwen.contact.conversations.actions import problems
from shouwen.contact.conversations.plugs import EICAR, BuiltInScanner
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, CaseEntry, CaseFile
from shouwen.service.cases.queries.clocks import subject_of
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, a_task, later
from shouwen.service.cases.tests.test_api import Program

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture
def bank(db: None) -> Bank:
    return a_bank()


@pytest.fixture
def worked(bank: Bank) -> Case:
    """A case that is worked on."""
    return a_case_in("IN_PROGRESS", bank)


def add(case: Case, bank: Bank, hours: float = 1, **what: Any) -> list[CaseFile]:
    return actions.add_material(case, actor=bank.caller, at=later(hours=hours), **what)


# ---- urging ----


def test_urging_marks_the_case_until_somebody_acts(bank: Bank, worked: Case) -> None:
    actions.urge(worked, actor=bank.caller, at=later(hours=1))
    worked.refresh_from_db()
    assert worked.urged_at == later(hours=1)
    assert AuditRow.objects.filter(act="case.urged", object_ref=worked.public_id).count() == 1
    actions.record_opinion(
        worked, cause="卡号泄露", solution="换卡", actor=bank.me, at=later(hours=2)
    )
    worked.refresh_from_db()
    assert worked.urged_at is None


def test_urging_again_waits_for_the_hours_set(bank: Bank, worked: Case) -> None:
    risk = staff.acting(staff.a_person(bank.cards, "risk"))
    customers.set_self_service(
        bank.institution, {"urge_every_hours": 2}, actor=risk, at=later(hours=1)
    )
    actions.urge(worked, actor=bank.caller, at=later(hours=1))
    with pytest.raises(actions.UrgedAlready):
        actions.urge(worked, actor=bank.caller, at=later(hours=2.9))
    actions.urge(worked, actor=bank.caller, at=later(hours=3))
    assert CaseEntry.objects.filter(case=worked, act="urge").count() == 2


@pytest.mark.parametrize("state", ["FEEDBACK_SENT", "CLOSED", "ARCHIVED"])
def test_there_is_nothing_to_urge_once_the_result_is_told(bank: Bank, state: str) -> None:
    with pytest.raises(actions.NothingToUrge):
        actions.urge(a_case_in(state, bank), actor=bank.caller, at=later(hours=6))


# ---- withdrawing ----


@pytest.mark.parametrize("state", ["NEW", "ACCEPTED", "CLASSIFIED", "ASSIGNED", "IN_PROGRESS"])
def test_a_question_is_withdrawn_and_closed_by_staff(bank: Bank, state: str) -> None:
    case = a_case_in(state, bank)
    actions.withdraw_by_customer(case, reason="已自行解决", actor=bank.caller, at=later(hours=1))
    open_clocks = Clock.objects.filter(subject_ref=subject_of(case).ref, stopped_at__isnull=True)
    assert not open_clocks.filter(state__in=("RUNNING", "PAUSED")).exists()
    assert (case.state, case.customer_confirmed_at) == ("FEEDBACK_SENT", later(hours=1))
    view = queries.portal_view(case)
    assert (view.withdrawn_at, view.may_urge, view.may_withdraw, view.may_object) == (
        later(hours=1),
        False,
        False,
        False,
    )
    actions.confirm_by_agent(case, actor=bank.boss, at=later(hours=2))
    actions.close(case, actor=bank.boss, at=later(hours=2))
    actions.archive(case, actor=bank.boss, at=later(hours=3))
    assert case.solution is not None
    assert "已自行解决" in case.solution.plain


def test_withdrawing_takes_the_tasks_of_other_units_back(bank: Bank, worked: Case) -> None:
    task = a_task(bank, worked)
    actions.withdraw_by_customer(worked, reason="不需要了", actor=bank.caller, at=later(hours=1))
    task.refresh_from_db()
    assert task.state == "WITHDRAWN"


def test_withdrawing_needs_a_reason_and_comes_before_the_result(bank: Bank, worked: Case) -> None:
    with pytest.raises(Invalid):
        actions.withdraw_by_customer(worked, reason=" ", actor=bank.caller, at=later(hours=1))
    told = a_case_in("FEEDBACK_SENT", bank)
    with pytest.raises(actions.CaseMovedOn):
        actions.withdraw_by_customer(told, reason="x", actor=bank.caller, at=later(hours=3))
    told.refresh_from_db()
    assert told.customer_confirmed_at is None


# ---- material ----


def test_material_is_kept_once_and_opened_by_those_who_reach_the_case(
    bank: Bank, worked: Case
) -> None:
    files = [actions.Upload("小票.png", PNG), actions.Upload("说明.txt", "刷卡记录".encode())]
    first, second = add(worked, bank, text="补充小票", files=files)
    assert add(worked, bank, files=files[:1]) == []
    assert [file.name.plain for file in queries.files_of(worked)] == ["小票.png", "说明.txt"]
    for actor in (bank.me, bank.caller, Actor.customer(worked.public_id, bank.institution.pk)):
        opened = actions.open_material(first.public_id, actor=actor, at=later(hours=2))
        assert (opened.name, opened.content_type, opened.data) == ("小票.png", "image/png", PNG)
    other = a_bank("insurer")
    for stranger in (other.me, other.caller, bank.acting(bank.outsider)):
        with pytest.raises(NotThere):
            actions.open_material(second.public_id, actor=stranger, at=later(hours=2))
    for wrong in ("mat_x", "mat_" + "a" * 26, "", "\x00"):
        with pytest.raises(NotThere):
            actions.open_material(wrong, actor=bank.me, at=later(hours=2))
    assert AuditRow.objects.filter(act="attachment.opened").count() == 3


def test_what_was_waited_for_lets_the_case_go_on(bank: Bank, worked: Case) -> None:
    actions.wait_for_customer(worked, reason="请补小票", actor=bank.me, at=later(minutes=30))
    add(worked, bank, text="小票丢了，附截图说明")
    worked.refresh_from_db()
    assert (worked.state, worked.waits_for) == ("IN_PROGRESS", "")
    acts = list(CaseEntry.objects.filter(case=worked).order_by("-id").values_list("act", flat=True))
    assert acts[:2] == ["carry_on", "material"]


def test_bad_material_leaves_nothing_behind(bank: Bank, worked: Case) -> None:
    bad: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"text": "", "files": []}, Invalid),
        ({"text": "x" * 5001}, Invalid),
        ({"files": [actions.Upload("a.png", b"<html>")]}, problems.FileRefused),
        ({"files": [actions.Upload("a.txt", EICAR)]}, problems.FileInfected),
        (
            {"files": [actions.Upload("b.png", PNG), actions.Upload("a.exe", b"MZ")]},
            problems.FileRefused,
        ),
    ]
    for what, error in bad:
        with pytest.raises(error):
            add(worked, bank, **what)
    assert not CaseFile.objects.exists()
    assert not CaseEntry.objects.filter(act="material").exists()


def test_a_case_holds_only_so_many_files(bank: Bank, worked: Case) -> None:
    risk = staff.acting(staff.a_person(bank.cards, "risk"))
    customers.set_self_service(
        bank.institution, {"files_per_case": 2}, actor=risk, at=later(hours=1)
    )
    uploads = [actions.Upload(f"{n}.txt", f"第{n}份".encode()) for n in range(3)]
    add(worked, bank, files=uploads[:2])
    with pytest.raises(actions.TooManyFiles):
        add(worked, bank, files=uploads[2:])
    assert CaseFile.objects.count() == 2


def test_a_file_stays_shut_until_the_scanner_is_back(
    bank: Bank, worked: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def scan(self, data: bytes) -> ports.Verdict:
            raise ports.ScannerAway

    monkeypatch.setattr(ports.plugged, "scanner", Away())
    clean, bad = add(
        worked, bank, files=[actions.Upload("a.png", PNG), actions.Upload("b.txt", EICAR)]
    )
    assert actions.scan_waiting_material(later(hours=1)) == 0
    with pytest.raises(problems.FileNotReady):
        actions.open_material(clean.public_id, actor=bank.me, at=later(hours=1))
    monkeypatch.setattr(ports.plugged, "scanner", BuiltInScanner())
    assert actions.scan_waiting_material(later(hours=2)) == 2
    assert actions.open_material(clean.public_id, actor=bank.me, at=later(hours=2)).data == PNG
    with pytest.raises(NotThere):
        actions.open_material(bad.public_id, actor=bank.me, at=later(hours=2))


def test_a_closed_case_takes_nothing_more(bank: Bank) -> None:
    with pytest.raises(actions.CaseIsOver):
        add(a_case_in("CLOSED", bank), bank, hours=6, text="还有问题")


# ---- whose case ----


def test_strangers_do_nothing(bank: Bank, worked: Case) -> None:
    other = a_bank("insurer")
    strangers = [
        other.caller,
        Actor.customer("", bank.institution.pk),
        Actor.customer(bank.customer.public_id, other.institution.pk),
        bank.me,
    ]
    for stranger in strangers:
        for act in (
            lambda who: actions.urge(worked, actor=who, at=later(hours=1)),
            lambda who: actions.withdraw_by_customer(
                worked, reason="x", actor=who, at=later(hours=1)
            ),
            lambda who: actions.add_material(worked, text="x", actor=who, at=later(hours=1)),
        ):
            with pytest.raises(NotThere):
                act(stranger)
    assert CaseEntry.objects.filter(act__in=("urge", "withdraw", "material")).count() == 0


def test_programs_list_and_download_the_files_of_a_case(bank: Bank, worked: Case) -> None:
    files = [actions.Upload("小票.png", PNG), actions.Upload("说明.txt", "刷卡记录".encode())]
    first, second = add(worked, bank, files=files)
    program, path = Program(bank), f"/{worked.public_id}/attachments"
    listed = program.get(path).json()["items"]
    assert [(one["name"], one["scan"]) for one in listed] == [
        ("小票.png", "CLEAN"),
        ("说明.txt", "CLEAN"),
    ]
    got = program.get(f"{path}/{first.public_id}")
    assert (got.status_code, got.content, got["Content-Type"]) == (200, PNG, "image/png")
    assert got["Content-Disposition"].startswith("attachment")
    assert AuditRow.objects.filter(act="attachment.opened").count() == 1
    # By another case, from another institution, or by a wrong name there is none.
    another = a_case_in("NEW", bank)
    other = f"/{another.public_id}/attachments/{first.public_id}"
    stranger = Program(a_bank("insurer"))
    for answer in (
        program.get(other),
        program.get(f"{path}/mat_x"),
        program.get(f"{path}/{'x' * 900}"),
        stranger.get(path),
        stranger.get(f"{path}/{first.public_id}"),
    ):
        assert answer.status_code == 404
    CaseFile.objects.filter(pk=first.pk).update(scan_state="REFUSED")
    CaseFile.objects.filter(pk=second.pk).update(scan_state="PENDING")
    assert [one["scan"] for one in program.get(path).json()["items"]] == ["PENDING"]
    assert program.get(f"{path}/{first.public_id}").status_code == 404
    assert program.get(f"{path}/{second.public_id}").status_code == 409
    assert AuditRow.objects.filter(act="attachment.opened").count() == 1
