"""Cases and tasks in one person's name, as staff lists them when that person leaves."""

from __future__ import annotations

from django.db.models import F, Q

from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import AT_ONCE, OpenItem
from shouwen.service.cases.models import Case, CaseTask, TaskState


def open_cases_of(person: Person) -> list[OpenItem]:
    """Give the open cases a person works, and those they own that nobody works yet."""
    theirs = Q(handler=person) | Q(owner=person, handler__isnull=True)
    found = Case.objects.filter(theirs, institution_id=person.institution_id, is_open=True)
    ordered = found.order_by(F("due_at").asc(nulls_last=True), "pk")
    return [
        OpenItem(case.public_id, case.number, case.title, case.due_at)
        for case in ordered.only("public_id", "number", "title", "due_at")[:AT_ONCE]
    ]


def open_tasks_of(person: Person) -> list[OpenItem]:
    """Give the tasks that were asked of a person by name and are not answered."""
    found = CaseTask.objects.filter(person=person, state=TaskState.OPEN)
    ordered = found.select_related("case").order_by("due_at", "pk")
    return [
        OpenItem(task.public_id, task.case.number, task.case.title, task.due_at)
        for task in ordered[:AT_ONCE]
    ]
