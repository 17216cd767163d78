"""Tasks for programs: `/cases/{ref}/tasks` and below, and the list of a unit at `/tasks`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import (
    PAGE_LIMIT,
    ClockOut,
    PersonOut,
    Ref,
    Text,
    shown_clock,
)
from shouwen.service.cases.queries import TaskRow

case_tasks_router = Router(tags=["tasks"])
tasks_router = Router(tags=["tasks"])


class TaskIn(Strict):
    """What a unit, or one person of it, is asked to do, and by when."""

    unit: Annotated[str, Field(min_length=1, max_length=48)]
    person: Ref = ""
    asked: Text
    due_at: Moment | None = None


class TaskEndIn(Strict):
    """The answer, or the reason."""

    text: Text


class TaskListIn(Strict):
    """Whose tasks to list, and from where."""

    view: Literal["unit", "reach", "asked", "ended"] = "reach"
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 30


class TaskOut(Schema):
    """A task with its clock."""

    id: str
    case: str
    case_number: str
    unit: str
    person: PersonOut | None
    asked: str
    asked_by: str
    state: Literal["OPEN", "DONE", "DECLINED", "WITHDRAWN"]
    asked_at: datetime
    due_at: datetime
    answer: str | None
    ended_at: datetime | None
    ended_by: str
    clock: ClockOut | None


class TaskListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[TaskOut]
    next: str | None


def _shown(row: TaskRow) -> TaskOut:
    task, person = row.task, row.task.person
    return TaskOut.model_validate(
        {
            "id": task.public_id,
            "case": task.case.public_id,
            "case_number": task.case.number,
            "unit": task.unit.public_id,
            "person": PersonOut(id=person.public_id, name=person.name) if person else None,
            "asked": task.asked.plain,
            "asked_by": task.asked_by_name,
            "state": task.state,
            "asked_at": task.asked_at,
            "due_at": task.due_at,
            "answer": task.answer.plain if task.answer else None,
            "ended_at": task.ended_at,
            "ended_by": task.ended_by_name,
            "clock": shown_clock(row.clock) if row.clock else None,
        }
    )


@tasks_router.get("", response={200: TaskListOut, **PROBLEMS}, summary="List tasks")
def list_tasks(request: ApiRequest, asked: Annotated[TaskListIn, Query()]) -> TaskListOut:
    """Give open tasks of the units within reach by due time, or one of the other views."""
    page = queries.tasks_for(
        request.actor, asked.view, cursor=asked.cursor, limit=asked.limit, at=time.now()
    )
    return TaskListOut(items=[_shown(row) for row in page.rows], next=page.next or None)


@case_tasks_router.get(
    "/{ref}/tasks", response={200: TaskListOut, **PROBLEMS}, summary="List a case's tasks"
)
def list_case_tasks(request: ApiRequest, ref: str) -> TaskListOut:
    """Give what other units were asked to do for a case, open tasks first."""
    case = queries.case_for(request.actor, ref)
    rows = queries.tasks_of(request.actor, case, time.now())
    return TaskListOut(items=[_shown(row) for row in rows], next=None)


@case_tasks_router.post(
    "/{ref}/tasks", response={201: TaskOut, **PROBLEMS}, summary="Ask another unit"
)
def ask_unit(request: ApiRequest, ref: str, body: TaskIn, key: Key = "") -> Status[TaskOut]:
    """Ask another unit to do something by a moment; its clock runs to that moment."""
    actor, at = request.actor, time.now()

    def work() -> str:
        case = queries.case_for(actor, ref)
        unit = queries.unit_to_ask(case, body.unit)
        task = actions.ask_unit(
            case,
            unit,
            body.asked,
            due_at=body.due_at,
            person=queries.person_to_ask(unit, public_id=body.person),
            actor=actor,
            at=at,
        )
        return str(task.public_id)

    made = once(request, "task", key, body, at, work, ref)
    return Status(201, _shown(queries.task_row(actor, made, at)))


def _end(request: ApiRequest, ref: str, task: str, act: str, body: TaskEndIn, key: str) -> TaskOut:
    actor, at = request.actor, time.now()
    enders: dict[str, Callable[..., None]] = {
        "answer": actions.answer_task,
        "decline": actions.decline_task,
        "withdraw": actions.withdraw_task,
    }

    def work() -> str:
        enders[act](queries.task_for(actor, task, ref), body.text, actor=actor, at=at)
        return task

    once(request, f"task-{act}", key, body, at, work, f"{ref}/{task}")
    return _shown(queries.task_row(actor, task, at))


END = {200: TaskOut, **PROBLEMS}


@case_tasks_router.post("/{ref}/tasks/{task}/answer", response=END, summary="Answer a task")
def answer_task(
    request: ApiRequest, ref: str, task: str, body: TaskEndIn, key: Key = ""
) -> TaskOut:
    """Give the answer of the unit that was asked."""
    return _end(request, ref, task, "answer", body, key)


@case_tasks_router.post("/{ref}/tasks/{task}/decline", response=END, summary="Decline a task")
def decline_task(
    request: ApiRequest, ref: str, task: str, body: TaskEndIn, key: Key = ""
) -> TaskOut:
    """Say as the unit that was asked why it will not be done there."""
    return _end(request, ref, task, "decline", body, key)


@case_tasks_router.post("/{ref}/tasks/{task}/withdraw", response=END, summary="Withdraw a task")
def withdraw_task(
    request: ApiRequest, ref: str, task: str, body: TaskEndIn, key: Key = ""
) -> TaskOut:
    """Take a task back for whoever works the case."""
    return _end(request, ref, task, "withdraw", body, key)
