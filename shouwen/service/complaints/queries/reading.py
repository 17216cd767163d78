"""One complaint, for those who may see it, and what its institution set."""

from __future__ import annotations

import hashlib
import json

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.policy import figures
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries.reading import RELATIONS as CASE_RELATIONS
from shouwen.service.complaints import access
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintExtension,
    ComplaintGrade,
    ComplaintRedress,
    ComplaintSettings,
)

PUBLIC_ID_MAX_CHARACTERS = 48
DAYS_FIGURE = "complaint-repeat-days"
RELATIONS = (
    *(f"case__{name}" for name in CASE_RELATIONS),
    "grade",
    "major_by",
    "executive__unit",
    "repeat_of__case",
    "group_lead__case",
    "acceptor__unit",
    "supervisor__unit",
    "concerned_person",
    "concerned_unit",
    "seller",
)
# Every page and every step asks one of these; building their many joins costs more than the answer.
_WHOLE: Prepared[Complaint] = Prepared(
    lambda ref: Complaint.objects.select_related(*RELATIONS).filter(public_id=ref), ref=str
)
_OVER: Prepared[Complaint] = Prepared(
    lambda case: Complaint.objects.select_related(*RELATIONS).filter(case_id=case), case=int
)


def complaint_for(actor: Actor, public_id: str) -> Complaint:
    """Give a complaint with its case. Raises NotThere, whether it is away or not the actor's."""
    complaint = None
    if len(public_id) <= PUBLIC_ID_MAX_CHARACTERS:
        complaint = _WHOLE.first(ref=public_id)
    if complaint is None or not access.may_see(actor, complaint):
        raise NotThere
    return complaint


def complaint_over(case: Case) -> Complaint | None:
    """Give the complaint that stands over a case, for whoever leads or follows it."""
    return _OVER.first(case=case.pk)


def complaint_of(row: ComplaintExtension | ComplaintRedress) -> Complaint:
    """Give the complaint of an extension or a redress with its case, for its own room."""
    return Complaint.objects.select_related(*RELATIONS).get(pk=row.complaint_id)


def repeat_days(institution_id: int) -> int:
    """Give within how many days the same matter is a repeat: the institution's, or the house's."""
    rows = ComplaintSettings.objects.filter(institution_id=institution_id)
    days = rows.values_list("repeat_days", flat=True).first()
    return days if days is not None else figures.figure(DAYS_FIGURE).value


def grades_of(institution_id: int) -> list[ComplaintGrade]:
    """Give the grades in force, the gravest first."""
    rows = ComplaintGrade.objects.filter(institution_id=institution_id, is_retired=False)
    return list(rows.order_by("rank"))


def retired_grades(institution_id: int) -> list[ComplaintGrade]:
    """Give the grades that are given no more, by code."""
    rows = ComplaintGrade.objects.filter(institution_id=institution_id, is_retired=True)
    return list(rows.order_by("code"))


def settings_mark(institution_id: int) -> str:
    """Give a mark that differs as soon as the days or the grades in force do."""
    held = [[row.code, row.name_zh, row.name_en] for row in grades_of(institution_id)]
    plain = json.dumps([repeat_days(institution_id), held])
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def grade_for(institution_id: int, code: str) -> ComplaintGrade:
    """Give a grade by its code. Raises Invalid, naming the field `grade`."""
    found = next((row for row in grades_of(institution_id) if row.code == code), None)
    if found is None:
        raise Invalid(fields={"grade": _("Choose one of the values offered.")})
    return found


def person_named(actor: Actor, field: str, ref: str) -> Person | None:
    """Give an active colleague by id; nothing for no id. Raises Invalid, naming the field."""
    if not ref:
        return None
    people = staff.people_of(actor).filter(is_active=True, public_id=ref)
    found = people.select_related("unit").first()
    if found is None:
        raise Invalid(fields={field: _("There is no such entry.")})
    return found


def unit_named(actor: Actor, field: str, ref: str) -> Unit | None:
    """Give a unit of the institution by id; nothing for no id. Raises Invalid."""
    if not ref:
        return None
    units = Unit.objects.filter(institution_id=actor.institution_id or 0)
    found = units.filter(public_id=ref).first()
    if found is None:
        raise Invalid(fields={field: _("There is no such entry.")})
    return found
