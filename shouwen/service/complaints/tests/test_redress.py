"""Redress by amount: proposed, approved at its level, paid by another system."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ComplaintRedress
from shouwen.service.complaints.rules.redress import Levels
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint_in,
    an_office,
    findings,
    fresh,
)
from shouwen.service.complaints.tests.redress import Till, a_till


@pytest.fixture
def till(office: Office) -> Till:
    """A complaint whose facts are found."""
    return a_till(office)


def test_approved_it_stands_as_asked_for_until_the_payments_result_comes(till: Till) -> None:
    one = till.propose()
    assert (one.amount_fen, one.right, till.state()) == (30_000, "complaint.redress", "PROPOSED")
    assert till.request().amount_fen == 30_000
    till.approve()
    assert till.state() == "REQUESTED"
    paid = till.result(one)
    assert (paid.state, paid.outside_ref) == ("PAID", "PAY-20260615-1")
    acts = AuditRow.objects.filter(object_ref=till.one.public_id, act__contains="redress")
    assert list(acts.order_by("pk").values_list("act", flat=True)) == [
        "complaint.redress",
        "complaint.redress_approved",
        "complaint.redress_paid",
    ]
    told = {entry.act: entry for entry in case_queries.timeline(till.one.case)}
    shown = [act for act, entry in told.items() if entry.visible_to_customer and "redress" in act]
    assert sorted(shown) == ["complaint_redress_paid", "complaint_redress_sent"]
    assert told["complaint_redress_sent"].subject_name == till.lead.name


@pytest.mark.parametrize(
    ("amount", "lead_may"), [("2000", True), ("2000.01", False), ("50000.00", False)]
)
def test_the_amount_says_who_decides(till: Till, amount: str, lead_may: bool) -> None:
    till.propose(amount=amount)
    if not lead_may:
        with pytest.raises((NotThere, NotAllowed)):
            till.approve(till.lead)
        assert till.state() == "PROPOSED"
    till.approve(till.lead if lead_may else till.senior)
    assert till.state() == "REQUESTED"


def test_parts_ask_for_the_same_level_as_the_sum(till: Till) -> None:
    till.granted(amount="1500")
    second = till.propose(hours=4, amount="500.01")
    assert second.right == "complaint.redress_senior"
    with pytest.raises((NotThere, NotAllowed)):
        till.approve(till.lead, later(hours=5))
    till.approve(till.senior, later(hours=5))
    with pytest.raises(actions.RedressBeyondLevels) as refused:
        till.propose(hours=6, amount="48000")
    assert set(refused.value.fields) == {"amount"}
    assert ComplaintRedress.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount": "-300"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "0.004"}, "amount"),
        ({"amount": "三百"}, "amount"),
        ({"amount": "50000.01"}, "amount"),
        ({"amount": "9999999999"}, "amount"),
        ({"kind": "GIFT"}, "kind"),
        ({"reason": " "}, "reason"),
        ({"basis": ""}, "basis"),
        ({"basis": "据" * 401}, "basis"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_proposed(
    till: Till, said: dict[str, Any], field: str
) -> None:
    version = fresh(till.one).version
    with pytest.raises(Invalid) as refused:
        till.propose(**said)
    assert set(refused.value.fields) == {field}
    assert not ComplaintRedress.objects.exists()
    assert not Approval.objects.exists()
    assert fresh(till.one).version == version


def test_nobody_decides_on_their_own_proposal_nor_in_their_own_matter(till: Till) -> None:
    till.propose()
    with pytest.raises(approvals.OwnRequest):
        till.approve(till.office.worker)
    Complaint.objects.filter(pk=till.one.pk).update(concerned_person=till.lead)
    with pytest.raises(actions.RecusedHere, match=till.lead.name):
        till.approve(till.lead)
    with pytest.raises(actions.RecusedHere):
        approvals.decline(till.request(), "不必", actor=acting(till.lead), at=later(hours=3))
    assert (till.state(), till.request().state) == ("PROPOSED", "WAITING")
    Case.objects.filter(pk=till.one.case.pk).update(handler=till.senior)
    with pytest.raises(actions.HandlerDecidesNot):
        till.approve(till.senior)
    for absent in (till.senior, till.office.worker):  # who handles it by now, who proposed it
        deputy = replace(acting(till.office.head), stands_in_for=frozenset({absent.public_id}))
        with pytest.raises(actions.DeputyDecidesNot):
            approvals.approve(till.request(), "同意", actor=deputy, at=later(hours=3))
    assert till.state() == "PROPOSED"
    till.approve(till.office.head)
    assert till.state() == "REQUESTED"


def test_only_its_handler_proposes(till: Till) -> None:
    third = acting(a_person(till.office.bank.cards, "complaints"))
    with pytest.raises(actions.OnlyTheHandlerProposes):
        till.propose(actor=third)
    for actor in (till.office.acceptor, till.office.supervisor):
        with pytest.raises(actions.RolesMustBeThree):
            till.propose(actor=actor)
    with pytest.raises(NotThere):
        till.propose(actor=till.office.bank.me)
    with pytest.raises(NotAllowed):
        till.propose(actor=till.office.bank.key)
    assert not ComplaintRedress.objects.exists()


def test_before_the_facts_are_found_there_is_nothing_to_make_good(office: Office) -> None:
    with pytest.raises(actions.ComplaintNotReady):
        a_till(office, "STARTED").propose()


def test_of_two_who_decide_at_once_one_is_first(till: Till) -> None:
    till.propose()
    first, second = till.request(), till.request()
    approvals.approve(first, "同意", actor=acting(till.lead), at=later(hours=3))
    with pytest.raises(approvals.AlreadyDecided):
        approvals.decline(second, "不同意", actor=acting(till.senior), at=later(hours=3))
    assert till.state() == "REQUESTED"
    assert AuditRow.objects.filter(act="complaint.redress_approved").count() == 1


def test_one_proposal_at_a_time_and_a_refused_one_may_be_proposed_anew(till: Till) -> None:
    till.propose()
    with pytest.raises(actions.RedressProposed):
        till.propose(amount="1")
    approvals.decline(till.request(), "依据不足", actor=acting(till.lead), at=later(hours=3))
    assert till.state() == "DECLINED"
    till.propose(hours=4)
    approvals.withdraw(till.request(), actor=till.office.handler, at=later(hours=5))
    assert till.state() == "WITHDRAWN"
    till.propose(hours=6)
    assert approvals.expire_due(later(days=4)) == 1  # redress-stands: 4320 minutes
    assert till.state() == "EXPIRED"
    assert queries.redress_total(till.one) == 0


def test_a_complaint_taken_back_meanwhile_gives_none(till: Till) -> None:
    till.propose()
    actions.withdraw(
        fresh(till.one),
        reason="已和解",
        channel="PHONE",
        actor=till.office.handler,
        at=later(hours=3),
    )
    assert (till.state(), till.request().state) == ("WITHDRAWN", "WITHDRAWN")
    with pytest.raises(approvals.AlreadyDecided):
        till.approve(at=later(hours=4))
    with pytest.raises(actions.ComplaintMovedOn):
        till.propose(hours=4, amount="1")
    told = {entry.act: entry.text for entry in case_queries.timeline(till.one.case)}
    assert told["complaint_redress_back"] == "投诉已结束，本申请随之终止。"
    assert AuditRow.objects.filter(act="complaint.redress_withdrawn").count() == 1


def test_a_complaint_its_complainant_took_back_by_their_page_gives_none(till: Till) -> None:
    till.propose()
    cases.withdraw_by_customer(
        fresh(till.one).case, reason="和解", actor=till.office.bank.caller, at=later(hours=3)
    )
    assert (till.state(), till.request().state) == ("WITHDRAWN", "WITHDRAWN")
    with pytest.raises(actions.RedressIsOver):
        till.propose(hours=4, amount="1")


def test_what_slipped_past_is_still_not_approved(till: Till) -> None:
    one = till.propose()
    Complaint.objects.filter(pk=till.one.pk).update(withdrawn_at=later(hours=2))
    with pytest.raises(actions.RedressIsOver):
        till.approve()
    Complaint.objects.filter(pk=till.one.pk).update(withdrawn_at=None)
    changes: list[dict[str, Any]] = [{"amount_fen": 190_000}, {"kind": "WAIVER"}]
    for change in changes:
        ComplaintRedress.objects.filter(pk=one.pk).update(**change)
        with pytest.raises(actions.RedressChanged):
            till.approve()
        ComplaintRedress.objects.filter(pk=one.pk).update(amount_fen=30_000, kind="REFUND")
    till.approve()
    assert till.state() == "REQUESTED"


def test_whoever_changes_the_complaint_at_the_same_moment_is_first(till: Till) -> None:
    till.propose()
    stale = fresh(till.one)
    till.approve()
    with pytest.raises(actions.ComplaintMovedOn):
        actions.withdraw(
            stale, reason="和解", channel="PHONE", actor=till.office.handler, at=later(hours=3)
        )
    assert till.state() == "REQUESTED"


def test_what_waits_is_decided_before_closing_and_a_closed_one_takes_a_result(
    office: Office,
) -> None:
    till = a_till(office, "CALLBACK_DONE")
    granted = till.granted(hours=6)
    till.propose(hours=6, amount="1")
    with pytest.raises(actions.RedressWaits):
        actions.close(fresh(till.one), actor=office.supervisor, at=later(hours=7))
    assert (fresh(till.one).state, till.state()) == ("CALLBACK_DONE", "PROPOSED")
    approvals.withdraw(till.request(), actor=office.handler, at=later(hours=7))
    actions.close(fresh(till.one), actor=office.supervisor, at=later(hours=7))
    with pytest.raises(actions.ComplaintMovedOn):
        till.propose(hours=8)
    assert till.result(granted).state == "PAID"


def test_the_same_result_again_changes_nothing_and_another_is_refused(till: Till) -> None:
    one = till.granted()
    till.result(one)
    told = len(case_queries.timeline(till.one.case))
    assert till.result(one).state == "PAID"
    wrong: list[dict[str, Any]] = [
        {"reference": "PAY-2"},
        {"outcome": "FAILED", "words": "账户销户"},
    ]
    for said in wrong:
        with pytest.raises(actions.RedressSettled):
            till.result(one, **said)
    assert AuditRow.objects.filter(act="complaint.redress_paid").count() == 1
    assert len(case_queries.timeline(till.one.case)) == told


def test_one_payment_settles_one_redress(till: Till) -> None:
    till.result(till.granted())
    second = till.granted(hours=5, amount="200")
    with pytest.raises(actions.PaymentNumberKnown):
        till.result(second)
    assert till.state() == "REQUESTED"


def test_a_failed_payment_counts_no_more_and_is_proposed_anew(till: Till) -> None:
    one = till.granted(amount="50000")
    with pytest.raises(Invalid) as refused:
        till.result(one, outcome="FAILED")
    assert set(refused.value.fields) == {"words"}
    failed = till.result(one, outcome="FAILED", words="收款账户已销户")
    assert (failed.state, queries.redress_total(till.one)) == ("FAILED", 0)
    assert failed.result_words.plain == "收款账户已销户"
    till.propose(hours=5, amount="50000")
    assert till.state() == "PROPOSED"


def test_a_result_belongs_to_what_was_asked_for_and_comes_from_somebody_else(till: Till) -> None:
    one = till.propose()
    with pytest.raises(actions.RedressNotRequested):
        till.result(one)
    till.approve()
    for person in (till.office.worker, till.lead):
        with pytest.raises(actions.ResultByAnother):
            till.result(one, actor=acting(person))
    third = acting(a_person(till.office.bank.cards, "complaints"))
    deputy = replace(third, stands_in_for=frozenset({till.lead.public_id}))
    with pytest.raises(actions.ResultByAnother):
        till.result(one, actor=deputy)
    with pytest.raises(NotAllowed):
        till.result(one, actor=acting(till.senior))
    with pytest.raises(NotThere):
        till.result(one, actor=till.office.bank.me)
    elsewhere = an_office("insurer")
    for actor in (elsewhere.bank.key, elsewhere.supervisor):
        with pytest.raises(NotThere):
            till.result(one, actor=actor)
    with pytest.raises(NotThere):
        actions.take_redress_result(
            fresh(a_complaint_in("STARTED", till.office)),
            one.public_id,
            outcome="PAID",
            reference="P-1",
            actor=till.office.bank.key,
            at=later(hours=4),
        )
    for reference in ("", "  ", "支付一号", "x" * 61):
        with pytest.raises(Invalid) as refused:
            till.result(one, reference=reference)
        assert set(refused.value.fields) == {"reference"}
    assert till.state() == "REQUESTED"


def test_the_result_notice_names_it(office: Office) -> None:
    till = a_till(office, "HANDLED")
    till.result(till.granted(hours=3, amount="1280.50"))
    notice = actions.issue_notice(
        fresh(till.one), findings(), actor=office.handler, at=later(hours=5)
    )
    assert "退还费用：1,280.50元（已办理完毕）。" in notice.text.plain


def test_levels_are_set_by_two_persons_and_count_when_the_decision_is_taken(till: Till) -> None:
    home = till.office.bank.institution
    till.propose(amount="1000")
    said: dict[str, Any] = {"lead_most": "500", "senior_most": "800.50", "reason": "年度授权"}
    admin, second = (acting(a_person(till.office.bank.cards, "admin")) for _ in range(2))
    wrong = [("500", "400", "senior_most"), ("0", "9", "lead_most"), ("x", "9", "lead_most")]
    for lead, senior, field in wrong:
        with pytest.raises(Invalid) as refused:
            actions.ask_redress_levels(
                home,
                **{**said, "lead_most": lead, "senior_most": senior},
                actor=admin,
                at=later(hours=2),
            )
        assert set(refused.value.fields) == {field}
    with pytest.raises(NotAllowed):
        actions.ask_redress_levels(home, **said, actor=till.office.handler, at=later(hours=2))
    asked = actions.ask_redress_levels(home, **said, actor=admin, at=later(hours=2))
    assert queries.redress_levels(home.pk) == queries.usual_levels()
    with pytest.raises(approvals.OwnRequest):
        approvals.approve(asked, "好", actor=admin, at=later(hours=2))
    approvals.approve(asked, "同意", actor=second, at=later(hours=2))
    assert queries.redress_levels(home.pk) == Levels(50_000, 80_050)
    with pytest.raises(actions.RedressBeyondLevels):
        till.approve()
    again = actions.ask_redress_levels(
        home, **{**said, "senior_most": "5000"}, actor=admin, at=later(hours=3)
    )
    approvals.approve(again, "同意", actor=second, at=later(hours=3))
    with pytest.raises(actions.RedressBeyondYou):
        till.approve()
    till.approve(till.senior)
    assert till.state() == "REQUESTED"
    changed = AuditRow.objects.filter(act="complaint.settings_changed").order_by("pk")
    assert json.loads(changed[0].detail)["redress_senior_fen"] == "5000000>80050"


def test_levels_that_others_changed_meanwhile_do_not_come_in_force(office: Office) -> None:
    home = office.bank.institution
    one, other = (acting(a_person(office.bank.cards, "admin")) for _ in range(2))
    said: dict[str, Any] = {"senior_most": "9000", "reason": "年度授权", "at": later(hours=1)}
    first = actions.ask_redress_levels(home, lead_most="100", actor=one, **said)
    second = actions.ask_redress_levels(home, lead_most="200", actor=other, **said)
    approvals.approve(first, "同意", actor=other, at=later(hours=1))
    with pytest.raises(actions.LevelsMovedOn):
        approvals.approve(second, "同意", actor=one, at=later(hours=1))
    assert queries.redress_levels(home.pk).lead_fen == 10_000
