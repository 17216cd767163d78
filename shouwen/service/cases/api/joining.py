"""Merging and splitting for programs: `/cases/{ref}/merge`, `/merged`, `/split`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api import schemas
from shouwen.service.cases.api.asking import unit_named
from shouwen.service.cases.api.doing import done
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import (
    NO_COMPLAINT,
    CaseDetailOut,
    Code,
    KindName,
    Ref,
    Text,
)
from shouwen.service.cases.models import Case

joining_router = Router(tags=["cases"])
OneRef = Annotated[str, Field(min_length=1, max_length=48)]


class MergeIn(Strict):
    """The cases that end in this one, and why they are one matter."""

    cases: Annotated[list[OneRef], Field(min_length=1, max_length=20)]
    reason: Text


class SplitIn(Strict):
    """What the part is about; what is left out is as in the whole."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    description: Text
    kind: Annotated[KindName | Literal[""], NO_COMPLAINT] = ""
    category: Code = ""
    unit: Ref = ""


class MergedOut(Schema):
    """A case that ended in another; its id only where it is within reach."""

    case: str | None
    number: str


class MergedListOut(Schema):
    """Every case that ended in one."""

    items: list[MergedOut]


@joining_router.post(
    "/{ref}/merge", response={200: CaseDetailOut, **PROBLEMS}, summary="Merge cases into one"
)
def merge_cases(request: ApiRequest, ref: str, body: MergeIn, key: Key = "") -> CaseDetailOut:
    """Let this case go on for others of its customer; they end and point here."""
    actor = request.actor

    def do(case: Case, at: datetime) -> None:
        others = queries.cases_to_merge(actor, body.cases)
        actions.merge_cases(case, others, reason=body.reason, actor=actor, at=at)

    return done(request, ref, "merge", key, body, do)


@joining_router.get(
    "/{ref}/merged", response={200: MergedListOut, **PROBLEMS}, summary="List merged cases"
)
def list_merged(request: ApiRequest, ref: str) -> MergedListOut:
    """Give the cases that ended in this one."""
    rows = queries.merged_into(request.actor, queries.case_for(request.actor, ref))
    return MergedListOut(
        items=[
            MergedOut(
                case=row.other.public_id if row.within_reach else None, number=row.other.number
            )
            for row in rows
        ]
    )


@joining_router.post(
    "/{ref}/split", response={201: CaseDetailOut, **PROBLEMS}, summary="Split a part off"
)
def split_case(
    request: ApiRequest, ref: str, body: SplitIn, key: Key = ""
) -> Status[CaseDetailOut]:
    """Make a part of a case its own, linked to it; answers with the new case."""
    actor, at = request.actor, time.now()

    def work() -> str:
        case = queries.case_for(actor, ref)
        category = (
            queries.category_for(case.institution_id, body.category) if body.category else None
        )
        part = actions.split_case(
            case,
            actions.part_of(case, body.title, body.description, body.kind),
            category=category,
            unit=unit_named(actor, body.unit),
            actor=actor,
            at=at,
        )
        return str(part.public_id)

    made = once(request, "split", key, body, at, work, ref)
    return Status(201, schemas.detailed(queries.case_for(actor, made), at))
