"""What an institution sets for its complaints; the trail shows each before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import ComplaintGrade, ComplaintSettings

LEAST_DAYS, MOST_DAYS = 1, 730
MOST_GRADES = 9


@dataclass(frozen=True, slots=True)
class GradeWords:
    """One grade as it is set; the order of the list is its rank, the gravest first."""

    code: str
    name_zh: str
    name_en: str


def _require(institution: Institution, actor: Actor) -> None:
    staff_access.require(actor, "policy.edit")
    if not staff_access.same_institution(actor, institution.pk):
        raise NotThere


@transaction.atomic
def set_repeat_days(
    institution: Institution, days: int, *, actor: Actor, at: datetime
) -> ComplaintSettings:
    """Say within how many days the same matter is a repeat. Raises Invalid, NotAllowed, NotThere.

    Serves OM-4.4-06.
    """
    _require(institution, actor)
    if not LEAST_DAYS <= days <= MOST_DAYS:
        bounds = {"least": LEAST_DAYS, "most": MOST_DAYS}
        words = _("Enter a whole number from %(least)s to %(most)s.") % bounds
        raise Invalid(fields={"repeat_days": words})
    before = queries.repeat_days(institution.pk)
    row, _made = ComplaintSettings.objects.update_or_create(
        institution=institution, defaults={"repeat_days": days, "changed_at": at}
    )
    audit.record(
        actor,
        "complaint.settings_changed",
        ("complaints.complaintsettings", institution.code),
        at=at,
        fields=("repeat_days",),
        detail={"repeat_days": f"{before}>{days}"},
    )
    return row


@transaction.atomic
def set_all(
    institution: Institution,
    days: int,
    grades: Sequence[GradeWords],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Set days and grades together. Raises what `set_repeat_days` and `set_grades` do."""
    set_repeat_days(institution, days, actor=actor, at=at)
    set_grades(institution, grades, actor=actor, at=at)


@transaction.atomic
def set_grades(
    institution: Institution, grades: Sequence[GradeWords], *, actor: Actor, at: datetime
) -> list[ComplaintGrade]:
    """Set the grades, gravest first; one that is left out is retired and stays where it was given.

    Raises Invalid for a code that comes twice, none or too many. Serves SN-44-01.
    """
    _require(institution, actor)
    codes = [one.code for one in grades]
    if not 0 < len(codes) <= MOST_GRADES or len(set(codes)) != len(codes):
        words = _("Give between one and %(most)s grades, each code once.") % {"most": MOST_GRADES}
        raise Invalid(fields={"grades": words})
    theirs = ComplaintGrade.objects.filter(institution=institution).order_by("rank")
    held = {row.code: row for row in theirs.select_for_update()}
    before = ",".join(row.code for row in held.values() if not row.is_retired)
    # Ranks are unique, so all step aside first.
    beyond = MOST_GRADES + 1 + max((row.rank for row in held.values()), default=0)
    for step, row in enumerate(held.values()):
        ComplaintGrade.objects.filter(pk=row.pk).update(
            rank=beyond + step, is_retired=row.code not in codes
        )
    kept = []
    for rank, one in enumerate(grades, start=1):
        values = {
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "rank": rank,
            "is_retired": False,
        }
        row, _made = ComplaintGrade.objects.update_or_create(
            institution=institution, code=one.code, defaults=values
        )
        kept.append(row)
    audit.record(
        actor,
        "complaint.grades_set",
        ("complaints.complaintgrade", institution.code),
        at=at,
        fields=("grades",),
        detail={"before": before, "after": ",".join(codes)},
    )
    return kept
