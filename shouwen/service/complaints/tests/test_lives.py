"""Random lives: whatever is pressed by whomever, complaint, case and clocks stay true together."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Problem
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.models import Clock
from shouwen.service.cases import actions as cases
from shouwen.service.cases.tests.factories import MONDAY_9AM
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import states
from shouwen.service.complaints.rules.states import Act, State
from shouwen.service.complaints.tests.factories import Office, a_complaint, fresh

LIVES, STEPS = 4, 45
# Where the case may stand while its complaint stands so.
UNSOLVED = {"CLASSIFIED", "ASSIGNED", "IN_PROGRESS", "WAITING_CUSTOMER", "ACCEPTED", "NEW"}
CASE_IN: dict[str, set[str]] = {
    "RECEIVED": {"NEW"},
    **dict.fromkeys(
        ("ACCEPTED", "CLASSIFIED", "GRADED", "STARTED", "ANALYSED"), UNSOLVED - {"NEW"}
    ),
    "RESPONSIBILITY_ASSIGNED": UNSOLVED - {"NEW"},
    "PLAN_AGREED": {"IN_PROGRESS", "WAITING_CUSTOMER"},
    "HANDLED": {"RESOLVED"},
    "FEEDBACK_SENT": {"FEEDBACK_SENT"},
    "CALLBACK_DONE": {"FEEDBACK_SENT"},
    "CLOSED": {"CLOSED"},
    "ARCHIVED": {"ARCHIVED"},
}

# Where the act that is proposed stands among the presses.
PLACES = {
    act: place
    for place, act in enumerate(
        (
            Act.ACCEPT,
            Act.CLASSIFY,
            Act.GRADE,
            Act.ASSIGN,
            Act.MARK,
            Act.RESPOND,
            Act.START,
            Act.ANALYSE,
            Act.RESPONSIBILITY,
            Act.PLAN,
            Act.RESOLVE,
            Act.FEEDBACK,
            Act.CALLBACK,
            Act.CLOSE,
            Act.ARCHIVE,
        )
    )
}


def _presses(
    one: Complaint, office: Office, chance: random.Random, actor: Actor, at: datetime
) -> list[Callable[[], object]]:
    """Everything that somebody might press, fitting or not."""
    bank, caller = office.bank, office.bank.caller
    people = [office.clerk, office.worker, office.head, bank.lead]
    who: dict[str, Any] = {"actor": actor, "at": at}
    named: dict[str, Any] = {"handler": office.worker, "supervisor": office.head}
    if chance.random() < 0.2:
        named = {"handler": chance.choice(people), "supervisor": chance.choice(people)}
    takes_back = chance.random() < 0.1
    concerned = chance.choice([*[None] * 12, *people])
    facets = Facets(
        cg_type=chance.choice(("SERVICE", "PRODUCT")),
        complexity=chance.choice(("GENERAL", "COMPLEX")),
        person=concerned,
    )
    category = chance.choice([bank.frozen, bank.locked])
    major: dict[str, Any] = {"reason": "DISASTER", "executive": chance.choice([None, bank.admin])}
    told: dict[str, Any] = {"words": "已告知", "channel": "PHONE"}
    satisfied = chance.random() < 0.7
    return [
        lambda: actions.accept(one, **who),
        lambda: actions.classify(one, category, facets, **who),
        lambda: actions.grade(one, chance.choice(office.grades), **who),
        lambda: actions.assign(one, **named, **who),
        lambda: actions.mark_major(one, **major, **who),
        lambda: actions.respond(one, **told, **who),
        lambda: actions.start(one, **who),
        lambda: actions.analyse(one, facts="属实", **who),
        lambda: actions.assign_responsibility(one, responsible="SYSTEM", evidence="日志", **who),
        lambda: actions.agree_plan(one, cause="故障", plan="修复", answer="AGREED", **who),
        lambda: actions.resolve(one, **who),
        lambda: actions.send_feedback(one, text="已修复", channel="PHONE", **who),
        lambda: actions.call_back(one, is_satisfied=satisfied, **told, **who),
        lambda: actions.close(one, **who),
        lambda: actions.archive(one, **who),
        lambda: takes_back and actions.withdraw(one, reason="算了", channel="PHONE", **who),
        lambda: cases.accept(one.case, **who),
        lambda: cases.resolve(one.case, solution="好", **who),
        lambda: cases.assign(one.case, chance.choice(people), **who),
        lambda: cases.wait_for_customer(one.case, reason="等材料", **who),
        lambda: cases.carry_on(one.case, **who),
        lambda: cases.object_by_customer(one.case, reason="不同意", actor=caller, at=at),
        lambda: cases.confirm_by_customer(one.case, actor=caller, at=at),
        lambda: (
            takes_back
            and cases.withdraw_by_customer(one.case, reason="不办了", actor=caller, at=at)
        ),
        lambda: cases.reopen(one.case, reason="又发生", **who),
    ]


def _step(one: Complaint, office: Office, chance: random.Random, at: datetime) -> bool:
    """Press the right thing by the right person, or anything by anybody; say if it was done."""
    actors = [office.acceptor, office.handler, office.supervisor]
    following = states.next_act(one.standing)
    presses = _presses(one, office, chance, chance.choice(actors), at)
    if following is not None and chance.random() < 0.7:
        who = office.handler
        if following in (Act.ACCEPT, Act.CLASSIFY, Act.ASSIGN):
            who = office.acceptor
        if following in (Act.CLOSE, Act.ARCHIVE):
            who = office.supervisor
        presses = [_presses(one, office, chance, who, at)[PLACES[following]]]
    try:
        chance.choice(presses)()
    except Problem:
        return False
    return True


def _holds(one: Complaint) -> None:
    """Every state passed its guard, nobody has two posts, the case stands where it should."""
    assert one.case.state in CASE_IN[one.state], (one.state, one.case.state)
    assert one.is_open == one.case.is_open
    posts = [one.acceptor_id, one.supervisor_id]
    posts += [one.case.handler_id] if one.assigned_at else []
    held = [post for post in posts if post is not None]
    assert len(held) == len(set(held))
    if one.withdrawn_at is None:
        state, standing = State(one.state), one.standing
        for beyond, is_held in (
            (State.CLASSIFIED, standing.has_class),
            (State.GRADED, standing.has_grade),
            (State.STARTED, standing.has_people),
            (State.ANALYSED, standing.has_analysis),
            (State.RESPONSIBILITY_ASSIGNED, standing.has_responsibility),
            (State.PLAN_AGREED, standing.has_plan),
            (State.CALLBACK_DONE, standing.is_confirmed),
        ):
            assert is_held or not (state is beyond or states.is_after(state, beyond)), beyond


def _clocks_hold(one: Complaint) -> None:
    """What stands on a clock's row is what its ledger gives when it is computed again."""
    for clock in Clock.objects.filter(subject_ref=one.case.public_id).order_by("pk"):
        chosen = storing.recompute(clock).chosen
        assert chosen is not None
        assert clock.due_at == chosen.due_at
        assert clock.due_at == min(
            (c.due_at for c in storing.recompute(clock).candidates if c.hard and not c.paused),
            default=clock.due_at,
        )


@pytest.mark.parametrize("seed", range(LIVES))
def test_a_random_life_breaks_nothing(ruled: Office, seed: int) -> None:
    chance = random.Random(seed)  # a test's dice
    one, at, done = fresh(a_complaint(ruled)), MONDAY_9AM, 0
    for _step_number in range(STEPS):
        at += timedelta(minutes=chance.randrange(1, 300))
        done += _step(one, ruled, chance, at)
        one = fresh(one)
        _holds(one)
    _clocks_hold(one)
    assert done >= 5
