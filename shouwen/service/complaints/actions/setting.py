"""What an institution sets for its complaints; the trail shows each before and after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import ComplaintGrade, ComplaintSettings

LEAST_DAYS, MOST_DAYS = 1, 730
MOST_FINDING_DAYS = 90
MOST_GRADES = 9
CODE = re.compile(r"[A-Za-z0-9_.-]{1,20}")
NAME_MAX_CHARACTERS = 40


class SettingsMovedOn(Conflict):
    """Somebody set them since they were read."""


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


def _wrong_days(days: int) -> dict[str, Words]:
    if LEAST_DAYS <= days <= MOST_DAYS:
        return {}
    bounds = {"least": LEAST_DAYS, "most": MOST_DAYS}
    return {"repeat_days": _("Enter a whole number from %(least)s to %(most)s.") % bounds}


def _wrong_grades(grades: Sequence[GradeWords]) -> dict[str, Words]:
    """Name what is wrong: `grades` for the list, `code_of_2` for the second one's code."""
    wrong: dict[str, Words] = {}
    for place, one in enumerate(grades, start=1):
        if not CODE.fullmatch(one.code):
            wrong[f"code_of_{place}"] = _(
                "Use 1 to 20 letters without accents, digits, dots, hyphens or underscores."
            )
        for field, name in (("name_zh", one.name_zh), ("name_en", one.name_en)):
            is_words = name.strip() and name.isprintable()
            if not is_words or len(name) > NAME_MAX_CHARACTERS:
                wrong[f"{field}_of_{place}"] = _("Enter 1 to %(most)s characters.") % {
                    "most": NAME_MAX_CHARACTERS
                }
    codes = {one.code for one in grades}
    if not 0 < len(grades) <= MOST_GRADES or len(codes) != len(grades):
        words = _("Give between one and %(most)s grades, each code once.") % {"most": MOST_GRADES}
        wrong["grades"] = words
    return wrong


def _said(grades: Sequence[GradeWords]) -> str:
    return "; ".join(f"{one.code} {one.name_zh} {one.name_en}" for one in grades)


@transaction.atomic
def set_repeat_days(
    institution: Institution, days: int, *, actor: Actor, at: datetime
) -> ComplaintSettings:
    """Say within how many days the same matter is a repeat. Raises Invalid, NotAllowed, NotThere.

    Serves OM-4.4-06.
    """
    _require(institution, actor)
    if wrong := _wrong_days(days):
        raise Invalid(fields=wrong)
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
def set_finding_days(
    institution: Institution, days: int, *, actor: Actor, at: datetime
) -> ComplaintSettings:
    """Say within how many days who is held responsible may contest it; no document names them.

    Findings that were made keep theirs. Raises Invalid, NotAllowed, NotThere.
    """
    _require(institution, actor)
    if not LEAST_DAYS <= days <= MOST_FINDING_DAYS:
        bounds = {"least": LEAST_DAYS, "most": MOST_FINDING_DAYS}
        words = _("Enter a whole number from %(least)s to %(most)s.") % bounds
        raise Invalid(fields={"finding_days": words})
    before = queries.finding_days(institution.pk)
    values = {"finding_days": days, "changed_at": at}
    row, _made = ComplaintSettings.objects.update_or_create(
        institution=institution,
        defaults=values,
        create_defaults={**values, "repeat_days": queries.repeat_days(institution.pk)},
    )
    audit.record(
        actor,
        "complaint.settings_changed",
        ("complaints.complaintsettings", institution.code),
        at=at,
        fields=("finding_days",),
        detail={"finding_days": f"{before}>{days}"},
    )
    return row


@transaction.atomic
def set_all(
    institution: Institution,
    days: int,
    grades: Sequence[GradeWords],
    *,
    seen: str | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Set days and grades together; what is as it was is not set again.

    `seen` is the mark of what was read (`queries.settings_mark`). Raises SettingsMovedOn where
    somebody was faster, Invalid naming everything that is wrong, NotAllowed, NotThere.
    """
    _require(institution, actor)
    Institution.objects.select_for_update().get(pk=institution.pk)
    if seen is not None and seen != queries.settings_mark(institution.pk):
        raise SettingsMovedOn
    if wrong := _wrong_days(days) | _wrong_grades(grades):
        raise Invalid(fields=wrong)
    if days != queries.repeat_days(institution.pk):
        set_repeat_days(institution, days, actor=actor, at=at)
    held = [
        GradeWords(row.code, row.name_zh, row.name_en) for row in queries.grades_of(institution.pk)
    ]
    if list(grades) != held:
        set_grades(institution, grades, actor=actor, at=at)


@transaction.atomic
def set_grades(
    institution: Institution, grades: Sequence[GradeWords], *, actor: Actor, at: datetime
) -> list[ComplaintGrade]:
    """Set the grades, gravest first; one that is left out is retired and stays where it was given.

    Raises Invalid for a code that comes twice, none or too many, and by place for wrong words.
    Serves SN-44-01.
    """
    _require(institution, actor)
    if wrong := _wrong_grades(grades):
        raise Invalid(fields=wrong)
    codes = [one.code for one in grades]
    theirs = ComplaintGrade.objects.filter(institution=institution).order_by("rank")
    held = {row.code: row for row in theirs.select_for_update()}
    before = _said(
        [
            GradeWords(row.code, row.name_zh, row.name_en)
            for row in held.values()
            if not row.is_retired
        ]
    )
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
        detail={"before": before, "after": _said(grades)},
    )
    return kept
