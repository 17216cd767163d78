"""The four visible steps of a case, read off its instants (HB-2.2-03).

问题分类 › 解决方案 › 执行跟踪 › 结果反馈
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shouwen.service.cases.rules.states import State


class Step(StrEnum):
    """One of the four."""

    CLASSIFY = "classify"
    SOLVE = "solve"
    TRACK = "track"
    FEED_BACK = "feed_back"


class Phase(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Instants:
    """When the case passed its marks, and who brought it past each."""

    opened_at: datetime
    classified_at: datetime | None = None
    opinion_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    classified_by: str = ""
    opinion_by: str = ""
    resolved_by: str = ""
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """One step: done says who, when and how long; the present one runs since `since`."""

    step: Step
    phase: Phase
    number: int
    done_by: str = ""
    done_at: datetime | None = None
    took_seconds: int | None = None
    since: datetime | None = None


def step_of(state: State, has_opinion: bool) -> int:
    """Give the number of the step a state belongs to, 1 to 4, or 5 when all are done."""
    match state:
        case State.NEW | State.ACCEPTED:
            return 1
        case State.CLASSIFIED | State.ASSIGNED:
            return 2
        case State.IN_PROGRESS | State.WAITING_CUSTOMER | State.WAITING_EXTERNAL:
            return 3 if has_opinion else 2
        case State.RESOLVED | State.FEEDBACK_SENT:
            return 4
        case _:
            return 5


def four_steps(state: State, instants: Instants) -> tuple[StepView, ...]:
    """Lay a case out in its four steps."""
    now = step_of(state, instants.opinion_at is not None)
    marks = (
        (Step.CLASSIFY, instants.classified_at, instants.classified_by),
        (Step.SOLVE, instants.opinion_at, instants.opinion_by),
        (Step.TRACK, instants.resolved_at, instants.resolved_by),
        (Step.FEED_BACK, instants.closed_at, instants.closed_by),
    )
    views: list[StepView] = []
    began = instants.opened_at
    for number, (step, done_at, done_by) in enumerate(marks, start=1):
        if number < now:
            took = int((done_at - began).total_seconds()) if done_at else None
            views.append(StepView(step, Phase.DONE, number, done_by, done_at, took))
            began = max(done_at or began, instants.reopened_at or began)
        elif number == now:
            views.append(StepView(step, Phase.NOW, number, since=began))
        else:
            views.append(StepView(step, Phase.LATER, number))
    return tuple(views)
