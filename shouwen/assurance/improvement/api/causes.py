"""The tree of causes, and the cause of an upheld complaint, by program."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema, Status

from shouwen.assurance.improvement import access, actions, queries
from shouwen.assurance.improvement.models import NAME_MAX_CHARACTERS, Cause
from shouwen.assurance.improvement.queries import CauseLine
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff.models import Institution
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import Ref
from shouwen.service.complaints import queries as complaints

causes_router = Router(tags=["complaints"])
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX_CHARACTERS, pattern=r"\S")]
MaybeName = Annotated[str, Field(max_length=NAME_MAX_CHARACTERS)]


class CauseIn(Strict):
    """A new cause; `parent` is the id of the cause above it, empty at the top."""

    name_zh: Name
    name_en: MaybeName = ""
    parent: Ref = ""


class CauseChangeIn(Strict):
    """A cause as it is to be worded; a retired one is given no more."""

    name_zh: Name
    name_en: MaybeName = ""
    is_retired: bool = False


class GiveIn(Strict):
    """The cause of a complaint; `instead_of` is the one it had till now, if any."""

    cause: Ref
    instead_of: Ref = ""


class CauseOut(Schema):
    """One cause in its place."""

    id: str
    parent: str | None
    depth: int
    name_zh: str
    name_en: str
    is_retired: bool


class CauseLineOut(CauseOut):
    """A cause with its complaints: its own, and those of all below it too."""

    complaints: int
    with_below: int


class CauseListOut(Schema):
    """The whole tree, each cause after its parent."""

    items: list[CauseLineOut]


class GivenOut(Schema):
    """What caused a complaint."""

    complaint: str
    cause: CauseOut


def _plain(cause: Cause, parent: str | None) -> dict[str, object]:
    return {
        "id": cause.public_id,
        "parent": parent,
        "depth": cause.depth,
        "name_zh": cause.name_zh,
        "name_en": cause.name_en,
        "is_retired": cause.is_retired,
    }


def _shown(request: ApiRequest, ref: str) -> CauseOut:
    cause = queries.cause_for(request.actor, ref)
    parent = cause.parent.public_id if cause.parent else None
    return CauseOut.model_validate(_plain(cause, parent))


def _lines(lines: list[CauseLine]) -> list[CauseLineOut]:
    refs = {line.cause.pk: line.cause.public_id for line in lines}
    return [
        CauseLineOut.model_validate(
            {
                **_plain(line.cause, refs.get(line.cause.parent_id or 0)),
                "complaints": line.count,
                "with_below": line.below,
            }
        )
        for line in lines
    ]


@causes_router.get("", response={200: CauseListOut, **PROBLEMS}, summary="Read the causes")
def list_causes(request: ApiRequest) -> CauseListOut:
    """Give the institution's tree of root causes with the complaints of each."""
    return CauseListOut(items=_lines(queries.cause_lines(request.actor)))


@causes_router.post("", response={201: CauseOut, **PROBLEMS}, summary="Add a cause")
def add_cause(request: ApiRequest, body: CauseIn, key: Key = "") -> Status[CauseOut]:
    """Add a cause to the tree, three levels deep at most; the same key adds once."""
    actor, at = request.actor, time.now()

    def work() -> str:
        home = Institution.objects.filter(pk=actor.institution_id or 0).first()
        if home is None:
            raise NotThere
        parent = queries.cause_named(actor, body.parent, "parent") if body.parent else None
        made = actions.add_cause(
            home, name_zh=body.name_zh, name_en=body.name_en, parent=parent, actor=actor, at=at
        )
        return str(made.public_id)

    return Status(201, _shown(request, once(request, "cause", key, body, at, work)))


@causes_router.put("/{ref}", response={200: CauseOut, **PROBLEMS}, summary="Change a cause")
def change_cause(request: ApiRequest, ref: str, body: CauseChangeIn) -> CauseOut:
    """Reword a cause, retire it or take it up again; complaints that have it keep it."""
    found = queries.cause_for(request.actor, ref)
    actions.change_cause(found, **body.model_dump(), actor=request.actor, at=time.now())
    return _shown(request, ref)


@causes_router.put(
    "/of/{ref}", response={200: GivenOut, **PROBLEMS}, summary="Give a complaint its cause"
)
def give_cause(request: ApiRequest, ref: str, body: GiveIn) -> GivenOut:
    """Say what caused an upheld complaint; naming the cause it had changes it."""
    actor = request.actor
    access.require_giving_causes(actor)
    complaint = complaints.complaint_for(actor, ref)
    cause = queries.cause_named(actor, body.cause)
    actions.give_cause(complaint, cause, instead_of=body.instead_of, actor=actor, at=time.now())
    return GivenOut(complaint=complaint.public_id, cause=_shown(request, cause.public_id))
