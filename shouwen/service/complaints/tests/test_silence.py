"""Where an institution lets silence stand for a yes: whose it is, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere, Problem
from shouwen.ground.policy.models import ClockEntry
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import closing
from shouwen.service.cases.queries import portal_view, timeline
from shouwen.service.cases.tests.factories import MONDAY_9AM, a_bank, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Proof
from shouwen.service.complaints.models import Complaint, ComplaintSettings
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint_in,
    findings,
    fresh,
    silence_by_two,
)

DAYS = 10


def silence_set(office: Office, at: datetime = MONDAY_9AM) -> None:
    silence_by_two(office, DAYS, at)


def long_after(one: Complaint) -> datetime:
    assert one.feedback_at is not None
    return one.feedback_at + timedelta(days=DAYS)


def test_who_was_told_before_it_was_set_has_not_agreed(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    silence_set(office, later(hours=4.5))
    assert actions.take_silence(later(hours=24 * 60)) == 0
    assert fresh(one).case.customer_confirmed_at is None


@pytest.mark.usefixtures("letters")
def test_who_could_not_be_reached_has_not_agreed(office: Office) -> None:
    silence_set(office)
    one = a_complaint_in("HANDLED", office)
    actions.issue_notice(fresh(one), findings(), actor=office.handler, at=later(hours=4))
    for at in (later(hours=5), later(hours=29), later(hours=53)):
        actions.record_attempt(
            fresh(one),
            medium="PHONE",
            outcome="无人接听",
            tried_at=at,
            actor=office.handler,
            at=at,
        )
    actions.send_feedback(
        fresh(one), text="已修复", proof=Proof("PORTAL"), actor=office.handler, at=later(hours=54)
    )
    assert actions.take_silence(long_after(fresh(one))) == 0


@pytest.mark.parametrize(
    "speak",
    [
        lambda one, who, at: cases.add_material(one.case, text="还没有收到。", actor=who, at=at),
        lambda one, who, at: actions.rate_by_complainant(
            one,
            {"timeliness": 1, "effect": 1, "communication": 1, "follow_up": 1},
            actor=who,
            at=at,
        ),
    ],
    ids=["material", "rating"],
)
def test_who_has_spoken_since_is_not_silent(office: Office, speak: Callable[..., object]) -> None:
    silence_set(office)
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    speak(one, office.bank.caller, later(hours=30))
    assert actions.take_silence(long_after(one)) == 0
    assert fresh(one).case.customer_confirmed_at is None


def test_nobody_is_said_to_have_confirmed_what_silence_was_taken_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts: list[Any] = []
    monkeypatch.setattr(closing, "announce", facts.append)
    silence_set(office)
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    assert actions.take_silence(long_after(one)) == 1
    case = fresh(one).case
    assert [(fact.name, fact.by) for fact in facts] == [("case.confirmed", "silence")]
    view = portal_view(case)
    assert (view.confirmed_at, view.by_silence) == (long_after(one), True)
    page = signed_in(office.clerk).get(f"/cases/{case.public_id}/").content.decode()
    assert "默认认可" in page
    assert "客户未答复，系统按默认认可处理" in page


def test_a_customers_own_yes_is_no_silence(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    cases.confirm_by_customer(one.case, actor=office.bank.caller, at=later(hours=5))
    view = portal_view(fresh(one).case)
    assert (view.confirmed_at, view.by_silence) == (later(hours=5), False)


def test_the_callback_after_silence_says_what_they_said(office: Office) -> None:
    silence_set(office)
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    assert actions.take_silence(long_after(one)) == 1
    told: dict[str, Any] = {"is_satisfied": True, "channel": "PHONE", "actor": office.acceptor}
    at = long_after(one) + timedelta(days=1)
    with pytest.raises(Invalid) as error:
        actions.call_back(fresh(one), words=" ", at=at, **told)
    assert set(error.value.fields) == {"words"}
    assert fresh(one).state == "FEEDBACK_SENT"
    actions.call_back(fresh(one), words="已解决，满意。", at=at, **told)
    assert fresh(one).state == "CALLBACK_DONE"
    view = portal_view(fresh(one).case)
    assert (view.confirmed_at, view.by_silence, view.may_confirm) == (at, False, False)
    newest = next(e for e in timeline(fresh(one).case) if e.act == "confirm_by_customer")
    assert (newest.text, newest.actor_name) == ("已解决，满意。", office.clerk.name)


def test_who_stayed_silent_can_still_say_yes_once(office: Office) -> None:
    silence_set(office)
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    assert actions.take_silence(long_after(one)) == 1
    case = fresh(one).case
    with pytest.raises(cases.AlreadyConfirmed):
        system = Actor.system("complaints", one.institution_id)
        cases.confirm_by_silence(case, words="无异议", actor=system, at=long_after(one))
    assert portal_view(case).may_confirm
    at = long_after(one) + timedelta(days=1)
    clocks = ClockEntry.objects.count()
    cases.confirm_by_customer(case, actor=office.bank.caller, at=at)
    view = portal_view(fresh(one).case)
    assert (view.confirmed_at, view.by_silence, view.may_confirm) == (at, False, False)
    with pytest.raises(cases.AlreadyConfirmed):
        cases.confirm_by_customer(fresh(one).case, actor=office.bank.caller, at=at)
    assert ClockEntry.objects.count() == clocks
    assert actions.take_silence(at + timedelta(days=DAYS)) == 0


def test_who_stayed_silent_can_still_object(office: Office) -> None:
    silence_set(office)
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    actions.take_silence(long_after(one))
    at = long_after(one) + timedelta(days=1)
    caller = office.bank.caller
    cases.object_by_customer(fresh(one).case, reason="没有收到", actor=caller, at=at)
    assert (fresh(one).state, fresh(one).case.customer_confirmed_at) == (
        "RESPONSIBILITY_ASSIGNED",
        None,
    )


def test_the_days_of_silence_are_changed_by_two_persons(office: Office) -> None:
    home = office.bank.institution
    one, other = (acting(a_person(office.bank.cards, "admin")) for _ in range(2))
    said: dict[str, Any] = {"reason": "按内部制度", "at": later(hours=1)}
    for days in (6, 366, None):
        with pytest.raises(Invalid) as refused:
            actions.ask_silence_days(home, days, actor=one, **said)
        assert set(refused.value.fields) == {"silence_days"}
    with pytest.raises(Invalid) as refused:
        actions.ask_silence_days(home, 30, reason=" ", actor=one, at=later(hours=1))
    assert set(refused.value.fields) == {"reason"}
    with pytest.raises(NotAllowed):
        actions.ask_silence_days(home, 30, actor=office.handler, **said)
    stranger = acting(a_person(a_bank("insurer").cards, "admin"))
    with pytest.raises(NotThere):
        actions.ask_silence_days(home, 30, actor=stranger, **said)
    asked = actions.ask_silence_days(home, 30, actor=one, **said)
    with pytest.raises(approvals.AlreadyAsked):
        actions.ask_silence_days(home, 30, actor=one, **said)
    rival = actions.ask_silence_days(home, 60, actor=other, **said)
    assert queries.silence_days(home.pk) is None
    with pytest.raises(approvals.OwnRequest):
        approvals.approve(asked, "好", actor=one, at=later(hours=1))
    with pytest.raises(NotThere):
        approvals.approve(asked, "好", actor=stranger, at=later(hours=1))
    assert queries.silence_days(home.pk) is None
    approvals.approve(asked, "同意", actor=other, at=later(hours=1.1))
    held = ComplaintSettings.objects.get(institution=home)
    # Who was told before the second person's yes could not know of it.
    assert (held.silence_days, held.silence_since) == (30, later(hours=1.1))
    with pytest.raises(Problem):
        approvals.approve(asked, "同意", actor=other, at=later(hours=1.1))
    with pytest.raises(actions.SilenceMovedOn):
        approvals.approve(rival, "同意", actor=one, at=later(hours=1.1))
    assert queries.silence_days(home.pk) == 30
    (changed,) = AuditRow.objects.filter(act="complaint.settings_changed")
    assert (changed.actor_ref, json.loads(changed.detail)["silence_days"]) == (other.ref, "->30")
    refused_one = actions.ask_silence_days(home, None, actor=one, reason="停用", at=later(hours=2))
    approvals.decline(refused_one, "不同意", actor=other, at=later(hours=2))
    assert queries.silence_days(home.pk) == 30
