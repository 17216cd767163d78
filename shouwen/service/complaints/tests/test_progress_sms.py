"""Where the complainant chose SMS, each milestone goes out by itself, in one message."""

from __future__ import annotations

from datetime import date

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.people.customers import ports
from shouwen.people.customers.models import ContactPoint
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.models import Complaint, ProgressNotice
from shouwen.service.complaints.rules import progress_sms as texts
from shouwen.service.complaints.rules.progress import Milestone
from shouwen.service.complaints.rules.progress_letters import PROMISED, Promise
from shouwen.service.complaints.tests.factories import Office, a_complaint_in

pytestmark = pytest.mark.django_db


def _asked(office: Office, state: str = "ACCEPTED") -> Complaint:
    """Bring a complaint so far whose complainant wants to be told by SMS."""
    return a_complaint_in(state, office, reply_by="SMS")


def _number(office: Office) -> str:
    points = ContactPoint.objects.filter(customer=office.bank.customer, kind="PHONE")
    return str(points.order_by("pk")[0].value.plain)


def _rows(one: Complaint) -> list[tuple[str, str, bool, str]]:
    rows = ProgressNotice.objects.filter(complaint=one).order_by("pk")
    return [(row.milestone, row.state, row.by_hand, row.answer) for row in rows]


@pytest.mark.parametrize("language", ["zh-hans", "en", "xx"])
@pytest.mark.parametrize("milestone", list(Milestone))
@pytest.mark.parametrize("institution", ["示例银行", "Sample Bank", "示" * 90, "B" * 200])
def test_every_message_is_one_message_long(
    milestone: Milestone, language: str, institution: str
) -> None:
    for event in (None, *PROMISED):
        words = texts.message(
            milestone,
            language,
            institution=institution,
            number="TS20260615000001",
            day=date(2026, 6, 16),
            promise=Promise(event, date(2026, 7, 1)) if event else None,
        )
        # Any Chinese character makes it UCS-2: 70 characters; else GSM 03.38: 160.
        assert len(words) <= (160 if words.isascii() else 70)
        assert "TS20260615000001" in words
        assert "{" not in words
        # What was reached is never cut.
        assert ("2026-06-16" in words) or milestone in (Milestone.PLANNED, Milestone.WAITING)


def test_the_limit_is_told_where_it_fits() -> None:
    words = texts.message(
        Milestone.ACCEPTED,
        "zh-hans",
        institution="示例银行",
        number="TS20260615000001",
        day=date(2026, 6, 16),
        promise=Promise(PROMISED[0], date(2026, 7, 1)),
    )
    assert words == (
        "【示例银行】您的投诉TS20260615000001已于2026-06-16受理。处理期限2026-07-01。"
        "可登录客户服务页面查询。"
    )


def test_each_milestone_goes_out_once_and_holds_nothing_of_the_matter(
    office: Office, letters: Letters
) -> None:
    one = _asked(office)
    assert _rows(one) == [("ACCEPTED", "DUE", False, "")]
    assert [actions.send_progress(later(hours=1)) for _time in range(2)] == [1, 0]
    ((kind, address, words, _key),) = letters.posted
    assert (kind, address) == ("PHONE", _number(office))
    assert one.case.number in words
    for secret in (one.case.title, one.demand.plain, office.bank.customer.name.plain, address):
        assert secret not in words
    row = ProgressNotice.objects.get()
    assert (row.state, row.told_way, row.letter_version, row.answer) == (
        "SENT",
        "SMS",
        texts.VERSION,
        "taken",
    )
    trail = AuditRow.objects.get(act="complaint.progress_sent")
    assert "progress sms 1" in trail.detail
    with time.frozen(later(hours=2)):
        page = signed_in(office.worker).get(f"/complaints/{one.public_id}/").content.decode()
    assert "发送通道已接收" in page


def test_who_closed_this_way_gets_no_message(office: Office, letters: Letters) -> None:
    first = _asked(office)
    customers.record_consent(
        office.bank.customer,
        purpose="NOTICE",
        way="SMS",
        is_given=False,
        evidence="CONTACT",
        evidence_ref="cont_tests",
        decided_at=later(minutes=30),
        actor=office.bank.me,
        at=later(minutes=30),
    )
    second = _asked(office)
    assert (actions.send_progress(later(hours=1)), letters.posted) == (0, [])
    assert _rows(first) == _rows(second) == [("ACCEPTED", "UNREACHED", False, "")]


def test_a_number_that_takes_nothing_leaves_it_to_a_person(
    office: Office, letters: Letters
) -> None:
    one = _asked(office)
    letters.answers[_number(office)] = ports.LetterRefused("404", of_address=True)
    assert actions.send_progress(later(hours=1)) == 0
    assert _rows(one) == [("ACCEPTED", "DUE", True, "404")]
    with time.frozen(later(hours=2)):
        page = signed_in(office.worker).get(f"/complaints/{one.public_id}/").content.decode()
    assert "发送通道应答404" in page
    assert f"/complaints/{one.public_id}/ask/progress/" in page


def test_a_message_put_off_is_tried_again_and_a_day_is_enough(
    office: Office, letters: Letters
) -> None:
    one = _asked(office)
    letters.answers[_number(office)] = ports.LetterDelayed("busy")
    assert actions.send_progress(later(hours=1)) == 0
    assert _rows(one) == [("ACCEPTED", "DUE", False, "busy")]
    assert actions.send_progress(later(hours=30)) == 0
    assert (_rows(one), one.progress.get().why) == ([("ACCEPTED", "DUE", True, "busy")], "AWAY")


def test_without_a_carrier_of_messages_a_person_tells(office: Office, letters: Letters) -> None:
    ports.plug_letterbox(None, ["PHONE"])
    assert _rows(_asked(office)) == [("ACCEPTED", "DUE", True, "")]


def test_the_one_carrier_goes_on_while_the_other_takes_nothing(
    office: Office, letters: Letters
) -> None:
    away = Letters()
    away.is_away = True
    ports.plug_letterbox(away, ["EMAIL"])
    customers.add_contact_point(
        office.bank.customer,
        kind="EMAIL",
        value="xu@example.com",
        actor=office.bank.me,
        at=later(),
    )
    a_complaint_in("ACCEPTED", office, reply_by="EMAIL")
    _asked(office)
    assert actions.send_progress(later(hours=1)) == 1
    assert [kind for kind, *_rest in letters.posted] == ["PHONE"]
