"""More time for a complaint: asked, approved by another, told before the old date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ComplaintExtension
from shouwen.service.complaints.rules.extending import Missing
from shouwen.service.complaints.tests.extending import LAW, LAWS_LIMIT, TOLD, Desk, a_desk
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh

SECOND = timedelta(seconds=1)


def test_the_law_gives_thirty_more_days_when_approved_and_told(desk: Desk) -> None:
    before = desk.due()
    one = desk.ask(later(days=10))
    assert (one.clause, one.limit_clause, one.right) == (LAW, LAWS_LIMIT, "complaint.extend_senior")
    # CBIRC-2020-3-20-2 and -3: 30 natural days, and 30 more.
    assert (one.old_due_at, one.until) == (before, before + timedelta(days=30))
    assert (desk.due(), desk.state()) == (before, "ASKED")
    desk.approve(later(days=11))
    assert (desk.due(), desk.state()) == (before, "APPROVED")
    desk.tell(later(days=12))
    assert (desk.due(), desk.state()) == (before + timedelta(days=30), "GRANTED")
    lines = ClockEntry.objects.filter(act="EXTENDED").order_by("clock__event")
    assert [(line.clock.event, line.clause, line.approved_by) for line in lines] == [
        ("complaint.feedback", LAW, desk.senior.public_id),
        ("complaint.resolve", LAW, desk.senior.public_id),
    ]
    # Who decides 30 days later tells 30 days later, and no clock stands before the law's date.
    clocks = Clock.objects.filter(pk__in=[line.clock_id for line in lines])
    laws = [c for clock in clocks for c in clock.candidates if c["clause"] == LAWS_LIMIT]
    moved = (before + timedelta(days=30)).isoformat()
    assert [law["due_at"] for law in laws] == [moved, moved]
    acts = AuditRow.objects.filter(object_ref=desk.one.public_id, at__gte=later(days=10))
    assert list(acts.order_by("pk").values_list("act", flat=True)) == [
        "complaint.extend",
        "complaint.extension_approved",
        "complaint.notice",
    ]
    told = {entry.act: entry for entry in case_queries.timeline(desk.one.case)}
    assert told["complaint_notice"].visible_to_customer
    assert not told["complaint_extend"].visible_to_customer
    assert told["complaint_more_approved"].subject_name == desk.senior.name


@pytest.mark.parametrize(("early", "moved"), [(SECOND, True), (timedelta(0), False)])
def test_the_notice_counts_up_to_the_last_second_before_the_old_date(
    desk: Desk, early: timedelta, moved: bool
) -> None:
    before = desk.due()
    desk.ask(later(days=10))
    desk.approve(later(days=11))
    if moved:
        desk.tell(before - early)
        assert desk.due() == before + timedelta(days=30)
        return
    for late in (before, before + SECOND, before + timedelta(days=3)):
        with pytest.raises(actions.ExtensionTooLate):
            desk.tell(late)
    assert (desk.due(), desk.state(), desk.law().get("extended")) == (before, "APPROVED", None)


def test_an_approval_after_the_old_date_is_refused_and_nothing_is_taken(desk: Desk) -> None:
    before = desk.due()
    desk.ask(before - timedelta(hours=1))
    with pytest.raises(actions.ExtensionTooLate):
        desk.approve(before)
    assert (desk.request().state, desk.state(), desk.due()) == ("WAITING", "ASKED", before)
    with pytest.raises(actions.ExtensionTooLate):
        desk.ask(before)
    desk.approve(before - SECOND)
    assert desk.state() == "APPROVED"
    with pytest.raises(actions.ExtensionTooLate):
        desk.tell(before)
    assert desk.due() == before


def test_of_two_who_decide_at_once_one_is_first_and_the_other_hears_of_it(desk: Desk) -> None:
    desk.ask(later(days=10))
    first, second = desk.request(), desk.request()
    approvals.approve(first, "同意", actor=acting(desk.senior), at=later(days=11))
    with pytest.raises(approvals.AlreadyDecided):
        approvals.decline(second, "不同意", actor=acting(desk.other), at=later(days=11))
    extension = ComplaintExtension.objects.get()
    assert (extension.state, extension.decided_by) == ("APPROVED", desk.senior)
    assert AuditRow.objects.filter(act="complaint.extension_approved").count() == 1


def test_nobody_but_a_second_person_of_the_level_decides(desk: Desk) -> None:
    desk.ask(later(days=10))
    with pytest.raises(approvals.OwnRequest):
        desk.approve(later(days=11), desk.office.worker)
    for person in (desk.office.clerk, desk.office.head, desk.office.bank.agent):
        # A lead decides what a clause leaves to leads, and this one asks for senior management.
        with pytest.raises((NotThere, NotAllowed)):
            desk.approve(later(days=11), person)
    assert desk.state() == "ASKED"


def test_whoever_is_complained_of_does_not_decide(desk: Desk) -> None:
    Complaint.objects.filter(pk=desk.one.pk).update(concerned_person=desk.senior)
    desk.ask(later(days=10))
    with pytest.raises(actions.RecusedHere):
        desk.approve(later(days=11))
    with pytest.raises(actions.RecusedHere):
        approvals.decline(desk.request(), "不必", actor=acting(desk.senior), at=later(days=11))
    assert (desk.state(), desk.request().state) == ("ASKED", "WAITING")
    desk.approve(later(days=11), desk.other)
    assert desk.state() == "APPROVED"


def test_whoever_handles_it_by_now_does_not_decide(desk: Desk) -> None:
    office = desk.office
    one = desk.one = a_complaint_in("HANDLED", office)
    desk.ask(later(hours=4))
    lead = a_person(office.bank.cards, "lead")
    Case.objects.filter(pk=one.case.pk).update(handler=lead)
    with pytest.raises(actions.HandlerDecidesNot):
        desk.approve(later(hours=5), lead)
    assert desk.state() == "ASKED"


def test_a_notice_pressed_twice_moves_the_date_once(desk: Desk) -> None:
    desk.ask(later(days=10))
    desk.approve(later(days=11))
    first, second = fresh(desk.one), fresh(desk.one)
    actions.tell_extension(first, **TOLD, actor=desk.handler, at=later(days=12))
    with pytest.raises((actions.ComplaintMovedOn, actions.NotApprovedYet)):
        actions.tell_extension(second, **TOLD, actor=desk.handler, at=later(days=12))
    assert ClockEntry.objects.filter(act="EXTENDED").values("clock").distinct().count() == 2
    assert ClockEntry.objects.filter(act="EXTENDED").count() == 2


def test_a_refusal_leaves_the_date_and_it_may_be_asked_for_again(desk: Desk) -> None:
    before = desk.due()
    desk.ask(later(days=10))
    with pytest.raises(actions.ExtensionAsked):
        desk.ask(later(days=10))
    actor = acting(desk.senior)
    approvals.decline(desk.request(), "理由不足", actor=actor, at=later(days=11))
    assert (desk.state(), desk.due()) == ("DECLINED", before)
    with pytest.raises(actions.NotApprovedYet):
        desk.tell(later(days=12))
    desk.ask(later(days=12))
    approvals.withdraw(desk.request(), actor=desk.handler, at=later(days=12))
    assert desk.state() == "WITHDRAWN"
    desk.ask(later(days=13))
    assert approvals.expire_due(later(days=16)) == 1  # extension-stands: 4320 minutes
    assert (desk.state(), desk.due()) == ("EXPIRED", before)


def test_the_complainant_is_told_of_what_was_approved_and_of_nothing_else(desk: Desk) -> None:
    with pytest.raises(actions.NotApprovedYet):
        desk.tell(later(days=9))
    desk.ask(later(days=10))
    with pytest.raises(actions.NotApprovedYet):
        desk.tell(later(days=10))
    desk.approve(later(days=11))
    wrong: list[dict[str, Any]] = [{"words": " "}, {"channel": "PIGEON"}]
    for said in wrong:
        with pytest.raises(Invalid) as refused:
            desk.tell(later(days=11), **said)
        assert set(refused.value.fields) == set(said)
    assert (desk.state(), desk.law().get("extended")) == ("APPROVED", None)


def test_a_limit_is_extended_once(desk: Desk) -> None:
    desk.ask(later(days=10))
    desk.approve(later(days=11))
    desk.tell(later(days=12))
    after = desk.due()
    with pytest.raises(actions.ExtendedAlready):
        desk.ask(later(days=13))
    with pytest.raises(actions.NotApprovedYet):
        desk.tell(later(days=13))
    assert desk.due() == after


def test_only_the_handler_asks_and_tells(desk: Desk) -> None:
    third = acting(a_person(desk.office.bank.cards, "complaints"))
    with pytest.raises(actions.OnlyTheHandlerExtends):
        desk.ask(later(days=10), third)
    for actor in (desk.office.acceptor, desk.office.supervisor):
        with pytest.raises(actions.RolesMustBeThree):
            desk.ask(later(days=10), actor)
    with pytest.raises(NotThere):
        desk.ask(later(days=10), desk.office.bank.me)
    desk.ask(later(days=10))
    desk.approve(later(days=11))
    with pytest.raises(actions.OnlyTheHandlerExtends):
        desk.tell(later(days=11), third)
    assert desk.state() == "APPROVED"


@pytest.mark.parametrize("reason", ["", "  ", "因" * 401])
def test_more_time_has_a_reason(desk: Desk, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.ask(later(days=10), reason=reason)
    assert set(refused.value.fields) == {"reason"}
    assert not ComplaintExtension.objects.exists()
    assert not Approval.objects.exists()


def test_what_no_clause_allows_is_not_asked_for(ruled: Office) -> None:
    # Plain complaints have 15 days (CBIRC-2020-3-20) and no more.
    plain = a_desk(ruled, "GENERAL")
    with pytest.raises(actions.NothingToExtend):
        plain.ask(later(days=3))
    with pytest.raises(actions.NothingToExtend):
        a_desk(ruled).ask(later(days=3), clause="CG-3.3-04")


def test_a_complaint_that_is_taken_back_is_extended_no_more(desk: Desk) -> None:
    desk.ask(later(days=10))
    actions.withdraw(
        fresh(desk.one), reason="已和解", channel="PHONE", actor=desk.handler, at=later(days=11)
    )
    assert (desk.state(), desk.request().state) == ("WITHDRAWN", "WITHDRAWN")
    with pytest.raises(approvals.AlreadyDecided):
        desk.approve(later(days=12))
    with pytest.raises(actions.ComplaintMovedOn):
        desk.ask(later(days=12))
    with pytest.raises(actions.ComplaintMovedOn):
        desk.tell(later(days=12))
    ended = AuditRow.objects.filter(act__endswith="withdrawn", at=later(days=11)).order_by("pk")
    assert list(ended.values_list("act", flat=True)) == [
        "complaint.extension_withdrawn",
        "approval.withdrawn",
    ]
    told = {entry.act: entry.text for entry in case_queries.timeline(desk.one.case)}
    assert told["complaint_more_withdrawn"] == "投诉已结束，本申请随之终止。"
    assert not ClockEntry.objects.filter(act="EXTENDED").exists()


@pytest.mark.parametrize("is_approved", [True, False])
def test_what_was_asked_for_one_round_extends_no_limit_of_the_next(
    desk: Desk, is_approved: bool
) -> None:
    desk.ask(later(days=10))
    if is_approved:
        desk.approve(later(days=11))
    handler, case = desk.handler, fresh(desk.one).case
    actions.withdraw(
        fresh(desk.one), reason="已和解", channel="PHONE", actor=handler, at=later(days=11)
    )
    case.refresh_from_db()
    cases.reopen(case, reason="未按约定退款", actor=handler, at=later(days=12))
    before = desk.newest_due()
    assert desk.state() == ("EXPIRED" if is_approved else "WITHDRAWN")
    with pytest.raises(actions.NotApprovedYet):
        desk.tell(later(days=12, hours=1))
    with pytest.raises(approvals.AlreadyDecided):
        desk.approve(later(days=12, hours=1))
    # The new round may be asked for anew.
    desk.ask(later(days=12, hours=1))
    assert desk.state() == "ASKED"
    assert desk.newest_due() == before


def test_one_that_can_take_effect_is_told_before_one_that_cannot(desk: Desk) -> None:
    office = desk.office
    one = desk.one = a_complaint_in("HANDLED", office)
    # Approved for a limit that has ended since, and never told.
    dead = ComplaintExtension(
        complaint=one,
        clause=LAW,
        limit_clause=LAWS_LIMIT,
        state="APPROVED",
        old_due_at=later(days=5),
        until=later(days=35),
        right="complaint.extend_senior",
        asked_by=office.worker,
        asked_at=later(hours=2),
        decided_by=desk.senior,
        decided_at=later(hours=3),
    )
    dead.reason = "调取录音"
    dead.save(force_insert=True)
    asked = desk.ask(later(hours=4))
    desk.approve(later(hours=5), a_person(office.bank.cards, "lead"))
    told = desk.tell(later(hours=6))
    assert (told.pk, told.clause, told.state) == (asked.pk, "CG-3.3-04", "GRANTED")


def test_a_limit_on_hold_is_extended_when_it_runs_on(desk: Desk) -> None:
    clock = Clock.objects.get(subject_ref=desk.one.case.public_id, event="complaint.resolve")
    held = {**desk.law(), "paused": True}
    clock.candidates = [held if c["clause"] == LAWS_LIMIT else c for c in clock.candidates]
    clock.save(update_fields=["candidates"])
    with pytest.raises(actions.LimitOnHold):
        desk.ask(later(days=10))


def test_the_result_may_be_told_five_working_days_later_with_a_leads_leave(desk: Desk) -> None:
    office = desk.office
    one = a_complaint_in("HANDLED", office)
    desk.one = one
    clock = Clock.objects.get(subject_ref=one.case.public_id, event="complaint.feedback")
    before = {c["clause"]: c["due_at"] for c in clock.candidates}["CG-3.3-04"]
    made = desk.ask(later(hours=4))
    assert (made.clause, made.right) == ("CG-3.3-04", "complaint.extend")
    # The supervisor is a lead and another than the handler.
    desk.approve(later(hours=5), office.head)
    desk.tell(later(hours=6))
    clock.refresh_from_db()
    after = {c["clause"]: c["due_at"] for c in clock.candidates}["CG-3.3-04"]
    # CG-3.3-04: 10 working days and 15; from Monday 15 June, Dragon Boat being on the 19th.
    assert (before, after) == ("2026-06-30T18:00:00+08:00", "2026-07-07T18:00:00+08:00")


def test_what_is_shown_says_what_is_missing_and_until_when(desk: Desk) -> None:
    before, one = desk.due(), desk.one
    seen = queries.extending_of(fresh(one), later(days=10))
    assert [limit.clause for limit in seen.offered] == [LAW]
    desk.ask(later(days=10))
    seen = queries.extending_of(fresh(one), later(days=10))
    (shown,) = seen.extensions
    assert (seen.offered, seen.may_be_told) == ([], False)
    assert (shown.missing, shown.due_at) == ((Missing.APPROVAL, Missing.NOTICE), before)
    desk.approve(later(days=11))
    seen = queries.extending_of(fresh(one), later(days=11))
    assert (seen.extensions[0].missing, seen.may_be_told) == ((Missing.NOTICE,), True)
    seen = queries.extending_of(fresh(one), before)
    assert (seen.extensions[0].is_late, seen.may_be_told) == (True, False)
    desk.tell(before - SECOND)
    seen = queries.extending_of(fresh(one), before)
    assert (seen.extensions[0].missing, seen.extensions[0].is_lapsed) == ((), False)


def test_a_deputy_tells_for_a_handler_who_is_away(desk: Desk) -> None:
    desk.ask(later(days=10))
    desk.approve(later(days=11))
    cases.wait_for_customer(
        fresh(desk.one).case, reason="等材料", actor=desk.handler, at=later(days=11)
    )
    deputy = acting(a_person(desk.office.bank.cards, "complaints"))
    standing_in = Actor(
        deputy.kind,
        deputy.ref,
        deputy.name,
        deputy.institution_id,
        deputy.roles,
        all_units=True,
        stands_in_for=frozenset({desk.office.worker.public_id}),
    )
    # Waiting for the customer holds the law's limit no more than before (CBIRC-2020-3-20-4).
    desk.tell(later(days=12), standing_in)
    assert desk.state() == "GRANTED"
