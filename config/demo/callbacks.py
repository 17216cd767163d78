"""Calls some of the demo's customers back, so that the list shows every state."""

from __future__ import annotations

from datetime import datetime

from shouwen.assurance.satisfaction import actions
from shouwen.assurance.satisfaction.actions import Answers
from shouwen.assurance.satisfaction.models import Callback, CallState, Solved
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import actions as policy
from shouwen.people.customers.queries import ContactUnwanted
from shouwen.people.staff import queries as staff

SUGGESTIONS = ("希望手机银行里能直接看到进度。", "", "客服讲得很清楚，谢谢。")


CLAUSE = "HB-2.4-01"


def aim_at(institution_id: int, *, actor: Actor, approver: Actor, at: datetime) -> None:
    """Have an institution without the whole manual aim at its callback after fifteen days."""
    setting = policy.propose_setting(
        institution_id,
        CLAUSE,
        "TARGET",
        reason="按手册回访客户。",
        actor=actor,
        at=at,
    )
    policy.approve_setting(setting, actor=approver, at=at)


def call_some(now: datetime) -> None:
    """Put every other planned callback on record, and try one customer who does not answer."""
    planned = Callback.objects.filter(state=CallState.SCHEDULED, tries=0)
    found = planned.select_related("case__owner").order_by("due_at", "pk")
    for number, callback in enumerate(found):
        owner = callback.case.owner
        if owner is None or number % 2:
            continue
        actor = staff.actor_of(owner)
        try:
            actions.start_call(callback, actor=actor, at=now)
        except ContactUnwanted:
            continue
        if number == 0:
            actions.miss(callback, actor=actor, at=now)
            continue
        actions.reach(callback, actor=actor, at=now)
        answers = Answers(
            problem_confirmed=True,
            result_told=True,
            score=5 if number % 3 else 4,
            solved=Solved.YES,
            suggestion=SUGGESTIONS[number % len(SUGGESTIONS)],
        )
        actions.record_call(callback, answers, actor=actor, at=now)
