"""Tasks as the case page, the asked unit's list and programs see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.policy import queries as policy_queries
from shouwen.ground.policy.clocks import Subject
from shouwen.ground.policy.queries import ClockView
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases import access, ports
from shouwen.service.cases.models import Case, CaseTask, TaskState
from shouwen.service.cases.queries import scope
from shouwen.service.cases.queries.counting import COUNTED_TO, bounded_words

TASK_KIND = "task"
CLOCK_EVENT = "task.answer"
REF_MAX_CHARACTERS = 48
LIMIT_MAX = 100
RELATIONS = ("unit", "person", "case__unit", "case__owner", "case__handler")


class TaskView(StrEnum):
    """Whose tasks are listed: asked of my unit, of any unit within reach, by me, or ended here."""

    UNIT = "unit"
    REACH = "reach"
    ASKED = "asked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task with its clock, and what the asker may do with it."""

    task: CaseTask
    clock: ClockView | None
    may_answer: bool
    may_withdraw: bool
    may_see_case: bool
    # The page of the notes among those who work on the case; empty where there is none.
    notes: str = ""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A stretch of tasks; `next` is a cursor, empty at the end."""

    rows: list[TaskRow]
    next: str


def subject_of_task(task: CaseTask) -> Subject:
    """Name a task to the clock engine."""
    return Subject(TASK_KIND, task.public_id)


def task_for(actor: Actor, public_id: str, case_ref: str = "") -> CaseTask:
    """Give a task within reach, of `case_ref` where that is named. Raises NotThere."""
    task = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        task = CaseTask.objects.select_related(*RELATIONS).filter(public_id=public_id).first()
    if task is None or not access.may_see_task(actor, task):
        raise NotThere
    if case_ref and task.case.public_id != case_ref:
        raise NotThere
    return task


def task_row(actor: Actor, public_id: str, at: datetime) -> TaskRow:
    """Give a task within reach with its clock. Raises NotThere."""
    return _rows(actor, [task_for(actor, public_id)], at)[0]


def tasks_of(actor: Actor, case: Case, at: datetime) -> list[TaskRow]:
    """Give the tasks of a case the actor may see, open ones first."""
    found = list(CaseTask.objects.filter(case=case).select_related("unit", "person").order_by("pk"))
    for task in found:
        task.case = case
    found.sort(key=lambda task: (task.state != TaskState.OPEN, task.due_at, task.pk))
    return _rows(actor, found, at)


def tasks_for(
    actor: Actor, view: str, *, cursor: str = "", limit: int = 30, at: datetime
) -> TaskPage:
    """List tasks: open ones by due time, ended ones newest first. Raises Invalid for the cursor."""
    staff_access.require(actor, "case.read")
    limit = max(1, min(limit, LIMIT_MAX))
    tasks = _viewed(actor, view)
    if cursor:
        tasks = tasks.filter(_after(actor, cursor, view))
    order = ("-id",) if view == TaskView.ENDED else ("due_at", "id")
    found = list(tasks.select_related(*RELATIONS).order_by(*order)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return TaskPage(_rows(actor, found, at), found[-1].public_id if more else "")


def task_count_words(actor: Actor) -> str:
    """Write how many tasks the actor's own unit has to answer, counted up to a thousand."""
    waiting = _viewed(actor, TaskView.UNIT).order_by("due_at", "id")
    return bounded_words(waiting[: COUNTED_TO + 1].count())


def asked_to_help(case: Case, person: Person) -> bool:
    """Whether a person or their unit is, or was, asked to do something for a case."""
    asked = CaseTask.objects.filter(case=case, state__in=(TaskState.OPEN, TaskState.DONE))
    return asked.filter(Q(unit_id=person.unit_id) | Q(person_id=person.pk)).exists()


def units_to_ask(case: Case) -> list[Unit]:
    """Give the units another than its own may ask: all others of the institution."""
    units = Unit.objects.filter(institution_id=case.institution_id).exclude(pk=case.unit_id or 0)
    return list(units.order_by("path", "pk"))


def unit_to_ask(case: Case, public_id: str) -> Unit:
    """Give the unit that is to be asked. Raises Invalid, naming the field `unit`."""
    units = Unit.objects.filter(institution_id=case.institution_id)
    found = units.filter(public_id=public_id).first() if public_id.isprintable() else None
    if found is None:
        raise Invalid(fields={"unit": _("Choose the unit that is to do it.")})
    return found


def person_to_ask(unit: Unit, *, public_id: str = "", staff_no: str = "") -> Person | None:
    """Give the person of a unit who is to do it; nobody where none is named.

    Raises Invalid, naming the field `person`.
    """
    word = public_id or staff_no.strip()
    if not word:
        return None
    people = Person.objects.filter(unit=unit, is_active=True)
    found = None
    if word.isprintable():
        found = people.filter(**{"public_id" if public_id else "staff_no": word}).first()
    if found is None:
        raise Invalid(fields={"person": _("Choose somebody of this unit who works cases.")})
    return found


def may_follow_tasks(actor: Actor, rest: str) -> bool:
    """Whether a live screen may follow the topic `tasks-<unit>`: that of one's own unit."""
    if not actor.is_person or not staff_access.has_right(actor, "case.read"):
        return False
    return Person.objects.filter(public_id=actor.ref, unit__public_id=rest).exists()


def _viewed(actor: Actor, view: str) -> QuerySet[CaseTask]:
    tasks = CaseTask.objects.filter(institution_id=actor.institution_id or 0)
    opened = tasks.filter(state=TaskState.OPEN)
    if view == TaskView.ASKED:
        return opened.filter(asked_by_ref=actor.ref)
    if view == TaskView.REACH or not actor.is_person:
        mine = opened if view != TaskView.ENDED else tasks.exclude(state=TaskState.OPEN)
        return mine if actor.all_units else mine.filter(unit_id__in=actor.unit_ids)
    me = scope.self_of(actor)
    unit_id = me.unit_id or 0
    if view == TaskView.ENDED:
        return tasks.filter(unit_id=unit_id).exclude(state=TaskState.OPEN)
    asked = Q(unit_id=unit_id)
    if me.stands_in_for:
        asked |= Q(person_id__in=me.stands_in_for)
    return opened.filter(asked)


def _after(actor: Actor, cursor: str, view: str) -> Q:
    place = None
    if len(cursor) <= REF_MAX_CHARACTERS and cursor.isprintable():
        tasks = CaseTask.objects.filter(institution_id=actor.institution_id or 0, public_id=cursor)
        place = tasks.values_list("pk", "due_at").first()
    if place is None:
        raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
    pk, due_at = place
    if view == TaskView.ENDED:
        return Q(pk__lt=pk)
    return Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk)


def _rows(actor: Actor, tasks: list[CaseTask], at: datetime) -> list[TaskRow]:
    clocks = policy_queries.clocks_of_many([subject_of_task(task) for task in tasks], at)
    notes = ports.notes_about([task.case for task in tasks])
    return [
        TaskRow(
            task=task,
            clock=next(iter(clocks.get(task.public_id, [])), None),
            may_answer=task.state == TaskState.OPEN and access.may_answer(actor, task),
            may_withdraw=task.state == TaskState.OPEN and access.may_withdraw(actor, task),
            may_see_case=access.may_see(actor, task.case),
            notes=notes.get(task.case_id, ""),
        )
        for task in tasks
    ]
