"""People for programs that set them up: `/people` and below.

A program takes people in and lets them go. Roles are asked for and approved by two persons, and
whoever has a password gets a new link from an administrator, on pages.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Key, Strict, once
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import Person, Role, Unit
from shouwen.people.staff.queries import HeldSkill, PeopleAsked

people_router = Router(tags=["people"])

Ref = Annotated[str, Field(max_length=48)]


class PeopleIn(Strict):
    """Whom to list; `unit` counts with all below it, `q` is part of a name, username or number."""

    q: Annotated[str, Field(max_length=60)] = ""
    unit: Ref = ""
    role: Role | None = None
    standing: Literal["active", "disabled", "all"] = "active"
    cursor: Ref = ""


class PersonIn(Strict):
    """Somebody who begins to work here, without roles yet."""

    username: Annotated[str, Field(min_length=2, max_length=60)]
    staff_no: Annotated[str, Field(min_length=1, max_length=20)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    unit: Annotated[str, Field(min_length=1, max_length=48)]
    language: Annotated[str, Field(max_length=10)] = settings.LANGUAGE_CODE


class RoleOut(Schema):
    """One role over a unit and all below it, or over the institution where `unit` is null."""

    role: Role
    unit: str | None


class PersonLineOut(Schema):
    """One member of staff with their roles."""

    id: str
    staff_no: str
    username: str
    name: str
    unit: str
    unit_name: str
    is_active: bool
    roles: list[RoleOut]


class PeopleOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[PersonLineOut]
    next: str | None


class QualificationOut(Schema):
    """What a person is qualified for, level 1 to 5, good through `expires_on` (null: for good)."""

    skill: str
    name_zh: str
    name_en: str
    level: int
    certificate: str
    expires_on: date | None
    has_ended: bool
    ends_soon: bool


class ColleagueOut(Schema):
    """Another person."""

    id: str
    name: str


class PersonOut(PersonLineOut):
    """One member of staff with qualifications; `needs_mentor` means that no work is offered."""

    language: str
    experience_since: date | None
    mentor: ColleagueOut | None
    needs_mentor: bool
    qualifications: list[QualificationOut]


class HiredOut(PersonOut):
    """A person just taken in, with the link by which they choose a password.

    `invitation` is in the first answer alone and null in a repeat.
    """

    invitation: str | None


def _line(person: Person) -> PersonLineOut:
    return PersonLineOut.model_validate(
        {
            "id": person.public_id,
            "staff_no": person.staff_no,
            "username": person.username,
            "name": person.name,
            "unit": person.unit.public_id,
            "unit_name": person.unit.name_zh,
            "is_active": person.is_active,
            "roles": [
                {"role": grant.role, "unit": grant.unit.public_id if grant.unit else None}
                for grant in person.grants.all()
            ],
        }
    )


def _qualification(line: HeldSkill) -> QualificationOut:
    held = line.held
    return QualificationOut(
        skill=held.skill.code,
        name_zh=held.skill.name_zh,
        name_en=held.skill.name_en,
        level=held.level,
        certificate=held.certificate,
        expires_on=held.expires_on,
        has_ended=line.has_ended,
        ends_soon=line.ends_soon,
    )


def _shown(request: ApiRequest, ref: str, at: datetime) -> PersonOut:
    found = queries.person_file(request.actor, ref, at)
    person = found.person
    mentor = person.mentor
    return PersonOut(
        **dict(_line(person)),
        language=person.language,
        experience_since=person.experience_since,
        mentor=ColleagueOut(id=mentor.public_id, name=mentor.name) if mentor else None,
        needs_mentor=found.needs_mentor,
        qualifications=[_qualification(line) for line in found.skills],
    )


@people_router.get("", response={200: PeopleOut, **PROBLEMS}, summary="List people")
def list_people(request: ApiRequest, asked: Annotated[PeopleIn, Query()]) -> PeopleOut:
    """Give fifty people at a time by name, of the units within reach."""
    wanted = PeopleAsked(
        q=asked.q,
        unit=asked.unit,
        role=asked.role or "",
        standing=asked.standing,
        after=asked.cursor,
    )
    try:
        page = queries.people_page(request.actor, wanted)
    except Invalid as error:
        fields = {{"after": "cursor"}.get(name, name): said for name, said in error.fields.items()}
        raise Invalid(fields=fields) from error
    return PeopleOut(items=[_line(person) for person in page.people], next=page.next or None)


@people_router.get("/{ref}", response={200: PersonOut, **PROBLEMS}, summary="Read a person")
def read_person(request: ApiRequest, ref: str) -> PersonOut:
    """Give one person with roles, qualifications, experience and mentor."""
    return _shown(request, ref, time.now())


def _unit(request: ApiRequest, ref: str) -> Unit:
    try:
        return queries.unit_for(request.actor, ref)
    except NotThere as error:
        raise Invalid(fields={"unit": _("Choose one of the listed entries.")}) from error


@people_router.post("", response={201: HiredOut, **PROBLEMS}, summary="Take a person in")
def hire(request: ApiRequest, body: PersonIn, key: Key = "") -> Status[HiredOut]:
    """Take a person in and invite them; the answer holds their link, this once.

    They can sign in and do nothing until a role that one person asks for is approved by another.
    """
    actor, at, link = request.actor, time.now(), ""

    def work() -> str:
        nonlocal link
        made = actions.hire_person(
            username=body.username,
            staff_no=body.staff_no,
            name=body.name,
            unit=_unit(request, body.unit),
            language=body.language,
            actor=actor,
            at=at,
        )
        token = actions.invite_person(made, actor=actor, at=at)
        link = request.build_absolute_uri(reverse("staff_invitation", args=[token]))
        return str(made.public_id)

    ref = once(request, "person.hire", key, body, work, at=at)
    return Status(201, HiredOut(**dict(_shown(request, ref, at)), invitation=link or None))


ONE = {200: PersonOut, **PROBLEMS}


# Each gives the same state however often it is asked for, so these need no key.
@people_router.post("/{ref}/disable", response=ONE, summary="Let a person go")
def disable(request: ApiRequest, ref: str) -> PersonOut:
    """Sign a person out everywhere for good; with open work in their name it is a 409."""
    at = time.now()
    actions.disable_person(queries.person_for(request.actor, ref), actor=request.actor, at=at)
    return _shown(request, ref, at)


@people_router.post("/{ref}/reinstate", response=ONE, summary="Let a person work here again")
def reinstate(request: ApiRequest, ref: str) -> PersonOut:
    """Let a person sign in again, with the roles and the password they had."""
    at = time.now()
    actions.reinstate_person(queries.person_for(request.actor, ref), actor=request.actor, at=at)
    return _shown(request, ref, at)
