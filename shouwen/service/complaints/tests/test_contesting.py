"""The complainant contests the decision: appeal, 核查, who judges it and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import ticker
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import beijing
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Proof
from shouwen.service.complaints.models import Complaint, ComplaintContest
from shouwen.service.complaints.rules import contesting
from shouwen.service.complaints.rules.contesting import Contest, Decided, Decider, NotThem
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint_in,
    findings,
    fresh,
    silence_by_two,
)
from shouwen.service.complaints.tests.test_api import Line

WHY = "赔偿没有计算利息，要求重新处理。"
OPINION = "经查阅录音和账务，利息应计入。"


@pytest.fixture
def judge(ruled: Office) -> Person:
    """Somebody of the unit above, without a hand in the complaint."""
    cards, home = ruled.bank.cards, ruled.bank.institution
    above = a_unit(home, "总行消费者权益保护部")
    under = f"{above.path}{cards.pk}/"
    Unit.objects.filter(pk=cards.pk).update(parent=above, path=under, depth=above.depth + 1)
    return a_person(above, "complaints")


def ask(one: Complaint, kind: str, actor: Actor, at: datetime, **more: str) -> ComplaintContest:
    said = {"words": WHY, "channel": "PHONE", **more}
    return actions.contest(fresh(one), kind, **said, actor=actor, at=at)


def decide(one: Complaint, kind: str, who: Person, at: datetime, **more: str) -> ComplaintContest:
    said = {"outcome": "UPHELD", "opinion": OPINION, "channel": "PHONE", **more}
    return actions.decide_contest(fresh(one), kind, **said, actor=acting(who), at=at)


def clock(one: Complaint, event: str) -> Clock:
    rows = Clock.objects.filter(subject_ref=one.case.public_id, event=f"complaint.{event}")
    return rows.order_by("-pk")[0]


def test_a_review_is_asked_for_decided_and_told_by_the_unit_above(
    ruled: Office, judge: Person
) -> None:
    one = a_complaint_in("CLOSED", ruled)
    at = beijing("2026-06-25 20:00")
    ask(one, "REVIEW", ruled.acceptor, at)
    # The time to ask is used; 30 natural days to decide and tell: 26 June to 25 July, 24:00.
    assert clock(one, "review_apply").stopped_at == at
    assert (clock(one, "review_decide").state, clock(one, "review_decide").due_at) == (
        "RUNNING",
        beijing("2026-07-26 00:00"),
    )
    told = beijing("2026-07-20 10:00")
    decided = decide(one, "REVIEW", judge, told)
    assert decided.opinion is not None
    assert (decided.state, decided.decided_by, decided.opinion.plain) == ("UPHELD", judge, OPINION)
    ended = clock(one, "review_decide")
    assert (ended.state, ended.stopped_at, ended.breached_at) == ("STOPPED", told, None)
    assert fresh(one).state == "CLOSED"
    story = {entry.act: entry for entry in case_queries.timeline(one.case)}
    assert story["complaint_decide"].visible_to_customer
    assert OPINION in story["complaint_decide"].text
    acts = AuditRow.objects.filter(object_ref=one.public_id, at__gte=at)
    assert list(acts.order_by("pk").values_list("act", flat=True)) == [
        "complaint.review",
        "complaint.decide",
    ]


def test_a_review_that_is_not_decided_in_time_is_late(ruled: Office) -> None:
    one = a_complaint_in("CLOSED", ruled)
    ask(one, "REVIEW", ruled.acceptor, beijing("2026-06-25 20:00"))
    for _again in range(6):
        ticker.tick(beijing("2026-07-26 00:00"))
    assert clock(one, "review_decide").breached_at == beijing("2026-07-26 00:00")


@pytest.mark.parametrize(
    ("at", "is_open"), [("2026-07-15 23:59", True), ("2026-07-16 00:00", False)]
)
def test_a_review_may_be_asked_for_within_thirty_days_of_the_decision(
    ruled: Office, at: str, is_open: bool
) -> None:
    one = a_complaint_in("ARCHIVED", ruled)
    if is_open:
        assert ask(one, "REVIEW", ruled.acceptor, beijing(at)).state == "ASKED"
        return
    with pytest.raises(actions.ReviewWindowOver):
        ask(one, "REVIEW", ruled.acceptor, beijing(at))
    assert not ComplaintContest.objects.exists()


def test_whoever_had_a_hand_in_it_does_not_judge_it(ruled: Office, judge: Person) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    for kind in ("APPEAL", "REVIEW"):
        ask(one, kind, ruled.acceptor, later(days=1))
        for person in (ruled.worker, ruled.head):
            with pytest.raises(actions.DecidedOneself):
                decide(one, kind, person, later(days=2))
    # The appeal is for the complaints department itself, the review for the unit above alone.
    with pytest.raises(actions.UnitAboveDecides):
        decide(one, "REVIEW", ruled.clerk, later(days=2))
    assert decide(one, "APPEAL", ruled.clerk, later(days=2)).decided_by == ruled.clerk
    # Whoever answered the appeal does not decide the review, wherever they work by now.
    Person.objects.filter(pk=ruled.clerk.pk).update(unit=judge.unit)
    with pytest.raises(actions.DecidedOneself):
        decide(one, "REVIEW", Person.objects.get(pk=ruled.clerk.pk), later(days=2))
    assert decide(one, "REVIEW", judge, later(days=3)).state == "UPHELD"


def test_who_is_complained_of_and_programs_judge_nothing(ruled: Office, judge: Person) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    ask(one, "REVIEW", ruled.acceptor, later(days=1))
    Complaint.objects.filter(pk=one.pk).update(concerned_person=judge)
    with pytest.raises(actions.RecusedHere):
        decide(one, "REVIEW", judge, later(days=2))
    said: dict[str, Any] = {"outcome": "UPHELD", "opinion": OPINION, "channel": "PHONE"}
    with pytest.raises(NotAllowed):
        actions.decide_contest(fresh(one), "REVIEW", **said, actor=ruled.bank.key, at=later(days=2))
    assert ComplaintContest.objects.get().state == "ASKED"


@pytest.mark.parametrize("state", ["FEEDBACK_SENT", "CALLBACK_DONE", "CLOSED", "ARCHIVED"])
def test_a_changed_decision_is_worked_again_and_may_be_contested_again(
    ruled: Office, judge: Person, state: str
) -> None:
    one = a_complaint_in(state, ruled)
    ask(one, "REVIEW", ruled.acceptor, later(days=1))
    decide(one, "REVIEW", judge, later(days=2), outcome="CHANGED")
    again = fresh(one)
    assert (again.is_open, again.feedback_at, again.case.handler) == (True, None, ruled.worker)
    assert Case.objects.get(pk=one.case.pk).is_open
    if state not in ("FEEDBACK_SENT", "CALLBACK_DONE"):
        return
    me = ruled.handler
    actions.agree_plan(
        again, cause="复查", plan="补息", answer="AGREED", actor=me, at=later(days=3)
    )
    actions.resolve(again, actor=me, at=later(days=4))
    # The second result is told in writing as the first was.
    notice = actions.issue_notice(again, findings(outcome="补付利息。"), actor=me, at=later(days=4))
    assert notice.sequence == 2
    proof = Proof("PHONE", said="已告知补息。")
    actions.send_feedback(again, text="已补息", proof=proof, actor=me, at=later(days=4))
    assert ask(one, "REVIEW", ruled.acceptor, later(days=5)).state == "ASKED"
    assert clock(one, "review_decide").state == "RUNNING"
    assert clock(one, "review_decide").started_at == later(days=5)


def test_a_decision_is_contested_once_each_way(ruled: Office, judge: Person) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    ask(one, "APPEAL", ruled.acceptor, later(days=1))
    with pytest.raises(actions.ContestedAlready):
        ask(one, "APPEAL", ruled.acceptor, later(days=1))
    decide(one, "APPEAL", judge, later(days=2))
    with pytest.raises(actions.ContestedAlready):
        ask(one, "APPEAL", ruled.acceptor, later(days=3))
    with pytest.raises(actions.NothingAsked):
        decide(one, "APPEAL", a_person(judge.unit, "complaints"), later(days=3))


@pytest.mark.parametrize("state", ["RECEIVED", "STARTED", "HANDLED"])
def test_what_was_not_told_is_not_contested(ruled: Office, state: str) -> None:
    one = a_complaint_in(state, ruled)
    for kind in ("APPEAL", "REVIEW"):
        with pytest.raises(actions.ComplaintNotReady):
            ask(one, kind, ruled.acceptor, later(days=1))
        with pytest.raises(actions.NothingToContest):
            actions.contest_by_complainant(
                fresh(one), kind, words=WHY, actor=ruled.bank.caller, at=later(days=1)
            )


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"outcome": "MAYBE"}, {"outcome"}),
        ({"opinion": "  "}, {"opinion"}),
        ({"channel": "PIGEON"}, {"channel"}),
    ],
)
def test_a_decision_says_outcome_opinion_and_way(
    ruled: Office, judge: Person, more: dict[str, str], wrong: set[str]
) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    ask(one, "REVIEW", ruled.acceptor, later(days=1))
    with pytest.raises(Invalid) as refused:
        decide(one, "REVIEW", judge, later(days=2), **more)
    assert set(refused.value.fields) == wrong
    with pytest.raises(Invalid):
        ask(one, "APPEAL", ruled.acceptor, later(days=1), words=" ")
    assert ComplaintContest.objects.get().state == "ASKED"


def test_taking_the_complaint_back_ends_what_was_contested(ruled: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    ask(one, "REVIEW", ruled.acceptor, later(days=1))
    caller = ruled.bank.caller
    cases.object_by_customer(fresh(one).case, reason="不同意", actor=caller, at=later(days=1))
    cases.withdraw_by_customer(fresh(one).case, reason="和解", actor=caller, at=later(days=2))
    assert ComplaintContest.objects.get().state == "TAKEN_BACK"
    assert clock(one, "review_decide").state == "CANCELLED"


def test_whoever_issued_the_notice_does_not_judge_it(ruled: Office) -> None:
    one = a_complaint_in("HANDLED", ruled)
    deputy = a_person(ruled.bank.cards, "complaints")
    actions.issue_notice(one, findings(), actor=acting(deputy), at=later(hours=4))
    proof, me = Proof("PHONE", said="已告知结果。"), ruled.handler
    actions.send_feedback(fresh(one), text="已致歉", proof=proof, actor=me, at=later(hours=4))
    ask(one, "APPEAL", ruled.acceptor, later(days=1))
    with pytest.raises(actions.DecidedOneself):
        decide(one, "APPEAL", deputy, later(days=2))


def test_neither_who_handled_it_before_nor_a_deputy_of_such_judges_it(ruled: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    heir, stranger = (a_person(ruled.bank.cards, "complaints") for _each in range(2))
    Case.objects.filter(pk=one.case.pk).update(handler=heir)
    ask(one, "APPEAL", ruled.acceptor, later(days=1))
    said: dict[str, Any] = {"outcome": "UPHELD", "opinion": OPINION, "channel": "PHONE"}
    deputy = replace(acting(stranger), stands_in_for=frozenset({ruled.head.public_id}))
    for actor in (ruled.handler, acting(heir), deputy):
        with pytest.raises(actions.DecidedOneself):
            actions.decide_contest(fresh(one), "APPEAL", **said, actor=actor, at=later(days=2))
    assert decide(one, "APPEAL", stranger, later(days=2)).decided_by == stranger


@pytest.mark.parametrize("outcome", ["", "UPHELD"])
def test_whoever_contests_a_decision_is_not_silent(
    ruled: Office, judge: Person, outcome: str
) -> None:
    silence_by_two(ruled, 10, MONDAY_9AM)
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    other = a_complaint_in("FEEDBACK_SENT", ruled)
    ask(one, "APPEAL", ruled.acceptor, later(days=1))
    if outcome:
        decide(one, "APPEAL", judge, later(days=2), outcome=outcome)
    assert actions.take_silence(later(days=40)) == 1
    assert fresh(one).case.customer_confirmed_at is None
    assert fresh(other).case.customer_confirmed_at == later(days=40)


def test_nobody_but_the_complainant_contests_by_the_page(ruled: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    stranger = Actor.customer("case_stranger", ruled.bank.institution.pk)
    with pytest.raises(NotThere):
        actions.contest_by_complainant(
            fresh(one), "APPEAL", words=WHY, actor=stranger, at=later(days=1)
        )


def test_the_complainant_asks_on_their_own_page_and_reads_what_came_of_it(
    ruled: Office, judge: Person
) -> None:
    one = fresh(a_complaint_in("CLOSED", ruled))
    client = Client()
    token = links.issue(one.case, later(days=1))
    english = {"accept-language": "en"}
    with time.frozen(later(days=1)):
        client.post(f"/c/{token}")
        shown = client.get("/progress/", headers=english).content.decode()
        assert "You do not agree with the decision?" in shown
        empty = client.post("/progress/contest", {"kind": "REVIEW", "reason": ""})
        assert empty.status_code == 422
        sent = client.post("/progress/contest", {"kind": "REVIEW", "reason": WHY})
        assert sent.status_code == 302
        twice = client.post("/progress/contest", {"kind": "REVIEW", "reason": WHY})
        assert twice.status_code == 409
    contest = ComplaintContest.objects.get()
    assert (contest.kind, contest.taken_by, contest.reason.plain) == ("REVIEW", None, WHY)
    decide(one, "REVIEW", judge, later(days=2))
    with time.frozen(later(days=2)):
        client.post(f"/c/{links.issue(one.case, later(days=2))}")
        shown = client.get("/progress/", headers=english).content.decode()
    assert "The unit above decided the review" in shown
    assert OPINION in shown


def test_the_page_offers_it_shows_who_may_not_and_takes_the_decision(
    ruled: Office, judge: Person
) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    address = f"/complaints/{one.public_id}/"
    with time.frozen(later(days=1)):
        clerk = signed_in(ruled.clerk)
        assert f"{address}ask/review/" in clerk.get(address).content.decode()
        assert 'name="words"' in clerk.get(f"{address}ask/review/").content.decode()
        said = {"words": WHY, "channel": "PHONE"}
        done = clerk.post(f"{address}do/review/", said)
        assert done.status_code == 200
        page = clerk.get(address).content.decode()
        assert "核查由上级机构决定" in page
        assert f"{address}ask/review/" not in page
        boss = signed_in(judge)
        assert f"{address}ask/decide/" in boss.get(address).content.decode()
        assert 'name="opinion"' in boss.get(f"{address}ask/decide/").content.decode()
        said = {"outcome": "UPHELD", "opinion": OPINION, "channel": "PHONE"}
        assert boss.post(f"{address}do/decide/", said).status_code == 200
        assert OPINION in clerk.get(address).content.decode()
    assert ComplaintContest.objects.get().state == "UPHELD"


def test_programs_ask_and_a_person_decides_by_them(ruled: Office, judge: Person) -> None:
    one = a_complaint_in("CLOSED", ruled)
    line, above = Line(ruled), Line(ruled, "complaints", judge)
    said = {"words": WHY, "channel": "PHONE"}
    decision = {"outcome": "UPHELD", "opinion": OPINION, "channel": "PHONE"}
    with time.frozen(later(days=1)):
        for door, kind in (("appeal", "APPEAL"), ("review", "REVIEW")):
            asked = line.send(f"/{one.public_id}/{door}", said)
            assert (asked.status_code, asked.json()["contests"][0]["kind"]) == (200, kind)
        again = line.send(f"/{one.public_id}/review", said)
        assert (again.status_code, again.json()["code"]) == (409, "contested-already")
        alone = line.send(f"/{one.public_id}/review-decision", decision)
        assert alone.status_code == 403
        decided = above.send(f"/{one.public_id}/review-decision", decision)
    assert (decided.status_code, decided.json()["contests"][0]["state"]) == (200, "UPHELD")


PATHS = st.sampled_from(["1/", "1/4/", "1/4/7/", "1/5/"])


@given(PATHS, PATHS, st.integers(1, 4), st.frozensets(st.integers(1, 4)), st.booleans())
def test_only_the_unit_above_and_a_fresh_eye_decide_a_review(
    mine: str, theirs: str, person: int, people: frozenset[int], is_top: bool
) -> None:
    why = contesting.why_not(
        Contest.REVIEW, Decider(person, mine), Decided(theirs, people, is_top=is_top)
    )
    if person in people:
        assert why is NotThem.WORKED_ON_IT
    elif why is None:
        assert theirs.startswith(mine)
        assert mine != theirs or is_top
    else:
        assert not (theirs.startswith(mine) and mine != theirs)
