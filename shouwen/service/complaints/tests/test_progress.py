"""The complainant hears of every milestone, by the way they chose, and no step waits for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.people.customers import ports
from shouwen.people.customers.models import ContactPoint
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions.refusals import RecusedHere
from shouwen.service.complaints.models import Complaint, ProgressNotice
from shouwen.service.complaints.rules import progress
from shouwen.service.complaints.rules import progress_letters as texts
from shouwen.service.complaints.rules.progress import Milestone, Reach, Why
from shouwen.service.complaints.rules.states import Act, State
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh

pytestmark = pytest.mark.django_db
ADDRESS = "xu@example.com"


def _by_mail(office: Office, language: str = "zh-hans") -> None:
    """Give the customer an address; their complaints say that they want letters."""
    customer = office.bank.customer
    customer.language = language
    customer.save(update_fields=["language"])
    customers.add_contact_point(
        customer, kind="EMAIL", value=ADDRESS, actor=office.bank.me, at=later()
    )


def _mailed(office: Office, state: str = "ACCEPTED") -> Complaint:
    return a_complaint_in(state, office, reply_by="EMAIL")


def _rows(one: Complaint) -> list[tuple[str, str, bool]]:
    rows = ProgressNotice.objects.filter(complaint=one).order_by("pk")
    return [(row.milestone, row.state, row.by_hand) for row in rows]


def _refuse(office: Office, way: str) -> None:
    customers.record_consent(
        office.bank.customer,
        purpose="NOTICE",
        way=way,
        is_given=False,
        evidence="CONTACT",
        evidence_ref="cont_tests",
        decided_at=later(),
        actor=office.bank.me,
        at=later(),
    )


@pytest.mark.parametrize(
    ("act", "before", "after", "milestone"),
    [
        (Act.ACCEPT, State.RECEIVED, State.ACCEPTED, Milestone.ACCEPTED),
        (Act.START, State.GRADED, State.STARTED, Milestone.STARTED),
        (Act.PLAN, State.RESPONSIBILITY_ASSIGNED, State.PLAN_AGREED, Milestone.PLANNED),
        (Act.PLAN, State.PLAN_AGREED, State.PLAN_AGREED, None),
        (Act.RESOLVE, State.PLAN_AGREED, State.HANDLED, Milestone.HANDLED),
        (Act.OBJECT, State.HANDLED, State.RESPONSIBILITY_ASSIGNED, Milestone.REOPENED),
        (Act.REOPEN, State.CLOSED, State.GRADED, Milestone.REOPENED),
        (Act.CLASSIFY, State.ACCEPTED, State.CLASSIFIED, None),
        (Act.NOTICE, State.STARTED, State.STARTED, None),
    ],
)
def test_a_step_reaches_its_milestone_once(
    act: Act, before: State, after: State, milestone: Milestone | None
) -> None:
    assert progress.reached(act, before, after) is milestone


def test_who_speaks_through_others_or_closed_the_way_is_not_told() -> None:
    assert Reach().unreached is None
    assert Reach(speaks=False, is_wanted=False).unreached is Why.GROUP
    assert Reach(is_wanted=False).unreached is Why.REFUSED
    assert Reach(has_way=False).unreached is Why.NO_WAY


@pytest.mark.parametrize("language", ["zh-hans", "en", "xx"])
@pytest.mark.parametrize("milestone", list(Milestone))
def test_every_letter_says_what_comes_next_and_until_when(
    milestone: Milestone, language: str
) -> None:
    day, due = date(2026, 6, 16), date(2026, 7, 1)
    for event in texts.PROMISED:
        subject, words = texts.letter(
            milestone,
            language,
            institution="示例银行",
            number="TS1",
            day=day,
            promise=texts.Promise(event, due),
        )
        assert "TS1" in subject
        assert "2026-06-16" in words
        assert "{" not in subject + words
        assert ("2026-07-01" in words) is (milestone is not Milestone.WAITING)
        assert ("您" in words) is (language != "en")


def test_each_milestone_goes_out_once_by_mail_and_holds_nothing_of_the_matter(
    office: Office, letters: Letters
) -> None:
    _by_mail(office)
    one = _mailed(office)
    assert _rows(one) == [("ACCEPTED", "DUE", False)]
    assert [actions.send_progress(later(hours=1)) for _time in range(2)] == [1, 0]
    ((kind, address, words, _key),) = letters.posted
    assert (kind, address) == ("EMAIL", ADDRESS)
    assert one.case.number in words
    assert "受理" in words
    for secret in (one.case.title, one.demand.plain, office.bank.customer.name.plain):
        assert secret not in words + letters.subjects[0]
    row = ProgressNotice.objects.get()
    assert (row.state, row.told_way, row.letter_version) == ("SENT", "EMAIL", texts.VERSION)
    assert AuditRow.objects.filter(act="complaint.progress_sent").count() == 1


def test_an_english_customer_reads_english(office: Office, letters: Letters) -> None:
    _by_mail(office, "en")
    _mailed(office)
    actions.send_progress(later(hours=1))
    assert "was accepted on" in letters.posted[0][2]


def test_the_letter_tells_the_tightest_hard_limit_and_its_day(
    ruled: Office, letters: Letters
) -> None:
    _by_mail(ruled)
    _mailed(ruled)
    actions.send_progress(later(hours=1))
    assert "按照规定" in letters.posted[0][2]


def test_a_plan_agreed_with_the_complainant_was_told_in_that_talk(office: Office) -> None:
    one = a_complaint_in("HANDLED", office)
    rows = {row.milestone: row for row in one.progress.all()}
    assert (rows["PLANNED"].state, rows["PLANNED"].told_way) == ("TOLD", "PHONE")
    assert rows["PLANNED"].told_by == office.worker
    # Whoever speaks of the plan says where it stands: what was due before is told with it.
    assert {rows[name].state for name in ("ACCEPTED", "STARTED")} == {"TOLD"}
    assert (rows["HANDLED"].state, rows["HANDLED"].by_hand) == ("DUE", True)


def test_the_result_covers_what_was_still_to_be_told(office: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    assert one.progress.get(milestone="HANDLED").state == "COVERED"


def test_a_person_tells_what_no_letter_carries(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    assert _rows(one) == [("ACCEPTED", "DUE", True), ("STARTED", "DUE", True)]
    who: dict[str, Any] = {"actor": office.handler, "at": later(hours=1)}
    for words, channel in ((" ", "PHONE"), ("已告知", "PIGEON")):
        with pytest.raises(Invalid):
            actions.tell_progress(fresh(one), words=words, channel=channel, **who)
    assert actions.tell_progress(fresh(one), words="已开始调查", channel="PHONE", **who) == 2
    rows = list(one.progress.order_by("pk"))
    assert {(row.state, row.told_by) for row in rows} == {("TOLD", office.worker)}
    assert [row.words.plain for row in rows if row.words] == ["已开始调查"] * 2
    assert one.case.entries.filter(act="complaint_progress").count() == 1
    with pytest.raises(actions.NothingLeftToTell):
        actions.tell_progress(fresh(one), words="再说一次", channel="PHONE", **who)


def test_who_is_complained_of_does_not_tell(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    Complaint.objects.filter(pk=one.pk).update(concerned_person=office.worker)
    with pytest.raises(RecusedHere):
        actions.tell_progress(
            fresh(one), words="已告知", channel="PHONE", actor=office.handler, at=later(hours=1)
        )


def test_a_way_the_customer_closed_is_not_used(office: Office, letters: Letters) -> None:
    _by_mail(office)
    _refuse(office, "EMAIL")
    one = _mailed(office)
    assert _rows(one) == [("ACCEPTED", "UNREACHED", False)]
    assert one.progress.get().why == "REFUSED"
    assert AuditRow.objects.filter(act="complaint.progress_untold").count() == 1
    assert (actions.send_progress(later(hours=1)), letters.posted) == (0, [])
    started = a_complaint_in("STARTED", office)
    with pytest.raises(Invalid):
        actions.tell_progress(
            started, words="已告知", channel="EMAIL", actor=office.handler, at=later(hours=1)
        )


def test_who_closes_the_way_before_the_letter_gets_none(office: Office, letters: Letters) -> None:
    _by_mail(office)
    one = _mailed(office)
    _refuse(office, "EMAIL")
    assert (actions.send_progress(later(hours=1)), letters.posted) == (0, [])
    assert _rows(one) == [("ACCEPTED", "UNREACHED", False)]


def test_without_an_address_or_a_letterbox_a_person_tells(office: Office) -> None:
    before = ports.letterbox("EMAIL")
    ports.plug_letterbox(None)
    try:
        _by_mail(office)
        one = _mailed(office)
        assert _rows(one) == [("ACCEPTED", "DUE", True)]
        assert actions.send_progress(later(hours=1)) == 0
    finally:
        ports.plug_letterbox(before)


def test_nobody_is_to_be_told_who_left_no_way(office: Office) -> None:
    ContactPoint.objects.filter(customer=office.bank.customer).delete()
    one = a_complaint_in("ACCEPTED", office)
    assert (one.progress.get().state, one.progress.get().why) == ("UNREACHED", "NO_WAY")


def test_members_of_a_group_hear_through_those_who_speak(office: Office) -> None:
    lead, member = (a_complaint_in("RECEIVED", office) for _each in range(2))
    actions.join_group(member, lead, actor=office.acceptor, at=later(minutes=1))
    for one in (fresh(lead), fresh(member)):
        actions.accept(one, actor=office.acceptor, at=later(minutes=2))
    assert lead.progress.get().state == "DUE"
    assert (member.progress.get().state, member.progress.get().why) == ("UNREACHED", "GROUP")


def test_waiting_and_going_on_are_told_and_what_is_over_is_not(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    handler = office.handler
    case = fresh(one).case
    cases.wait_for_customer(case, reason="等材料", actor=handler, at=later(hours=1))
    assert _rows(one)[-1] == ("WAITING", "DUE", True)
    cases.carry_on(Case.objects.get(pk=case.pk), actor=handler, at=later(hours=2))
    assert _rows(one)[-2:] == [("WAITING", "COVERED", True), ("RESUMED", "DUE", True)]
    cases.wait_outside(
        Case.objects.get(pk=case.pk), reason="等鉴定", actor=handler, at=later(hours=3)
    )
    cases.carry_on(Case.objects.get(pk=case.pk), actor=handler, at=later(hours=4))
    assert len(_rows(one)) == 4


def test_an_objection_is_taken_up_again_and_told(office: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    cases.object_by_customer(
        fresh(one).case, reason="没有收到", actor=office.bank.caller, at=later(hours=9)
    )
    assert _rows(one)[-1] == ("REOPENED", "DUE", True)


def test_a_stop_after_the_handing_over_brings_no_second_letter(
    office: Office, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    _by_mail(office)
    _mailed(office)

    def dies(*_args: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("shouwen.service.complaints.actions.progress_letters._note", dies)
        with pytest.raises(RuntimeError):
            actions.send_progress(later(hours=1))
    first = dict(letters.taken)
    assert actions.send_progress(later(hours=1)) == 0
    assert actions.send_progress(later(hours=1) + timedelta(seconds=60)) == 1
    assert (letters.taken, len(letters.posted)) == (first, 2)


def test_a_mail_server_away_for_a_day_leaves_it_to_a_person(
    office: Office, letters: Letters
) -> None:
    _by_mail(office)
    one = _mailed(office)
    letters.is_away = True
    assert actions.send_progress(later(hours=1)) == 0
    assert _rows(one) == [("ACCEPTED", "DUE", False)]
    letters.is_away = False
    assert actions.send_progress(later(hours=30)) == 0
    assert (_rows(one), one.progress.get().why) == ([("ACCEPTED", "DUE", True)], "AWAY")


def test_letters_that_are_carried_no_more_are_left_to_a_person(
    office: Office, letters: Letters
) -> None:
    _by_mail(office)
    one = _mailed(office)
    ports.plug_letterbox(None)
    assert actions.send_progress(later(hours=1)) == 0
    assert _rows(one) == [("ACCEPTED", "DUE", False)]
    assert actions.send_progress(later(hours=30)) == 0
    assert _rows(one) == [("ACCEPTED", "DUE", True)]


def test_a_letter_put_off_is_tried_again_later(office: Office, letters: Letters) -> None:
    _by_mail(office)
    _mailed(office)
    letters.answers[ADDRESS] = ports.LetterDelayed("451")
    assert actions.send_progress(later(hours=1)) == 0
    letters.answers.clear()
    assert actions.send_progress(later(hours=1)) == 0
    assert actions.send_progress(later(hours=1) + timedelta(seconds=60)) == 1


def test_an_address_that_takes_nothing_leaves_it_to_a_person(
    office: Office, letters: Letters
) -> None:
    _by_mail(office)
    one = _mailed(office)
    letters.answers[ADDRESS] = ports.LetterRefused("550 5.1.1", of_address=True)
    assert actions.send_progress(later(hours=1)) == 0
    assert (_rows(one), one.progress.get().why) == ([("ACCEPTED", "DUE", True)], "ADDRESS")


def test_a_letter_that_went_out_counts_though_a_step_covered_it(
    office: Office, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    _by_mail(office)
    one = _mailed(office)
    post = letters.post

    def covered(*args: Any, **more: Any) -> None:
        one.progress.update(state="COVERED")
        post(*args, **more)

    monkeypatch.setattr(letters, "post", covered)
    assert actions.send_progress(later(hours=1)) == 1
    assert _rows(one) == [("ACCEPTED", "SENT", False)]


def test_the_page_shows_what_was_told_and_asks_the_handler(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    client = signed_in(office.worker)
    with time.frozen(later(hours=9)):
        page = client.get(f"/complaints/{one.public_id}/").content.decode()
        assert "进度告知" in page
        assert f"/complaints/{one.public_id}/ask/progress/" in page
        asked = client.get(f"/complaints/{one.public_id}/ask/progress/")
        assert "说明办理到哪一步" in asked.content.decode()
        said = {"words": "已开始调查", "channel": "PHONE"}
        done = client.post(f"/complaints/{one.public_id}/do/progress/", said).content.decode()
    assert "已人工告知" in done
    assert f"/complaints/{one.public_id}/ask/progress/" not in done
    with time.frozen(later(hours=9)):
        reader = signed_in(office.head).get(f"/complaints/{one.public_id}/").content.decode()
    assert "已人工告知" in reader
