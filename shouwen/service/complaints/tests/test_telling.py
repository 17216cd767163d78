"""The result in writing, the proof of telling, and what is done where nobody is reached."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shouwen.contact.conversations import plugs
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Problem
from shouwen.ground.policy import ticker
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases import actions as cases
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Proof
from shouwen.service.complaints.models import Complaint, ResultNotice, TellingProof
from shouwen.service.complaints.rules import notices, telling
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint_in,
    findings,
    fresh,
    silence_by_two,
)

SCORES = {"timeliness": 4, "effect": 3, "communication": 5, "follow_up": 2}
PIECES = {
    "opening": "您于{received}投诉的“{subject}”（{case}），我{we}已处理完毕。",
    "review": "如有异议，请在{review_days}日内申请核查，{decide_days}日内答复。",
    "mediation": "您可以向市金融调解中心申请调解。",
    "arbitration": "您可以申请仲裁。",
    "court": "您可以提起诉讼。",
    "closing": "感谢监督。",
}


def handled(office: Office) -> Complaint:
    return fresh(a_complaint_in("HANDLED", office))


def issued(office: Office, **more: str) -> tuple[Complaint, ResultNotice]:
    one = handled(office)
    notice = actions.issue_notice(one, findings(**more), actor=office.handler, at=later(hours=4))
    return fresh(one), notice


def tell(one: Complaint, office: Office, proof: Proof, at: datetime) -> Complaint:
    actions.send_feedback(one, text="已修复", proof=proof, actor=office.handler, at=at)
    return fresh(one)


def trying(one: Complaint, office: Office, *instants: datetime) -> None:
    for at in instants:
        actions.record_attempt(
            fresh(one), medium="PHONE", outcome="无人接听", actor=office.handler, at=at
        )


def wrong_fields(call: Any) -> set[str]:
    with pytest.raises(Invalid) as error:
        call()
    return set(error.value.fields)


def test_the_notice_is_built_from_the_record_with_every_remedy(office: Office) -> None:
    one, notice = issued(office, title="MR", measures="逐条抽检。", follow_up="七月回访。")
    text = notice.text.plain
    for said in (
        office.bank.institution.name_zh,
        f"编号：{one.case.number}-告1",
        "先生：",
        one.demand.plain,
        "短信发至非债务人2人。",
        "领用合约第二十一条。",
        "外包模板未抽检。",
        "您的诉求已得到解决。",
        "逐条抽检。",
        "30日内",
        "申请核查",
        "申请调解",
        "申请仲裁",
        "提起诉讼",
    ):
        assert said in text, said
    assert "{" not in text


@pytest.mark.parametrize("part", ["facts", "basis", "reasons", "outcome"])
def test_it_is_not_issued_without_what_it_must_say(office: Office, part: str) -> None:
    one = handled(office)
    with pytest.raises(actions.NoticeIncomplete) as error:
        actions.issue_notice(one, findings(**{part: " "}), actor=office.handler, at=later(hours=4))
    assert set(error.value.fields) == {part}
    assert (fresh(one).notice_at, ResultNotice.objects.count()) == (None, 0)


@pytest.mark.parametrize("remedy", notices.REMEDIES)
def test_it_lacks_a_remedy_by_name(remedy: str) -> None:
    pieces = {**PIECES, remedy: ""}
    assert notices.missing(findings(), pieces) == (remedy,)


def test_what_is_issued_is_frozen_and_given_out_byte_by_byte(office: Office) -> None:
    _one, notice = issued(office)
    opened = actions.open_notice(notice.public_id, actor=office.handler, at=later(hours=5))
    assert opened.data.startswith(b"%PDF")
    assert hashlib.sha256(opened.data).hexdigest() == notice.pdf_sha256
    again = actions.open_notice(notice.public_id, actor=office.supervisor, at=later(hours=900))
    assert again == opened
    text = actions.open_notice_text(notice.public_id, actor=office.handler, at=later(hours=5))
    assert hashlib.sha256(text.data).hexdigest() == notice.text_sha256
    on_trail = AuditRow.objects.get(act="complaint.notice_issued").detail
    assert notice.pdf_sha256 in str(on_trail).replace(".", "")
    assert AuditRow.objects.filter(act="complaint.notice_opened").count() == 3

    store = plugs.file_store()
    kept = store.get(notice.storage_key)
    store.drop(notice.storage_key)
    with pytest.raises(NotThere):
        actions.open_notice(notice.public_id, actor=office.handler, at=later(hours=5))
    store.put(notice.storage_key, kept)
    ResultNotice.objects.filter(pk=notice.pk).update(pdf_sha256="0" * 64)
    with pytest.raises(actions.NoticeDamaged):
        actions.open_notice(notice.public_id, actor=office.handler, at=later(hours=5))


def test_a_correction_is_another_notice_and_the_first_stays(office: Office) -> None:
    one, first = issued(office)
    second = actions.issue_notice(
        one, findings(outcome="退还利息60元。"), actor=office.handler, at=later(hours=5)
    )
    assert (second.sequence, second.number) == (2, f"{one.case.number}-告2")
    tell(fresh(one), office, Proof("PHONE", said="已告知"), later(hours=6))
    assert TellingProof.objects.get().notice == second
    assert queries.told_notices(one) == [second]
    kept = actions.open_notice_text(first.public_id, actor=office.handler, at=later(hours=7))
    assert kept.data.decode() == first.text.plain


def test_the_result_is_told_in_writing_first(office: Office) -> None:
    one = handled(office)
    with pytest.raises(actions.NoticeNeeded):
        tell(one, office, Proof("PHONE", said="已告知"), later(hours=4))
    assert fresh(one).state == "HANDLED"


@pytest.mark.parametrize(
    ("proof", "wrong"),
    [
        (Proof("PHONE"), {"said"}),
        (Proof("SMS"), {"receiver"}),
        (Proof("EMAIL", receiver="  "), {"receiver"}),
        (Proof("HANDED"), {"receiver"}),
        (Proof("LETTER"), {"reference", "posted_on"}),
        (Proof("LETTER", reference="XA1"), {"posted_on"}),
        (Proof("CHAT"), {"channel"}),
        (Proof("PIGEON"), {"channel"}),
        (Proof("PHONE", said="好", told_at=later(hours=9)), {"told_at"}),
        (Proof("PHONE", said="好", told_at=later(hours=3)), {"told_at"}),
        (Proof("HANDED", receiver="许远", told_at=later(hours=3)), {"told_at"}),
        (Proof("LETTER", reference="XA1", posted_on=date(2099, 1, 1)), {"posted_on"}),
        (Proof("LETTER", reference="XA1", posted_on=date(2020, 1, 1)), {"posted_on"}),
    ],
)
def test_a_proof_that_does_not_hold_stops_no_clock(
    ruled: Office, proof: Proof, wrong: set[str]
) -> None:
    one, _notice = issued(ruled)
    running = Clock.objects.filter(state="RUNNING").count()
    assert wrong_fields(lambda: tell(one, ruled, proof, later(hours=5))) == wrong
    assert (fresh(one).state, TellingProof.objects.count()) == ("HANDLED", 0)
    assert Clock.objects.filter(state="RUNNING").count() == running


@pytest.mark.parametrize(
    "proof",
    [
        Proof("PHONE", said="已告知结果，客户无异议。", told_at=later(hours=5)),
        Proof("SMS", receiver="13800001234", told_at=later(hours=5)),
        Proof("EMAIL", receiver="xu@example.com", told_at=later(hours=5)),
        Proof("HANDED", receiver="许远", told_at=later(hours=5)),
    ],
)
def test_every_clock_that_telling_stops_ends_when_they_were_told(
    ruled: Office, proof: Proof
) -> None:
    one, _notice = issued(ruled)
    before = set(Clock.objects.filter(state="RUNNING").values_list("event", flat=True))
    assert "complaint.feedback" in before
    told = tell(one, ruled, proof, later(hours=30))
    assert (told.state, told.feedback_at) == ("FEEDBACK_SENT", later(hours=5))
    stopped = Clock.objects.get(event="complaint.feedback")
    assert (stopped.state, stopped.stopped_at) == ("STOPPED", later(hours=5))
    assert Clock.objects.get(event="complaint.review_apply").started_at == later(hours=30)
    row = TellingProof.objects.get()
    assert (row.told_at, row.recorded_at) == (later(hours=5), later(hours=30))


def test_a_letter_counts_to_the_end_of_its_day(ruled: Office) -> None:
    one, notice = issued(ruled)
    proof = Proof("LETTER", reference="XA12345678901", posted_on=MONDAY_9AM.date())
    midnight = telling.instant(proof, issued_at=notice.issued_at, at=later(hours=72))
    told = tell(one, ruled, proof, later(hours=72))
    assert told.feedback_at == midnight
    assert later(hours=4) < midnight <= later(hours=24)
    assert telling.instant(proof, issued_at=notice.issued_at, at=later(hours=5)) == later(hours=5)


def test_a_breach_that_was_found_stays_one_though_telling_in_time_is_recorded_late(
    ruled: Office,
) -> None:
    one, _notice = issued(ruled)
    clock = Clock.objects.get(event="complaint.feedback")
    ticker.tick(clock.due_at + timedelta(hours=1))
    clock.refresh_from_db()
    breached = clock.breached_at
    assert (clock.hard, breached is not None) == (True, True)
    in_time = clock.due_at - timedelta(minutes=5)
    proof = Proof("HANDED", receiver="许远", told_at=in_time)
    tell(one, ruled, proof, clock.due_at + timedelta(days=1))
    clock.refresh_from_db()
    assert (clock.stopped_at, clock.breached_at) == (in_time, breached)


@pytest.mark.usefixtures("letters")
def test_whoever_cannot_be_reached_is_told_by_their_page_after_enough_attempts(
    ruled: Office,
) -> None:
    one, _notice = issued(ruled)
    by_page = Proof("PORTAL")
    times, days = queries.attempts_needed()
    assert (times, days) == (3, 2)
    # As often as it takes, but on one day.
    trying(one, ruled, later(hours=5), later(hours=6), later(hours=7))
    with pytest.raises(actions.NotTriedEnough):
        tell(fresh(one), ruled, by_page, later(hours=8))
    trying(one, ruled, later(hours=26))
    told = tell(fresh(one), ruled, by_page, later(hours=27))
    assert (told.state, told.feedback_at) == ("FEEDBACK_SENT", later(hours=27))
    row = TellingProof.objects.get()
    assert (row.medium, row.attempts, row.attempt_days) == ("PORTAL", 4, 2)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"medium": "PORTAL"}, {"channel"}),
        ({"outcome": " "}, {"outcome"}),
        ({"tried_at": later(hours=9)}, {"tried_at"}),
        ({"tried_at": later(hours=3)}, {"tried_at"}),
    ],
)
def test_an_attempt_says_how_and_when(
    office: Office, said: dict[str, Any], wrong: set[str]
) -> None:
    one, _notice = issued(office)
    tried: dict[str, Any] = {"medium": "PHONE", "outcome": "无人接听", **said}
    at: dict[str, Any] = {"actor": office.handler, "at": later(hours=5)}
    assert wrong_fields(lambda: actions.record_attempt(one, **tried, **at)) == wrong


@pytest.mark.usefixtures("letters")
def test_attempts_at_an_earlier_result_do_not_count_for_the_next(office: Office) -> None:
    one, _notice = issued(office)
    trying(one, office, later(hours=5), later(hours=30), later(hours=54))
    tell(fresh(one), office, Proof("PORTAL"), later(hours=55))
    caller = office.bank.caller
    cases.object_by_customer(fresh(one).case, reason="不同意", actor=caller, at=later(hours=56))
    now = fresh(one)
    assert (now.notice_at, now.standing.has_notice) == (None, False)
    who: dict[str, Any] = {"actor": office.handler}
    actions.agree_plan(
        now, cause="复核", plan="退还利息", answer="AGREED", at=later(hours=57), **who
    )
    actions.resolve(now, at=later(hours=58), **who)
    actions.issue_notice(fresh(one), findings(), at=later(hours=59), **who)
    assert queries.attempts_of(fresh(one)) == []
    with pytest.raises(actions.NotTriedEnough):
        tell(fresh(one), office, Proof("PORTAL"), later(hours=60))


def test_the_complainant_opens_their_notice_once_told_and_nobody_elses(office: Office) -> None:
    one, notice = issued(office)
    caller = office.bank.caller
    with pytest.raises(NotThere):
        actions.open_notice(notice.public_id, actor=caller, at=later(hours=5))
    tell(one, office, Proof("PHONE", said="已告知"), later(hours=5))
    opened = actions.open_notice(notice.public_id, actor=caller, at=later(hours=6))
    assert hashlib.sha256(opened.data).hexdigest() == notice.pdf_sha256
    stranger = Actor.customer("cust_somebodyelse", office.bank.institution.pk)
    with pytest.raises(NotThere):
        actions.open_notice(notice.public_id, actor=stranger, at=later(hours=6))
    with pytest.raises(NotThere):
        actions.open_notice("notice_none", actor=caller, at=later(hours=6))


def test_the_handling_is_rated_once_on_four_dimensions(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    caller, at = office.bank.caller, later(hours=5)
    half = {"timeliness": 4, "effect": 6}
    rate = actions.rate_by_complainant
    assert wrong_fields(lambda: rate(one, half, actor=caller, at=at)) == {
        "effect",
        "communication",
        "follow_up",
    }
    row = rate(one, SCORES, comment="回复及时", actor=caller, at=at)
    assert {name: getattr(row, name) for name in SCORES} == SCORES
    with pytest.raises(actions.RatedAlready):
        rate(one, SCORES, actor=caller, at=at)


def test_before_the_result_is_told_nothing_is_rated(office: Office) -> None:
    one = handled(office)
    with pytest.raises(actions.NothingToRate):
        actions.rate_by_complainant(one, SCORES, actor=office.bank.caller, at=later(hours=5))


def test_a_clerk_enters_the_rating_and_the_handler_does_not(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    said: dict[str, Any] = {"channel": "PHONE", "at": later(hours=5)}
    with pytest.raises(actions.RolesMustBeThree):
        actions.record_rating(one, SCORES, actor=office.handler, **said)
    other = a_person(office.bank.cards, "complaints")
    row = actions.record_rating(one, SCORES, actor=acting(other), **said)
    assert (row.channel, row.recorded_by) == ("PHONE", other)


def test_silence_is_nothing_unless_the_institution_sets_it(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    assert actions.take_silence(later(hours=24 * 400)) == 0
    silence_by_two(office, 10, later(hours=1))
    told = one.feedback_at or MONDAY_9AM
    assert actions.take_silence(told + timedelta(days=10, seconds=-1)) == 0
    assert actions.take_silence(told + timedelta(days=10)) == 1
    assert actions.take_silence(told + timedelta(days=11)) == 0
    now = fresh(one)
    assert (now.state, now.case.customer_confirmed_at) == (
        "FEEDBACK_SENT",
        told + timedelta(days=10),
    )
    assert AuditRow.objects.filter(act="case.confirm_by_customer", actor_kind="SYSTEM").exists()


def test_an_answer_that_came_is_not_overruled_by_silence(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    silence_by_two(office, 10, later(hours=1))
    cases.object_by_customer(one.case, reason="不同意", actor=office.bank.caller, at=later(hours=6))
    assert actions.take_silence(later(hours=24 * 30)) == 0


def test_the_words_of_notices_are_changed_by_two_people(office: Office) -> None:
    home, admin = office.bank.institution, office.bank.admin
    who: dict[str, Any] = {"reason": "调解组织更名", "actor": acting(admin), "at": later(hours=1)}
    strange = {**PIECES, "court": "您可以向{judge}起诉。", "review": "请在{}日内"}
    assert wrong_fields(lambda: actions.ask_wording(home, strange, **who)) == {"court", "review"}
    row = actions.ask_wording(home, PIECES, **who)
    with pytest.raises(actions.WordingAsked):
        actions.ask_wording(home, {**PIECES, "court": "法院。"}, **who)
    assert queries.pieces_in_force(home.pk)["version"] == "2026.2"
    asked = Approval.objects.select_related("institution", "unit", "asked_by").get()
    with pytest.raises(Problem):
        approvals.approve(asked, "好", actor=acting(admin), at=later(hours=2))
    second = acting(a_person(office.bank.cards, "admin"))
    approvals.approve(asked, "属实", actor=second, at=later(hours=2))
    row.refresh_from_db()
    assert (row.state, queries.pieces_in_force(home.pk)["version"]) == ("APPROVED", "own-1")
    _one, notice = issued(office)
    assert notice.wording == "own-1"
    assert "市金融调解中心" in notice.text.plain
