"""What may not be said of a telling: other moments, pages nobody opens, notices nobody meant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shouwen.contact.conversations import plugs
from shouwen.contact.conversations.actions.keeping import CheckedFile, keep
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import ports
from shouwen.people.customers.models import ContactPoint
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Proof, notices
from shouwen.service.complaints.models import ResultNotice, TellingAttempt, TellingProof
from shouwen.service.complaints.rules import telling
from shouwen.service.complaints.tests.factories import Office, findings, fresh
from shouwen.service.complaints.tests.test_api import Line
from shouwen.service.complaints.tests.test_telling import (
    handled,
    issued,
    tell,
    trying,
    wrong_fields,
)

WINDOW = "complaint.review_apply"
TRIES = (later(hours=5), later(hours=26), later(hours=50))


@pytest.mark.parametrize("medium", ["CHAT", "PORTAL"])
def test_what_the_system_tells_by_itself_is_told_now_and_not_earlier(
    ruled: Office, medium: str
) -> None:
    one, notice = issued(ruled)
    trying(one, ruled, *TRIES)
    earlier = Proof(medium, told_at=later(hours=6))
    now = later(days=20)
    assert wrong_fields(lambda: tell(fresh(one), ruled, earlier, now)) == {"told_at"}
    assert Clock.objects.get(event="complaint.feedback").state != "STOPPED"
    assert telling.instant(earlier, issued_at=notice.issued_at, at=now) == now


@pytest.mark.usefixtures("letters")
def test_nobody_is_told_by_a_page_they_cannot_open(office: Office) -> None:
    one, _notice = issued(office)
    trying(one, office, *TRIES)

    def by_page() -> object:
        return tell(fresh(one), office, Proof("PORTAL"), later(hours=51))

    Case.objects.filter(pk=one.case.pk).update(customer=None)
    assert wrong_fields(by_page) == {"channel"}
    Case.objects.filter(pk=one.case.pk).update(customer=office.bank.customer)
    points = ContactPoint.objects.filter(customer=office.bank.customer)
    points.update(kind="WECHAT")
    assert wrong_fields(by_page) == {"channel"}
    points.update(kind="PHONE")
    by_page()
    assert fresh(one).state == "FEEDBACK_SENT"


def test_without_anything_that_carries_codes_nobody_is_told_by_page(
    office: Office, letters: Letters
) -> None:
    one, _notice = issued(office)
    trying(one, office, *TRIES)
    ports.plug_letterbox(None)
    try:
        by_page = Proof("PORTAL")
        assert wrong_fields(lambda: tell(fresh(one), office, by_page, later(hours=51))) == {
            "channel"
        }
    finally:
        ports.plug_letterbox(letters)


@pytest.mark.parametrize("recorded", [later(hours=16), later(hours=40)])
def test_an_attempt_is_recorded_on_the_day_it_was_made(office: Office, recorded: datetime) -> None:
    one, _notice = issued(office)

    def record(tried_at: datetime) -> object:
        return actions.record_attempt(
            fresh(one),
            medium="PHONE",
            outcome="无人接听",
            tried_at=tried_at,
            actor=office.handler,
            at=recorded,
        )

    # Nine in the morning and sixteen hours on: one o'clock in the night after, by Shanghai.
    assert wrong_fields(lambda: record(later(hours=14))) == {"tried_at"}
    assert TellingAttempt.objects.count() == 0
    record(recorded)
    assert TellingAttempt.objects.count() == 1


@pytest.mark.parametrize(
    "proof",
    [
        Proof("LETTER", reference="XA12345678901", posted_on=MONDAY_9AM.date()),
        Proof("HANDED", receiver="许远", told_at=later(hours=5)),
    ],
)
def test_the_time_to_ask_for_a_review_begins_when_the_telling_is_recorded(
    ruled: Office, proof: Proof
) -> None:
    one, notice = issued(ruled)
    recorded = later(days=6)
    told = telling.instant(proof, issued_at=notice.issued_at, at=recorded)
    tell(one, ruled, proof, recorded)
    assert told < recorded
    assert Clock.objects.get(event="complaint.feedback").stopped_at == told
    assert Clock.objects.get(event=WINDOW).started_at == recorded


def test_the_time_of_a_second_result_begins_when_its_telling_is_recorded(ruled: Office) -> None:
    one, _notice = issued(ruled)
    tell(one, ruled, Proof("PHONE", said="已告知"), later(hours=5))
    caller: Actor = ruled.bank.caller
    cases.object_by_customer(fresh(one).case, reason="不同意", actor=caller, at=later(hours=6))
    who: dict[str, Any] = {"actor": ruled.handler, "at": later(hours=7)}
    actions.agree_plan(fresh(one), cause="复核", plan="退费", answer="AGREED", **who)
    actions.resolve(fresh(one), **who)
    actions.issue_notice(fresh(one), findings(), **who)
    proof = Proof("HANDED", receiver="许远", told_at=later(hours=8))
    tell(fresh(one), ruled, proof, later(days=5))
    running = Clock.objects.get(event=WINDOW, state="RUNNING")
    assert running.started_at == later(days=5)


def test_the_file_of_a_notice_that_was_not_issued_is_not_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, kept = handled(office), []

    def remembered(file: CheckedFile, *, subject: str) -> str:
        kept.append(keep(file, subject=subject))
        return kept[-1]

    def failing(*_said: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(notices, "keep", remembered)
    monkeypatch.setattr(notices, "tell", failing)
    with pytest.raises(RuntimeError):
        actions.issue_notice(one, findings(), actor=office.handler, at=later(hours=4))
    assert (len(kept), ResultNotice.objects.count()) == (1, 0)
    with pytest.raises(FileNotFoundError):
        plugs.file_store().get(kept[0])


# --- the dialog ---


def _post(office: Office, path: str, **said: str) -> Any:
    client = signed_in(office.worker)
    with time.frozen(later(hours=9)):
        return client.post(path, said)


def test_a_stale_dialog_proves_no_other_notice(office: Office) -> None:
    one, first = issued(office)
    client = signed_in(office.worker)
    with time.frozen(later(hours=5)):
        dialog = client.get(f"/complaints/{one.public_id}/ask/feedback/").content.decode()
    assert f'<input type="hidden" name="notice" value="{first.public_id}">' in dialog
    who: dict[str, Any] = {"actor": office.handler, "at": later(hours=6)}
    second = actions.issue_notice(fresh(one), findings(outcome="退还利息。"), **who)
    path = f"/complaints/{one.public_id}/do/feedback/"
    said = {"text": "已修复", "channel": "PHONE", "said": "已告知"}
    stale = _post(office, path, notice=first.public_id, **said)
    assert "同事刚刚更新了本件" in stale.content.decode()
    assert (fresh(one).state, TellingProof.objects.count()) == ("HANDLED", 0)
    _post(office, path, notice=second.public_id, **said)
    assert TellingProof.objects.get().notice == second


def test_programs_name_the_notice_that_was_told(office: Office) -> None:
    one, first = issued(office)
    second = actions.issue_notice(
        fresh(one), findings(outcome="退还利息。"), actor=office.handler, at=later(hours=5)
    )
    line = Line(office, "complaints", office.worker)
    told = {"text": "已修复", "channel": "HANDED", "receiver": "许远"}
    path = f"/{one.public_id}/feedback"
    stale = line.send(path, {**told, "notice": first.public_id})
    assert (stale.status_code, stale.json()["code"]) == (409, "complaint-moved-on")
    assert TellingProof.objects.count() == 0
    assert line.send(path, {**told, "notice": second.public_id}).status_code == 200


def test_what_was_typed_stands_in_no_address_and_asking_anew_writes_nothing(
    office: Office,
) -> None:
    one, notice = issued(office)
    path = f"/complaints/{one.public_id}/ask/feedback/"
    client = signed_in(office.worker)
    with time.frozen(later(hours=9)):
        opened = client.get(path, {"text": "身故赔付已办妥"}).content.decode()
    assert ("hx-get" in opened, "身故赔付已办妥" in opened) == (False, False)
    rows, version = AuditRow.objects.count(), fresh(one).version
    said = {"text": "身故赔付已办妥" * 300, "receiver": "13800001234", "notice": "notice_old"}
    anew_at = f"/complaints/{one.public_id}/ask/feedback/anew/"
    assert f'hx-post="{anew_at}"' in opened
    with time.frozen(later(hours=9)):
        anew = client.post(anew_at, {"channel": "HANDED", **said}).content.decode()
    # The texts, and which notice was meant, stay; what the other medium needed goes.
    assert said["text"] in anew
    assert 'value="notice_old"' in anew
    assert 'name="receiver"' in anew
    assert "13800001234" not in anew
    assert notice.public_id not in anew
    assert (AuditRow.objects.count(), fresh(one).version) == (rows, version)
    assert _post(office, f"/complaints/{one.public_id}/ask/fly/anew/").status_code == 404
