"""Asking another unit to do something for a case, and what comes of it.

The asker names the due instant unless a rule pack gives one; the task's own clock runs to it. A
case is not resolved while a task of it is open. Serves OM-5.1-01, CG-4.2-02.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.ground.policy import clocks
from shouwen.ground.policy.clocks import Facts
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff_queries
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases import access
from shouwen.service.cases.actions import texts
from shouwen.service.cases.actions.moving import Note, claim, enter, tell_screens
from shouwen.service.cases.actions.refusals import CaseNotReady
from shouwen.service.cases.events import TaskAsked, TaskEnded
from shouwen.service.cases.models import Case, CaseEntry, CaseTask, EntryKind, TaskState
from shouwen.service.cases.queries.tasks import CLOCK_EVENT, TASK_KIND, subject_of_task
from shouwen.service.cases.rules.states import Act, State
from shouwen.service.cases.rules.tasks import TaskAct, may_be_asked_for

CLAUSE = "OM-5.1-01"
ENDS: dict[TaskAct, TaskState] = {
    TaskAct.ANSWER: TaskState.DONE,
    TaskAct.DECLINE: TaskState.DECLINED,
    TaskAct.WITHDRAW: TaskState.WITHDRAWN,
}
# Each act's word on the trail.
TRAIL: dict[TaskAct, str] = {
    TaskAct.ANSWER: "task.answered",
    TaskAct.DECLINE: "task.declined",
    TaskAct.WITHDRAW: "task.withdrawn",
}


class TaskAlreadyEnded(Conflict):
    """Somebody was first."""

    message = gettext_lazy("This task has ended already. Look at it again.")


class TasksStillOpen(Conflict):
    """A case is not resolved while somebody is still working for it."""

    message = gettext_lazy("Another unit has not answered yet. Wait for it or withdraw the task.")


@transaction.atomic
def ask_unit(
    case: Case,
    unit: Unit,
    asked: str,
    *,
    due_at: datetime | None = None,
    person: Person | None = None,
    actor: Actor,
    at: datetime,
) -> CaseTask:
    """Ask another unit, or one person of it, to do something by a moment.

    `due_at` may be left out only where a rule pack limits tasks; where both are there the stricter
    counts. Raises CaseNotReady, CaseMovedOn, Invalid, NotYourCase.
    """
    access.require_work(actor, case, Act.OPINION)
    if not may_be_asked_for(State(case.state)):
        raise CaseNotReady
    asked = texts.needed("asked", asked)
    _check_unit(unit, case)
    if person is not None:
        _check_person(person, unit)
    if due_at is not None and due_at <= at:
        raise Invalid(fields={"due_at": _("Choose a moment that is still to come.")})
    # Whoever resolves the case at this moment finds it changed, and looks again.
    claim(case, act=Act.RESOLVE)
    task = CaseTask(
        institution_id=case.institution_id,
        case=case,
        unit=unit,
        person=person,
        asked_by_ref=actor.ref,
        asked_by_name=actor.name,
        asked_at=at,
    )
    task.asked = asked
    clock = clocks.start(
        CLOCK_EVENT,
        subject=subject_of_task(task),
        institution_id=case.institution_id,
        facts=Facts(kind="task", urgency=case.urgency.lower(), complexity=case.complexity.lower()),
        at=at,
        actor=actor,
        limit_at=due_at,
    )
    if clock is None:
        raise Invalid(fields={"due_at": _("Say by when you need the answer.")})
    task.due_at = clock.due_at
    task.save(force_insert=True)
    enter(
        case,
        "task_ask",
        actor=actor,
        at=at,
        note=Note(text=asked, subject_name=_whom(task), clause=CLAUSE),
    )
    audit.record(
        actor,
        "task.asked",
        task,
        at=at,
        detail={"case": case.public_id, "unit": unit.public_id, "due_at": task.due_at.isoformat()},
    )
    announce(
        TaskAsked(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            task_id=task.pk,
            unit_id=unit.pk,
            due_at=task.due_at,
        )
    )
    _tell(task)
    return task


@transaction.atomic
def answer_task(task: CaseTask, answer: str, *, actor: Actor, at: datetime) -> None:
    """Give the asked unit's answer. Raises TaskAlreadyEnded, NotYourTask, Invalid."""
    access.require_answer(actor, task)
    _end(task, TaskAct.ANSWER, texts.needed("text", answer), actor=actor, at=at)


@transaction.atomic
def decline_task(task: CaseTask, reason: str, *, actor: Actor, at: datetime) -> None:
    """Say as the asked unit why it will not be done here. Raises as `answer_task`."""
    access.require_answer(actor, task)
    _end(task, TaskAct.DECLINE, texts.needed("text", reason), actor=actor, at=at)


@transaction.atomic
def withdraw_task(task: CaseTask, reason: str, *, actor: Actor, at: datetime) -> None:
    """Take a task back for whoever works the case. Raises TaskAlreadyEnded, NotYourCase."""
    access.require_withdraw(actor, task)
    _end(task, TaskAct.WITHDRAW, texts.needed("text", reason), actor=actor, at=at)


