"""Cases and tasks go to others when the one who has them leaves; the first owner stays on record.

Who may do so is staff's to say (`hand_over_work`), which calls these in its own transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import Heir
from shouwen.service.cases.actions.assigning import check_handler
from shouwen.service.cases.actions.moving import Note, enter, tell_screens
from shouwen.service.cases.events import CaseAssigned
from shouwen.service.cases.models import Case, CaseTask, TaskState
from shouwen.service.cases.queries.tasks import TASK_KIND

HAND_OVER = "hand_over"
CLAUSE = "HB-1.2-03"


@transaction.atomic
def hand_over_case(
    leaver: Person, ref: str, heir: Heir, reason: str, actor: Actor, at: datetime
) -> bool:
    """Give one open case of a leaver to somebody else, at whatever step it is.

    Its clocks run on, and its step stays. False where it is no longer the leaver's. Raises Invalid
    for an heir who does not work cases. Serves HB-1.2-03.
    """
    if heir.person is None:
        raise Invalid(fields={"handler": _("Choose an active colleague who works cases.")})
    related = Case.objects.select_for_update(of=("self",)).select_related("owner", "handler")
    case = related.filter(public_id=ref, institution_id=leaver.institution_id).first()
    if case is None or not case.is_open:
        return False
    in_their_name = case.handler_id == leaver.pk
    if not in_their_name and (case.handler_id is not None or case.owner_id != leaver.pk):
        return False
    check_handler(heir.person, case)
    values = {
        "handler": heir.person,
        "unit": heir.unit,
        "reminded_at": None,
        "version": case.version + 1,
    }
    Case.objects.filter(pk=case.pk).update(**values)
    for field, value in values.items():
        setattr(case, field, value)
    note = Note(text=reason, subject_name=heir.person.name, clause=CLAUSE)
    enter(case, HAND_OVER, actor=actor, at=at, note=note)
    detail: dict[str, audit.Value] = {
        "handler_before": leaver.public_id,
        "handler": heir.person.public_id,
    }
    audit.record(actor, "case.handed_over", case, at=at, purpose=reason, detail=detail)
    announce(
        CaseAssigned(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            handler_id=heir.person.pk,
            previous_handler_id=leaver.pk,
        )
    )
    tell_screens(case)
    publish(f"person-{leaver.public_id}")
    return True


@transaction.atomic
def hand_over_task(
    leaver: Person, ref: str, heir: Heir, reason: str, actor: Actor, at: datetime
) -> bool:
    """Give one open task of a leaver to another person, or to a unit as a whole.

    Its clock runs on. False where it is no longer the leaver's. Raises Invalid where the heir's
    unit works the case itself.
    """
    related = CaseTask.objects.select_for_update(of=("self",)).select_related("case", "unit")
    task = related.filter(public_id=ref, person=leaver, state=TaskState.OPEN).first()
    if task is None:
        return False
    if heir.unit.pk == task.case.unit_id:
        raise Invalid(fields={"unit": _("This unit works the case. Choose another unit.")})
    before = task.unit.public_id
    CaseTask.objects.filter(pk=task.pk).update(unit=heir.unit, person=heir.person)
    detail: dict[str, audit.Value] = {
        "case": task.case.public_id,
        "person_before": leaver.public_id,
        "to": heir.ref,
    }
    audit.record(actor, "task.handed_over", task, at=at, purpose=reason, detail=detail)
    tell_screens(task.case)
    for unit in {before, heir.unit.public_id}:
        publish(f"{TASK_KIND}s-{unit}")
    return True
