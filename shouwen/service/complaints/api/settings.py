"""What an institution sets for its complaints: `/complaint-settings`."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.api.schemas import GradeOut

settings_router = Router(tags=["complaints"])
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")]


class GradeIn(Strict):
    """One grade; the order of the list is its rank, the gravest first."""

    code: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_.-]+$")]
    name_zh: Name
    name_en: Name


class SettingsIn(Strict):
    """Days within which the same matter is a repeat, and every grade there is to be."""

    repeat_days: Annotated[int, Field(ge=1, le=730)]
    grades: Annotated[list[GradeIn], Field(min_length=1, max_length=9)]


class SettingsOut(Schema):
    """What is set now."""

    repeat_days: int
    grades: list[GradeOut]


def _shown(institution_id: int) -> SettingsOut:
    grades = [
        GradeOut(code=row.code, name_zh=row.name_zh, name_en=row.name_en, rank=row.rank)
        for row in queries.grades_of(institution_id)
    ]
    return SettingsOut(repeat_days=queries.repeat_days(institution_id), grades=grades)


@settings_router.get(
    "", response={200: SettingsOut, **PROBLEMS}, summary="Read the settings of complaints"
)
def read_settings(request: ApiRequest) -> SettingsOut:
    """Give the grades and the days of repeats."""
    staff_access.require(request.actor, "policy.read")
    return _shown(request.actor.institution_id or 0)


@settings_router.put(
    "", response={200: SettingsOut, **PROBLEMS}, summary="Set the settings of complaints"
)
def set_settings(request: ApiRequest, body: SettingsIn) -> SettingsOut:
    """Set grades and days; a grade that is left out is given no more and stays where it was."""
    actor, at = request.actor, time.now()
    home = Institution.objects.filter(pk=actor.institution_id or 0).first()
    if home is None:
        raise NotThere
    grades = [actions.GradeWords(one.code, one.name_zh, one.name_en) for one in body.grades]
    actions.set_all(home, body.repeat_days, grades, actor=actor, at=at)
    return _shown(home.pk)