def refuse_while_open(case: Case) -> None:
    """Let a case be resolved. Raises TasksStillOpen, naming whose answer is awaited."""
    task = CaseTask.objects.select_related("unit", "person").filter(case=case, state=TaskState.OPEN)
    first = task.order_by("due_at", "pk").first()
    if first is not None:
        raise TasksStillOpen(
            _("%(whom)s has not answered yet. Wait for the answer or withdraw the task.")
            % {"whom": _whom(first)}
        )


@transaction.atomic
def note_task_limit(task_ref: str, *, is_late: bool, at: datetime) -> None:
    """Put a reminder or a missed limit of a task on the timeline, once, and nudge the screens."""
    task = _with_relations(task_ref)
    # An answer that came late missed its limit all the same; a reminder of it helps nobody.
    if task is None or not (is_late or task.state == TaskState.OPEN):
        return
    act = "task_late" if is_late else "task_soon"
    whom = _whom(task)
    if CaseEntry.objects.filter(case=task.case, act=act, subject_name=whom, at=at).exists():
        return
    enter(
        task.case,
        act,
        actor=Actor.system("clock", task.institution_id),
        at=at,
        note=Note(EntryKind.SYSTEM, subject_name=whom, clause=CLAUSE),
    )
    _tell(task)


def take_back_all(case: Case, text: str, *, actor: Actor, at: datetime) -> None:
    """Take every open task of a case back, since nobody needs its answer any more."""
    related = ("case__owner", "case__handler", "unit", "person")
    for task in CaseTask.objects.filter(case=case, state=TaskState.OPEN).select_related(*related):
        _end(task, TaskAct.WITHDRAW, text, actor=actor, at=at)


def _with_relations(task_ref: str) -> CaseTask | None:
    related = ("case__owner", "case__handler", "unit", "person")
    return CaseTask.objects.select_related(*related).filter(public_id=task_ref).first()


def _check_unit(unit: Unit, case: Case) -> None:
    if unit.institution_id != case.institution_id:
        raise Invalid(fields={"unit": _("There is no such entry.")})
    if unit.pk == case.unit_id:
        raise Invalid(fields={"unit": _("This unit works the case. Choose another unit.")})


def _check_person(person: Person, unit: Unit) -> None:
    fits = (
        person.unit_id == unit.pk
        and person.is_active
        and staff_access.has_right(staff_queries.actor_of(person), "case.work")
    )
    if not fits:
        raise Invalid(fields={"person": _("Choose somebody of this unit who works cases.")})


def _whom(task: CaseTask) -> str:
    """Name who is asked; a name is kept in the story as it was."""
    if task.person is None:
        return task.unit.name_zh[:80]
    return f"{task.unit.name_zh} {task.person.name}"[:80]


def _end(task: CaseTask, act: TaskAct, text: str, *, actor: Actor, at: datetime) -> None:
    state = ENDS[act]
    values = {
        "state": state.value,
        "answer": task.seal("answer", text),
        "ended_at": at,
        "ended_by_name": actor.name,
    }
    # Two people press at once: the row count says who was first.
    if not CaseTask.objects.filter(pk=task.pk, state=TaskState.OPEN).update(**values):
        raise _beaten(task)
    for field, value in values.items():
        setattr(task, field, value)
    subject = subject_of_task(task)
    if act is TaskAct.WITHDRAW:
        clocks.cancel_all(subject, reason=TRAIL[act], at=at, actor=actor)
    else:
        running = Clock.objects.filter(
            subject_kind=subject.kind,
            subject_ref=subject.ref,
            state__in=(Clock.State.RUNNING, Clock.State.PAUSED),
        )
        for clock in running.order_by("pk"):
            clocks.stop(clock, trigger=TRAIL[act], at=at, actor=actor)
    enter(
        task.case,
        f"task_{act.value}",
        actor=actor,
        at=at,
        note=Note(text=text, subject_name=_whom(task), clause=CLAUSE),
    )
    audit.record(actor, TRAIL[act], task, at=at, detail={"case": task.case.public_id})
    announce(
        TaskEnded(
            institution_id=task.institution_id,
            occurred_at=at,
            case_id=task.case_id,
            task_id=task.pk,
            unit_id=task.unit_id,
            state=state.value,
            in_time=at <= task.due_at,
        )
    )
    _tell(task)


def _beaten(task: CaseTask) -> TaskAlreadyEnded:
    first = CaseTask.objects.get(pk=task.pk)
    if first.ended_at is None:
        return TaskAlreadyEnded()
    values = {
        "who": first.ended_by_name,
        "when": timezone.localtime(first.ended_at).strftime("%H:%M"),
    }
    match first.state:
        case TaskState.DONE:
            return TaskAlreadyEnded(_("%(who)s answered this task at %(when)s.") % values)
        case TaskState.DECLINED:
            return TaskAlreadyEnded(_("%(who)s declined this task at %(when)s.") % values)
        case _:
            return TaskAlreadyEnded(_("%(who)s withdrew this task at %(when)s.") % values)


def _tell(task: CaseTask) -> None:
    """Nudge the case's page, its people's desks, and the list of the asked unit."""
    tell_screens(task.case)
    publish(f"{TASK_KIND}s-{task.unit.public_id}")
