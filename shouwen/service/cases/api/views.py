"""Kept views of the ledger for programs that act for a person: `/case-views`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from ninja import Field, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api.asking import unit_named
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import ChosenIn, Ref, SortName, ViewName
from shouwen.service.cases.models import VIEW_NAME_MAX_CHARACTERS
from shouwen.service.cases.queries import Filters, ViewRow

views_router = Router(tags=["cases"])


class ViewFiltersIn(ChosenIn):
    """Which cases a view holds, and in which order."""

    view: ViewName = "open"
    sort: SortName | Literal[""] = ""


class ViewIn(Strict):
    """A view's name, its filters, and the unit that shares it; without one it is one's own."""

    name: Annotated[str, Field(min_length=1, max_length=VIEW_NAME_MAX_CHARACTERS)]
    filters: ViewFiltersIn
    unit: Ref = ""


class ViewOut(Schema):
    """A kept view; `problems` say which of its filters no longer fit."""

    id: str
    name: str
    filters: dict[str, str]
    unit: str | None
    is_own: bool
    may_change: bool
    problems: list[str]


class ViewListOut(Schema):
    """The views that stand beside the ledger's own for one person."""

    items: list[ViewOut]


def _shown(request: ApiRequest, row: ViewRow) -> ViewOut:
    saved = row.saved
    return ViewOut(
        id=saved.public_id,
        name=saved.name,
        filters=saved.filters,
        unit=saved.unit.public_id if saved.unit else None,
        is_own=row.is_own,
        may_change=row.may_change,
        problems=queries.what_no_longer_fits(request.actor.institution_id or 0, saved.filters),
    )


def _filters(asked: ViewFiltersIn) -> Filters:
    return replace(Filters(), **asked.model_dump())


@views_router.get("", response={200: ViewListOut, **PROBLEMS}, summary="List kept views")
def list_views(request: ApiRequest) -> ViewListOut:
    """Give one's own views and those shared with one's unit or a unit above it."""
    return ViewListOut(items=[_shown(request, row) for row in queries.views_of(request.actor)])


@views_router.post("", response={201: ViewOut, **PROBLEMS}, summary="Keep a view")
def save_view(request: ApiRequest, body: ViewIn, key: Key = "") -> Status[ViewOut]:
    """Keep filters and order by name."""
    actor, at = request.actor, time.now()

    def work() -> str:
        unit = unit_named(actor, body.unit)
        made = actions.save_view(body.name, _filters(body.filters), unit=unit, actor=actor, at=at)
        return str(made.public_id)

    made = once(request, "view", key, body, at, work)
    return Status(201, _shown(request, queries.view_for(actor, made)))


@views_router.put("/{ref}", response={200: ViewOut, **PROBLEMS}, summary="Change a view")
def change_view(request: ApiRequest, ref: str, body: ViewIn, key: Key = "") -> ViewOut:
    """Give a view another name, other filters, another unit."""
    actor, at = request.actor, time.now()

    def work() -> str:
        row = queries.view_for(actor, ref)
        actions.change_view(
            row.saved,
            name=body.name,
            filters=_filters(body.filters),
            unit=unit_named(actor, body.unit),
            shared=bool(body.unit),
            actor=actor,
            at=at,
        )
        return ref

    once(request, "view-change", key, body, at, work, ref)
    return _shown(request, queries.view_for(actor, ref))


@views_router.delete("/{ref}", response={204: None, **PROBLEMS}, summary="Remove a view")
def remove_view(request: ApiRequest, ref: str) -> Status[None]:
    """Remove a view; the cases in it stay as they are."""
    row = queries.view_for(request.actor, ref)
    actions.remove_view(row.saved, actor=request.actor, at=time.now())
    return Status(204, None)
