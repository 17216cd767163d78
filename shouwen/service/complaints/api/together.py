"""Task forces and co-ordination notes by program."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff.models import Person
from shouwen.service.cases.actions.texts import SHORT_MAX_CHARACTERS, TEXT_MAX_CHARACTERS
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import PersonOut
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import force as forces
from shouwen.service.complaints.actions import together as helping
from shouwen.service.complaints.models import Complaint, ForceMember
from shouwen.service.complaints.queries import Together

together_router = Router(tags=["complaints"])
FunctionName = Literal["TECHNOLOGY", "OPERATIONS", "ACCOUNT", "OTHER"]
RefIn = Annotated[str, Field(min_length=1, max_length=48)]


class MemberIn(Strict):
    """Whom to name to the task force, by id, and what they are there for."""

    person: RefIn
    function: FunctionName


class ReleaseIn(Strict):
    """Who is to go off the task force, by the id of their membership, and why."""

    member: RefIn
    reason: Annotated[str, Field(min_length=1, max_length=SHORT_MAX_CHARACTERS)]


class NoteIn(Strict):
    """What the others who work on it should know."""

    words: Annotated[str, Field(min_length=1, max_length=TEXT_MAX_CHARACTERS)]


class ForceMemberOut(Schema):
    """One person's time on a task force; `left_at` is null while they are on it."""

    id: str
    person: PersonOut
    function: FunctionName
    appointed_by: PersonOut | None
    appointed_at: datetime
    seen_at: datetime | None
    left_at: datetime | None


class ForceOut(Schema):
    """A task force; `lacks` names the functions of HB-4.2-07 that nobody holds."""

    is_major: bool
    executive: PersonOut | None
    is_complete: bool
    lacks: list[FunctionName]
    members: list[ForceMemberOut]
    former: list[ForceMemberOut]


class NoteOut(Schema):
    """One co-ordination note."""

    id: str
    by: str
    at: datetime
    words: str


class NotesOut(Schema):
    """The newest notes, the newest first."""

    items: list[NoteOut]


FORCE = {200: ForceOut, **PROBLEMS}
NOTES = {200: NotesOut, **PROBLEMS}


def _person(person: Person | None) -> PersonOut | None:
    return PersonOut(id=person.public_id, name=person.name) if person else None


def _member(row: ForceMember) -> ForceMemberOut:
    return ForceMemberOut.model_validate(
        {
            "id": row.public_id,
            "person": _person(row.person),
            "function": row.function,
            "appointed_by": _person(row.appointed_by),
            "appointed_at": row.appointed_at,
            "seen_at": row.seen_at,
            "left_at": row.left_at,
        }
    )


def _force(one: Complaint) -> ForceOut:
    force = queries.force_of(one)
    return ForceOut.model_validate(
        {
            "is_major": one.is_major,
            "executive": _person(one.executive),
            "is_complete": force.is_complete,
            "lacks": [each.value for each in force.lacks],
            "members": [_member(row) for row in force.members],
            "former": [_member(row) for row in force.former],
        }
    )


def _whole(request: ApiRequest, ref: str) -> Together:
    """Give a complaint to whoever reads more of it than its notes. Raises NotThere."""
    found = queries.together_for(request.actor, ref)
    if not found.reads_all:
        raise NotThere
    return found


@together_router.get("/{ref}/task-force", response=FORCE, summary="Read a task force")
def read_force(request: ApiRequest, ref: str) -> ForceOut:
    """Give who works on a major complaint beside its people, and which functions lack."""
    found = _whole(request, ref)
    return _force(found.complaint)


@together_router.post("/{ref}/task-force", response=FORCE, summary="Name a member")
def appoint(request: ApiRequest, ref: str, body: MemberIn, key: Key = "") -> ForceOut:
    """Name a colleague, or give them another function; by the executive or who marks as major."""
    at = time.now()

    def work() -> str:
        one = _whole(request, ref).complaint
        forces.require_force_setter(one, request.actor)
        rows = Person.objects.filter(institution_id=one.institution_id, public_id=body.person)
        person = rows.select_related("unit").first()
        if person is None:
            raise Invalid(fields={"person": _("There is no such entry.")})
        forces.appoint_member(one, person, body.function, actor=request.actor, at=at)
        return ref

    once(request, "complaint.force", key, body, at, work, ref)
    return _force(_whole(request, ref).complaint)


@together_router.post("/{ref}/task-force/release", response=FORCE, summary="Take a member off")
def release(request: ApiRequest, ref: str, body: ReleaseIn, key: Key = "") -> ForceOut:
    """Take a colleague off the task force, saying why."""
    at = time.now()

    def work() -> str:
        one = _whole(request, ref).complaint
        forces.require_force_setter(one, request.actor)
        try:
            member = queries.member_named(one, body.member)
        except NotThere:
            raise forces.NotOfTheForce from None
        forces.release_member(one, member, reason=body.reason, actor=request.actor, at=at)
        return ref

    once(request, "complaint.release", key, body, at, work, ref)
    return _force(_whole(request, ref).complaint)


@together_router.get("/{ref}/notes", response=NOTES, summary="Read the co-ordination notes")
def read_notes(request: ApiRequest, ref: str) -> NotesOut:
    """Give the notes of those who work on a complaint; the reading goes on the trail."""
    found = helping.look_together(request.actor, ref, at=time.now())
    return _notes(found)


@together_router.post("/{ref}/notes", response=NOTES, summary="Leave a co-ordination note")
def write_note(request: ApiRequest, ref: str, body: NoteIn, key: Key = "") -> NotesOut:
    """Leave a note for those who work on a complaint; the complainant never sees it."""
    at = time.now()

    def work() -> str:
        found = queries.together_for(request.actor, ref)
        helping.write_note(found, words=body.words, actor=request.actor, at=at)
        return ref

    once(request, "complaint.note", key, body, at, work, ref)
    return _notes(queries.together_for(request.actor, ref))


def _notes(found: Together) -> NotesOut:
    rows = queries.notes_of(found.complaint)
    return NotesOut(
        items=[
            NoteOut(id=row.public_id, by=row.actor_name, at=row.at, words=row.text) for row in rows
        ]
    )
