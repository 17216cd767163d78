"""Rosters: shifts, a unit's week, planning and taking off; deputies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Router, Schema
from pydantic import Field

from shouwen.ground.kernel import time
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import Deputy, Planned

rosters_router = Router(tags=["rosters"])

Ref = Annotated[str, Field(max_length=48)]


class ShiftOut(Schema):
    """A shift; one whose `ends` is earlier than its `begins` ends on the next day."""

    id: str
    name_zh: str
    name_en: str
    begins: str
    ends: str


class PlannedOut(Schema):
    """One person planned for one shift on one day."""

    id: str
    person: str
    staff_no: str
    name: str
    shift: str
    day: date
    begins_at: datetime
    ends_at: datetime


class AbsenceOut(Schema):
    """One person away from one day through another, both counted."""

    person: str
    from_on: date
    to_on: date


class RosterOut(Schema):
    """One unit's week; `published_at` is null while only planners see it."""

    unit: str
    monday: date
    published_at: datetime | None
    planned: list[PlannedOut]
    absences: list[AbsenceOut]


class PlanIn(Strict):
    """Who is planned for which shift on which days: all of it, or nothing."""

    unit: Ref
    shift: Ref
    people: Annotated[list[Ref], Field(min_length=1, max_length=100)]
    days: Annotated[list[date], Field(min_length=1, max_length=31)]


class PlannedCount(Schema):
    """How many shifts are planned anew; a repeat gives 0."""

    planned: int


def _planned(one: Planned) -> PlannedOut:
    return PlannedOut(
        id=one.public_id,
        person=one.person.public_id,
        staff_no=one.person.staff_no,
        name=one.person.name,
        shift=one.shift.public_id,
        day=one.day,
        begins_at=one.begins_at,
        ends_at=one.ends_at,
    )


@rosters_router.get("/shifts", response={200: list[ShiftOut], **PROBLEMS}, summary="Shifts in use")
def list_shifts(request: ApiRequest) -> list[ShiftOut]:
    """Give the shifts people can be planned for, the earliest first."""
    return [
        ShiftOut(
            id=shift.public_id,
            name_zh=shift.name_zh,
            name_en=shift.name_en,
            begins=f"{shift.begins:%H:%M}",
            ends=f"{shift.ends:%H:%M}",
        )
        for shift in queries.shifts_of(request.actor)
    ]


@rosters_router.get(
    "/units/{unit}", response={200: RosterOut, **PROBLEMS}, summary="The roster of a unit's week"
)
def week_of_unit(request: ApiRequest, unit: str, day: date | None = None) -> RosterOut:
    """Give the week in which the day (today) lies, drafts included; for who plans."""
    found = queries.roster(request.actor, unit, day or day_of(time.now()))
    cells = [(row.person, cell) for row in found.rows for cell in row.days]
    away = {absence.pk: (person, absence) for person, (_day, _held, absence) in cells if absence}
    return RosterOut(
        unit=found.unit.public_id,
        monday=found.monday,
        published_at=found.published_at,
        planned=[_planned(one) for _person, (_day, held, _away) in cells for one in held],
        absences=[
            AbsenceOut(person=person.public_id, from_on=absence.from_on, to_on=absence.to_on)
            for person, absence in away.values()
        ],
    )


@rosters_router.post(
    "/planned", response={200: PlannedCount, **PROBLEMS}, summary="Plan people for a shift"
)
def plan(request: ApiRequest, body: PlanIn) -> PlannedCount:
    """Plan all or nobody; who is planned already stays so, a clash or an absence is a 409."""
    actor, at = request.actor, time.now()
    unit, shift, people = queries.to_plan(actor, body.unit, body.shift, body.people)
    count = actions.plan_shifts(unit, people, body.days, shift, actor=actor, at=at)
    return PlannedCount(planned=count)


@rosters_router.delete(
    "/planned/{ref}",
    response={200: PlannedOut, **PROBLEMS},
    summary="Take somebody off a shift",
)
def take_off(request: ApiRequest, ref: str) -> PlannedOut:
    """Take one line off the roster and give it back; a shift that has begun is a 409."""
    planned = queries.planned_for(request.actor, ref)
    line = _planned(planned)
    actions.take_off(planned, actor=request.actor, at=time.now())
    return line


class DeputyIn(Strict):
    """Who stands in for whom (without `person`: for the caller), both days counted."""

    person: Annotated[str, Field(max_length=48)] = ""
    deputy: Ref
    from_on: date
    to_on: date


class DeputyOut(Schema):
    """One person standing in for another on the days noted as absent."""

    id: str
    person: str
    person_name: str
    deputy: str
    deputy_name: str
    from_on: date
    to_on: date


def _named(one: Deputy) -> DeputyOut:
    return DeputyOut(
        id=one.public_id,
        person=one.person.public_id,
        person_name=one.person.name,
        deputy=one.deputy.public_id,
        deputy_name=one.deputy.name,
        from_on=one.from_on,
        to_on=one.to_on,
    )


@rosters_router.get(
    "/deputies", response={200: list[DeputyOut], **PROBLEMS}, summary="One's own deputies"
)
def list_deputies(request: ApiRequest) -> list[DeputyOut]:
    """Give who stands in for the caller, and for whom the caller does, from today on."""
    return [_named(one) for one in queries.own_deputies(request.actor, time.now())]


@rosters_router.post("/deputies", response={200: DeputyOut, **PROBLEMS}, summary="Name a deputy")
def name_deputy(request: ApiRequest, body: DeputyIn) -> DeputyOut:
    """Let a colleague stand in; a second one for the same days, or roles apart, is a 409."""
    actor = request.actor
    person = queries.person_for(actor, body.person or actor.ref)
    deputy = queries.person_for(actor, body.deputy)
    at = time.now()
    named = actions.name_deputy(person, deputy, body.from_on, body.to_on, actor=actor, at=at)
    return _named(named)


@rosters_router.delete(
    "/deputies/{ref}", response={200: DeputyOut, **PROBLEMS}, summary="End a deputy"
)
def end_deputy(request: ApiRequest, ref: str) -> DeputyOut:
    """Let nobody stand in any more, and give back what stood; one that is over is a 404."""
    named = queries.deputy_for(request.actor, ref)
    actions.end_deputy(named, actor=request.actor, at=time.now())
    return _named(named)
