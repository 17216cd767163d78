"""Everything somebody might press on a complaint and its case, fitting or not."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.time import day_of
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import acting
from shouwen.service.cases import actions as cases
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets, Proof
from shouwen.service.complaints.actions import force as forces
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import states
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.tests.factories import Office, findings

Press = Callable[[], object]


def people_of(office: Office) -> list[Person]:
    """Give those who may be named for a post."""
    return [office.clerk, office.worker, office.head, office.bank.lead, office.bank.agent]


def _facets(office: Office, chance: random.Random) -> Facets:
    """Judge it somehow; once in a while somebody or a unit is complained of."""
    people, bank = people_of(office), office.bank
    return Facets(
        cg_type=chance.choice(("SERVICE", "PRODUCT")),
        urgency=chance.choice(("ORDINARY", "URGENT", "REPEAT")),
        complexity=chance.choice(("GENERAL", "COMPLEX", "SPECIAL")),
        person=chance.choice([*[None] * 9, *people]),
        seller=chance.choice([*[None] * 9, *people]),
        unit=chance.choice([*[None] * 9, bank.cards, bank.loans, bank.loans]),
    )


def steps(
    one: Complaint, office: Office, chance: random.Random, actor: Actor, at: datetime
) -> dict[Act, Press]:
    """Give the acts of a complaint as this actor would do them."""
    bank = office.bank
    who: dict[str, Any] = {"actor": actor, "at": at}
    named: dict[str, Any] = {"handler": office.worker, "supervisor": office.head}
    if chance.random() < 0.2:
        people = people_of(office)
        named = {"handler": chance.choice(people), "supervisor": chance.choice(people)}
    category = chance.choice([bank.frozen, bank.locked])
    executive = chance.choice([None, bank.admin, office.clerk])
    major: dict[str, Any] = {"reason": "DISASTER", "executive": executive}
    told: dict[str, Any] = {"words": "已告知", "channel": "PHONE"}
    is_satisfied = chance.random() < 0.7
    facets, grade = _facets(office, chance), chance.choice(office.grades)
    proof = chance.choice(
        [Proof("PHONE", said="已告知"), Proof("HANDED", receiver="许远"), Proof("PORTAL")]
    )
    answer = chance.choice(("AGREED", "PARTLY", "NOT_AGREED", "NOT_REACHED"))
    return {
        Act.ACCEPT: lambda: actions.accept(one, **who),
        Act.CLASSIFY: lambda: actions.classify(one, category, facets, **who),
        Act.GRADE: lambda: actions.grade(one, grade, **who),
        Act.ASSIGN: lambda: actions.assign(one, **named, **who),
        Act.MARK: lambda: actions.mark_major(one, **major, **who),
        Act.RESPOND: lambda: actions.respond(one, **told, **who),
        Act.START: lambda: actions.start(one, **who),
        Act.ANALYSE: lambda: actions.analyse(one, facts="属实", **who),
        Act.RESPONSIBILITY: lambda: actions.assign_responsibility(
            one, responsible="SYSTEM", evidence="日志", **who
        ),
        Act.PLAN: lambda: actions.agree_plan(one, cause="故障", plan="修复", answer=answer, **who),
        Act.RESOLVE: lambda: actions.resolve(one, **who),
        Act.ISSUE: lambda: actions.issue_notice(one, findings(), **who),
        Act.TRY: lambda: actions.record_attempt(one, medium="PHONE", outcome="无人接听", **who),
        Act.FEEDBACK: lambda: actions.send_feedback(one, text="已修复", proof=proof, **who),
        Act.CALLBACK: lambda: actions.call_back(one, is_satisfied=is_satisfied, **told, **who),
        Act.CLOSE: lambda: actions.close(one, **who),
        Act.ARCHIVE: lambda: actions.archive(one, **who),
    }


def contests(
    one: Complaint, chance: random.Random, actor: Actor, caller: Actor, at: datetime
) -> list[Press]:
    """Give what is pressed about appeals and 核查, by staff and by the complainant."""
    who: dict[str, Any] = {"actor": actor, "at": at}
    kind, outcome = chance.choice(("APPEAL", "REVIEW")), chance.choice(("UPHELD", "CHANGED"))
    said: dict[str, Any] = {"words": "不同意", "channel": "PHONE"}
    told: dict[str, Any] = {"outcome": outcome, "opinion": "复核", "channel": "PHONE"}
    return [
        lambda: actions.contest(one, kind, **said, **who),
        lambda: actions.contest_by_complainant(one, kind, words="不服", actor=caller, at=at),
        lambda: actions.decide_contest(one, kind, **told, **who),
    ]


def asked_outside(one: Complaint, chance: random.Random, actor: Actor, at: datetime) -> list[Press]:
    """Give what is pressed about appraisal, mediation and new facts, some with days before."""
    who: dict[str, Any] = {"actor": actor, "at": at}
    said: dict[str, Any] = {"words": "已告知", "channel": "PHONE"}
    day = chance.choice([None, None, day_of(at) - timedelta(days=chance.randrange(4))])
    kind = chance.choice(("APPRAISAL", "MEDIATION"))
    return [
        lambda: actions.begin_referral(one, kind, body="鉴定中心", began_on=day, **said, **who),
        lambda: actions.end_referral(one, ended_on=day, **said, **who),
        lambda: actions.end_referral(one, **said, **who),
        lambda: actions.take_new_facts(one, received_on=day, **said, **who),
    ]


def worked_together(
    one: Complaint, office: Office, chance: random.Random, actor: Actor, at: datetime
) -> list[Press]:
    """Give what is pressed about the task force, and about limits told in time."""
    who: dict[str, Any] = {"actor": actor, "at": at}
    person = chance.choice(people_of(office))
    function = chance.choice(("TECHNOLOGY", "OPERATIONS", "ACCOUNT", "OTHER"))
    waiting = Approval.objects.filter(kind=actions.RIGHTING, state="WAITING").order_by("-pk")
    told_at = at - timedelta(minutes=chance.randrange(6000))

    def decide() -> None:
        for request in waiting.select_related("institution", "unit", "asked_by")[:1]:
            approvals.approve(request, "属实", **who)

    def ask() -> None:
        missed = queries.missed_limits(one)
        clock = missed[0].clock.public_id if missed else ""
        actions.ask_righting(one, clock, told_at=told_at, medium="PHONE", evidence="录音", **who)

    return [
        lambda: forces.appoint_member(one, person, function, **who),
        lambda: forces.leave_force(one, reason="调离", **who),
        ask,
        decide,
    ]


def presses(
    one: Complaint, office: Office, chance: random.Random, actor: Actor, at: datetime
) -> list[Press]:
    """Give everything that somebody might press, on the complaint and past it on the case."""
    caller, people = office.bank.caller, people_of(office)
    who: dict[str, Any] = {"actor": actor, "at": at}
    ends = [
        lambda: actions.withdraw(one, reason="算了", channel="PHONE", **who),
        lambda: cases.withdraw_by_customer(one.case, reason="不办了", actor=caller, at=at),
    ]
    return [
        *steps(one, office, chance, actor, at).values(),
        *(ends if chance.random() < 0.2 else []),
        lambda: actions.deny_repeat(one, **who),
        *contests(one, chance, actor, caller, at),
        *asked_outside(one, chance, actor, at),
        *worked_together(one, office, chance, actor, at),
        lambda: cases.accept(one.case, **who),
        lambda: cases.resolve(one.case, solution="好", **who),
        lambda: cases.assign(one.case, chance.choice(people), **who),
        lambda: cases.wait_for_customer(one.case, reason="等材料", **who),
        lambda: cases.wait_outside(one.case, reason="等鉴定", **who),
        lambda: cases.carry_on(one.case, **who),
        lambda: cases.object_by_customer(one.case, reason="不同意", actor=caller, at=at),
        lambda: cases.confirm_by_customer(one.case, actor=caller, at=at),
        lambda: cases.reopen(one.case, reason="又发生", **who),
    ]


def fitting(one: Complaint, office: Office, chance: random.Random, at: datetime) -> Press:
    """Give the step that is next, by the one whose it is; at the end, take it up again."""
    following = states.next_act(one.standing)
    if one.case.is_waiting:
        return lambda: cases.carry_on(one.case, actor=office.bank.key, at=at)
    if following is Act.RESOLVE and queries.open_referral(one) is not None:
        handler = acting(one.case.handler) if one.case.handler else office.handler
        said: dict[str, Any] = {"words": "鉴定意见已告知", "channel": "PHONE"}
        return lambda: actions.end_referral(one, **said, actor=handler, at=at)
    boss = acting(one.supervisor) if one.supervisor else office.supervisor
    if following is None:
        return lambda: cases.reopen(one.case, reason="又发生", actor=boss, at=at)
    who = office.handler
    if one.assigned_at is not None and one.case.handler is not None:
        who = acting(one.case.handler)
    if following in (Act.ACCEPT, Act.CLASSIFY, Act.GRADE, Act.ASSIGN, Act.MARK, Act.CALLBACK):
        who = acting(one.acceptor) if one.acceptor else office.acceptor
    if following in (Act.CLOSE, Act.ARCHIVE):
        who = boss
    return steps(one, office, chance, who, at)[following]
