"""Links between cases for programs: `/cases/{ref}/links`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api.repeating import Key, once

links_router = Router(tags=["cases"])
Changer = Callable[..., object]
OtherRef = Annotated[str, Field(min_length=1, max_length=48)]


class LinkIn(Strict):
    """The case this one belongs with; of a DUPLICATE, `other` is the main one."""

    other: OtherRef
    kind: Literal["RELATED", "DUPLICATE"] = "RELATED"


class UnlinkIn(Strict):
    """The case whose link is taken back."""

    other: OtherRef


class LinkOut(Schema):
    """The other case of a link; its id only where it is within reach."""

    case: str | None
    number: str
    role: Literal["RELATED", "DUPLICATE", "MAIN", "SPLIT", "PART"]


class LinkListOut(Schema):
    """Every case linked to one."""

    items: list[LinkOut]


def _links(request: ApiRequest, ref: str) -> LinkListOut:
    case = queries.case_for(request.actor, ref)
    rows = queries.relations_of(request.actor, case)
    items = [
        {
            "case": row.other.public_id if row.within_reach else None,
            "number": row.other.number,
            "role": row.role,
        }
        for row in rows
    ]
    return LinkListOut.model_validate({"items": items})


LINKS = {200: LinkListOut, **PROBLEMS}


@links_router.get("/{ref}/links", response=LINKS, summary="List linked cases")
def list_links(request: ApiRequest, ref: str) -> LinkListOut:
    """Give the cases that belong with this one."""
    return _links(request, ref)


def _change(
    request: ApiRequest, ref: str, act: str, body: LinkIn | UnlinkIn, key: str, do: Changer
) -> LinkListOut:
    actor, at = request.actor, time.now()

    def work() -> str:
        case = queries.case_for(actor, ref)
        do(case, queries.other_case(actor, public_id=body.other), actor=actor, at=at)
        return str(case.public_id)

    once(request, act, key, body, at, work, ref)
    return _links(request, ref)


@links_router.post("/{ref}/links", response=LINKS, summary="Link two cases")
def link_cases(request: ApiRequest, ref: str, body: LinkIn, key: Key = "") -> LinkListOut:
    """Say that two cases belong together; both must be within reach."""
    do = partial(actions.relate_cases, kind=body.kind)
    return _change(request, ref, "relate", body, key, do)


@links_router.post("/{ref}/unlink", response=LINKS, summary="Take a link back")
def unlink_cases(request: ApiRequest, ref: str, body: UnlinkIn, key: Key = "") -> LinkListOut:
    """Remove a link that was made by mistake; the stories of both keep it."""
    return _change(request, ref, "unrelate", body, key, actions.unrelate_cases)
