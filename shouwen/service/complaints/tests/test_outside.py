"""Appraisal and mediation: begun and ended with days, told, and what stands still by them alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.policy import ticker
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import beijing
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.models import Complaint, ComplaintReferral
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.test_api import Line

BODY = "江澜市司法鉴定中心"
WHY = "签名真伪须送鉴定，鉴定所用时间不计入办理期限。"
CAME = "鉴定意见：签名系本人所签，我们继续办理。"
LAW = "CBIRC-2020-3-20"


def refer(
    one: Complaint, actor: Actor, at: datetime, kind: str = "APPRAISAL", **more: Any
) -> ComplaintReferral:
    said = {"body": BODY, "words": WHY, "channel": "PHONE", **more}
    return actions.begin_referral(fresh(one), kind, **said, actor=actor, at=at)


def end(one: Complaint, actor: Actor, at: datetime, **more: Any) -> ComplaintReferral:
    said = {"words": CAME, "channel": "PHONE", **more}
    return actions.end_referral(fresh(one), **said, actor=actor, at=at)


def limits(one: Complaint, event: str = "complaint.resolve") -> dict[str, tuple[datetime, bool]]:
    """Give each limit of a clock: when it is due, and whether it stands still."""
    clock = Clock.objects.filter(subject_ref=one.case.public_id, event=event).order_by("-pk")[0]
    return {
        limit["clause"]: (datetime.fromisoformat(limit["due_at"]), limit.get("paused", False))
        for limit in clock.candidates
    }


@pytest.mark.parametrize("kind", ["APPRAISAL", "MEDIATION"])
def test_the_laws_time_stands_still_and_every_other_limit_runs(ruled: Office, kind: str) -> None:
    one = a_complaint_in("STARTED", ruled)
    before = limits(one)
    # Received on 15 June: 16 to 30 June, 24:00.
    assert before[LAW] == (beijing("2026-07-01 00:00"), False)
    made = refer(one, ruled.handler, beijing("2026-06-18 15:00"), kind)
    assert made.held == ["complaint.feedback", "complaint.resolve"]
    standing = {clause for clause, (_due, is_held) in limits(one).items() if is_held}
    assert standing == {LAW}
    end(one, ruled.handler, beijing("2026-06-22 09:00"))
    # Used up while it stood still: 18, 19, 20 and 21 June. So 4 July, 24:00.
    after = limits(one)
    assert after.pop(LAW) == (beijing("2026-07-05 00:00"), False)
    assert after == {clause: found for clause, found in before.items() if clause != LAW}
    assert limits(one, "complaint.feedback")[LAW] == (beijing("2026-07-05 00:00"), False)


def test_a_limit_that_may_not_wait_is_late_meanwhile(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    refer(one, ruled.handler, later(hours=1))
    for _again in range(12):
        ticker.tick(beijing("2026-07-31 00:00"))
    clock = Clock.objects.get(subject_ref=one.case.public_id, event="complaint.resolve")
    assert (clock.clause != LAW, clock.breached_at is not None) == (True, True)


def test_time_counts_from_the_day_it_ended_not_from_when_that_is_recorded(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    refer(one, ruled.handler, beijing("2026-06-18 15:00"), began_on=date(2026, 6, 16))
    ended = end(one, ruled.handler, beijing("2026-06-26 09:00"), ended_on=date(2026, 6, 22))
    assert (ended.began_on, ended.ended_on) == (date(2026, 6, 16), date(2026, 6, 22))
    # Told on 18 June, not on the 16th: 18, 19, 20, 21 stood still, and no day after the report.
    assert limits(one)[LAW] == (beijing("2026-07-05 00:00"), False)


def test_both_ends_are_told_and_stand_in_story_and_trail(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    refer(one, ruled.handler, later(days=1))
    end(one, ruled.handler, later(days=3))
    story = {entry.act: entry for entry in case_queries.timeline(one.case)}
    for act, words in (("complaint_refer", WHY), ("complaint_return", CAME)):
        assert story[act].visible_to_customer
        assert story[act].clause == "CBIRC-2020-3-20-4"
        assert BODY in story[act].text
        assert words in story[act].text
    acts = AuditRow.objects.filter(object_ref=one.public_id, at__gte=later(days=1))
    assert list(acts.order_by("pk").values_list("act", flat=True)) == [
        "complaint.refer",
        "complaint.return",
    ]


def test_waiting_for_the_customer_meanwhile_ends_alone(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    refer(one, ruled.handler, later(days=1))
    case = Case.objects.get(pk=one.case.pk)
    cases.wait_for_customer(case, reason="补充合同", actor=ruled.handler, at=later(days=1, hours=1))
    cases.carry_on(Case.objects.get(pk=one.case.pk), actor=ruled.handler, at=later(days=1, hours=2))
    held = {clause for clause, (_due, is_held) in limits(one).items() if is_held}
    assert held == {LAW}
    end(one, ruled.handler, later(days=2))
    assert not any(is_held for _due, is_held in limits(one).values())


def test_one_at_a_time_and_none_where_nothing_is_decided(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    refer(one, ruled.handler, later(days=1))
    with pytest.raises(actions.ReferralGoingOn):
        refer(one, ruled.handler, later(days=1), "MEDIATION")
    end(one, ruled.handler, later(days=2))
    with pytest.raises(actions.NoReferral):
        end(one, ruled.handler, later(days=2))
    for state in ("HANDLED", "FEEDBACK_SENT", "CLOSED"):
        with pytest.raises(actions.NothingToRefer):
            refer(a_complaint_in(state, ruled), ruled.handler, later(days=1))
    assert ComplaintReferral.objects.count() == 1


def test_nothing_is_decided_while_it_goes_on(ruled: Office) -> None:
    one = a_complaint_in("PLAN_AGREED", ruled)
    refer(one, ruled.handler, later(hours=3))
    with pytest.raises(actions.ReferralGoingOn):
        actions.resolve(fresh(one), actor=ruled.handler, at=later(hours=4))
    end(one, ruled.handler, later(hours=5))
    actions.resolve(fresh(one), actor=ruled.handler, at=later(hours=6))
    assert fresh(one).state == "HANDLED"


def test_who_accepted_or_supervises_sends_nothing_outside(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    for actor in (ruled.acceptor, ruled.supervisor):
        with pytest.raises(actions.RolesMustBeThree):
            refer(one, actor, later(days=1))
    with pytest.raises(NotAllowed):
        refer(one, ruled.bank.key, later(days=1))
    assert not ComplaintReferral.objects.exists()


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"kind": "ORACLE"}, {"kind"}),
        ({"body": " "}, {"body"}),
        ({"words": ""}, {"words"}),
        ({"channel": "PIGEON"}, {"channel"}),
        ({"began_on": date(2026, 6, 17)}, {"began_on"}),
        ({"began_on": date(2026, 6, 14)}, {"began_on"}),
    ],
)
def test_it_says_what_whom_when_and_how(
    ruled: Office, more: dict[str, Any], wrong: set[str]
) -> None:
    one = a_complaint_in("STARTED", ruled)
    with pytest.raises(Invalid) as refused:
        refer(one, ruled.handler, later(days=1), **more)
    assert set(refused.value.fields) == wrong
    assert limits(one)[LAW] == (beijing("2026-07-01 00:00"), False)


def test_it_ends_neither_in_the_future_nor_before_it_began(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    refer(one, ruled.handler, later(days=2))
    for day in (date(2026, 6, 20), date(2026, 6, 16)):
        with pytest.raises(Invalid) as refused:
            end(one, ruled.handler, later(days=4), ended_on=day)
        assert set(refused.value.fields) == {"ended_on"}
    assert ComplaintReferral.objects.get().is_open


def test_taking_the_complaint_back_ends_it(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    refer(one, ruled.handler, later(days=1))
    actions.withdraw(
        fresh(one), reason="和解", channel="PHONE", actor=ruled.supervisor, at=later(days=2)
    )
    assert ComplaintReferral.objects.get().state == "CUT"


@pytest.fixture
def judge(ruled: Office) -> Person:
    """Somebody of the unit above, without a hand in the complaint."""
    cards, home = ruled.bank.cards, ruled.bank.institution
    above = a_unit(home, "总行消费者权益保护部")
    under = f"{above.path}{cards.pk}/"
    Unit.objects.filter(pk=cards.pk).update(parent=above, path=under, depth=above.depth + 1)
    return a_person(above, "complaints")


def test_a_review_waits_for_a_mediation(ruled: Office, judge: Person) -> None:
    one = a_complaint_in("CLOSED", ruled)
    ask: dict[str, Any] = {"words": "不服", "channel": "PHONE"}
    asked_at = beijing("2026-06-25 20:00")
    actions.contest(fresh(one), "REVIEW", **ask, actor=ruled.acceptor, at=asked_at)
    made = refer(one, acting(judge), beijing("2026-06-28 10:00"), "MEDIATION")
    assert made.held == ["complaint.review_decide"]
    said: dict[str, Any] = {"outcome": "UPHELD", "opinion": "维持", "channel": "PHONE"}
    decision: dict[str, Any] = {**said, "actor": acting(judge)}
    with pytest.raises(actions.ReferralGoingOn):
        actions.decide_contest(fresh(one), "REVIEW", **decision, at=beijing("2026-06-29 10:00"))
    end(one, acting(judge), beijing("2026-07-01 10:00"))
    # 26 June to 25 July, and the three days of 28, 29, 30 June: 28 July, 24:00.
    due = limits(one, "complaint.review_decide")["CBIRC-2020-3-22-2"]
    assert due == (beijing("2026-07-29 00:00"), False)
    decided = actions.decide_contest(
        fresh(one), "REVIEW", **decision, at=beijing("2026-07-20 10:00")
    )
    assert decided.state == "UPHELD"


def test_the_page_takes_both_ends(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    address = f"/complaints/{one.public_id}/"
    with time.frozen(later(days=1)):
        worker = signed_in(ruled.worker)
        assert f"{address}ask/refer/" in worker.get(address).content.decode()
        assert 'value="2026-06-16"' in worker.get(f"{address}ask/refer/").content.decode()
        said = {
            "kind": "APPRAISAL",
            "body": BODY,
            "began_on": "2026-06-16",
            "words": WHY,
            "channel": "PHONE",
        }
        assert worker.post(f"{address}do/refer/", said).status_code == 200
        page = worker.get(address).content.decode()
        assert BODY in page
        assert "暂停计时" in page
        assert f"{address}ask/refer/" not in page
        assert f"{address}ask/return/" in page
        # Whoever supervises sees it and does not end it.
        assert f"{address}ask/return/" not in signed_in(ruled.head).get(address).content.decode()
        said = {"ended_on": "2026-06-16", "words": CAME, "channel": "PHONE"}
        assert worker.post(f"{address}do/return/", said).status_code == 200
        assert CAME in worker.get(address).content.decode()


def test_programs_for_a_person_begin_and_end_it(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    line = Line(ruled, "complaints", ruled.worker)
    said = {"kind": "MEDIATION", "body": BODY, "words": WHY, "channel": "PHONE"}
    with time.frozen(later(days=1)):
        begun = line.send(f"/{one.public_id}/refer", said)
        assert begun.status_code == 200, begun.json()
        (shown,) = begun.json()["referrals"]
        assert (shown["state"], shown["held"]) == (
            "GOING_ON",
            ["complaint.feedback", "complaint.resolve"],
        )
        again = line.send(f"/{one.public_id}/refer", said)
        assert (again.status_code, again.json()["code"]) == (409, "referral-going-on")
        ended = line.send(f"/{one.public_id}/return", {"words": CAME, "channel": "PHONE"})
    assert ended.json()["referrals"][0]["state"] == "ENDED"
