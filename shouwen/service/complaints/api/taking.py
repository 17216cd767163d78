"""The ledger as a whole for programs: totals, kept views, tables (`/complaint-ledger`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.moments import Day
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.api.asking import unit_named
from shouwen.service.cases.api.exports import ExportOut, export_out
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import ComplexityName, Ref, UrgencyName
from shouwen.service.cases.models import VIEW_NAME_MAX_CHARACTERS
from shouwen.service.cases.queries import ViewRow
from shouwen.service.complaints import queries
from shouwen.service.complaints.api.schemas import OriginName, StateName, TypeName
from shouwen.service.complaints.api.shapes import ClockName, ClockStateName, Colleague, ViewName
from shouwen.service.complaints.queries import Filters, Total
from shouwen.service.complaints.queries.tables import TAKEN

taking_router = Router(tags=["complaints"])


class KeptIn(Strict):
    """Which complaints are meant; everything that is given must fit. Days are Shanghai's."""

    view: ViewName = "open"
    state: StateName | Literal[""] = ""
    origin: OriginName | Literal[""] = ""
    cg_type: TypeName | Literal[""] = ""
    urgency: UrgencyName | Literal[""] = ""
    complexity: ComplexityName | Literal[""] = ""
    grade: Annotated[str, Field(max_length=20)] = ""
    unit: Ref = ""
    handler: Colleague = ""
    owner: Colleague = ""
    clock: ClockName = ""
    clock_state: ClockStateName | Literal[""] = ""
    since: Day | None = None
    until: Day | None = None


class ViewFiltersIn(KeptIn):
    """The same, in an order."""

    sort: Literal["newest", "due", ""] = ""
    # The names of the columns with commas; none means all.
    columns: Annotated[str, Field(max_length=200)] = ""


class TakenIn(KeptIn):
    """Which complaints, in which form, and what for."""

    number: Annotated[str, Field(max_length=24)] = ""
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    format: Literal["csv", "xlsx"] = "xlsx"
    language: Literal["zh-hans", "en"] = "zh-hans"


class ViewIn(Strict):
    """A view's name, its filters, and the unit that shares it; without one it is one's own."""

    name: Annotated[str, Field(min_length=1, max_length=VIEW_NAME_MAX_CHARACTERS)]
    filters: ViewFiltersIn
    unit: Ref = ""


class ViewOut(Schema):
    """A kept view of the complaint ledger."""

    id: str
    name: str
    filters: dict[str, str]
    unit: str | None
    is_own: bool
    may_change: bool


class ViewListOut(Schema):
    """The views that stand beside the ledger's own for one person."""

    items: list[ViewOut]


class TotalOut(Schema):
    """How many are of one value; an empty code is those without one."""

    code: str
    count: int


class TotalsOut(Schema):
    """The newest `count` complaints that fit, told apart; `is_whole` says that these are all."""

    count: int
    is_whole: bool
    by_state: list[TotalOut]
    by_type: list[TotalOut]
    by_grade: list[TotalOut]


def _told(held: list[Total]) -> list[TotalOut]:
    return [TotalOut(code=one.code, count=one.count) for one in held]


def _filters(actor: Actor, body: ViewFiltersIn) -> Filters:
    """Read what is to be kept, colleagues by their id. Raises Invalid for what is not known."""
    queries.refuse_unknown(body.clock, body.clock_state)
    found = Filters(**body.model_dump())
    found = replace(found, columns=queries.columns_asked([body.columns]))
    for post in queries.POSTS:
        value = getattr(found, post)
        if value and value not in queries.INSTEAD_WORDS:
            person = queries.colleague_asked(actor, post, value)
            found = replace(found, **{post: person.public_id})
    return found


def _shown(row: ViewRow) -> ViewOut:
    saved = row.saved
    return ViewOut(
        id=saved.public_id,
        name=saved.name,
        filters=saved.filters,
        unit=saved.unit.public_id if saved.unit else None,
        is_own=row.is_own,
        may_change=row.may_change,
    )


@taking_router.get("/totals", response={200: TotalsOut, **PROBLEMS}, summary="Count complaints")
def read_totals(request: ApiRequest, asked: Annotated[KeptIn, Query()]) -> TotalsOut:
    """Count what the filters show by state, type and grade."""
    found = queries.totals(request.actor, Filters(**asked.model_dump()), at=time.now())
    return TotalsOut(
        count=found.count,
        is_whole=found.is_whole,
        by_state=_told(found.by_state),
        by_type=_told(found.by_type),
        by_grade=_told(found.by_grade),
    )


@taking_router.post(
    "/exports", response={202: ExportOut, **PROBLEMS}, summary="Take a table of complaints"
)
def ask_export(request: ApiRequest, body: TakenIn, key: Key = "") -> Status[ExportOut]:
    """Ask for a table; above fifty rows a second person approves it. It is read at `/exports`."""
    actor, at = request.actor, time.now()
    asked = Filters(**body.model_dump(exclude={"reason", "format", "language"}))

    def work() -> str:
        export = cases.ask_table(
            queries.TABLE,
            queries.plain_of(asked, TAKEN),
            kind=body.format,
            reason=body.reason,
            language=body.language,
            actor=actor,
            at=at,
        )
        return str(export.public_id)

    return Status(202, export_out(request, once(request, "complaint-export", key, body, at, work)))


@taking_router.get("/views", response={200: ViewListOut, **PROBLEMS}, summary="List kept views")
def list_views(request: ApiRequest) -> ViewListOut:
    """Give one's own views and those shared with one's unit or a unit above it."""
    staff_access.require(request.actor, "complaint.read")
    rows = case_queries.views_of(request.actor, queries.LEDGER)
    return ViewListOut(items=[_shown(row) for row in rows])


@taking_router.post("/views", response={201: ViewOut, **PROBLEMS}, summary="Keep a view")
def save_view(request: ApiRequest, body: ViewIn, key: Key = "") -> Status[ViewOut]:
    """Keep filters and order by name."""
    actor, at = request.actor, time.now()
    staff_access.require(actor, "complaint.read")

    def work() -> str:
        made = cases.save_view(
            body.name,
            queries.plain_of(_filters(actor, body.filters)),
            unit=unit_named(actor, body.unit),
            ledger=queries.LEDGER,
            actor=actor,
            at=at,
        )
        return str(made.public_id)

    made = once(request, "complaint-view", key, body, at, work)
    return Status(201, _shown(case_queries.view_for(actor, made, queries.LEDGER)))


@taking_router.put("/views/{ref}", response={200: ViewOut, **PROBLEMS}, summary="Change a view")
def change_view(request: ApiRequest, ref: str, body: ViewIn, key: Key = "") -> ViewOut:
    """Give a view another name, other filters, another unit."""
    actor, at = request.actor, time.now()
    staff_access.require(actor, "complaint.read")

    def work() -> str:
        row = case_queries.view_for(actor, ref, queries.LEDGER)
        cases.change_view(
            row.saved,
            name=body.name,
            filters=queries.plain_of(_filters(actor, body.filters)),
            unit=unit_named(actor, body.unit),
            shared=bool(body.unit),
            actor=actor,
            at=at,
        )
        return ref

    once(request, "complaint-view-change", key, body, at, work, ref)
    return _shown(case_queries.view_for(actor, ref, queries.LEDGER))


@taking_router.delete("/views/{ref}", response={204: None, **PROBLEMS}, summary="Remove a view")
def remove_view(request: ApiRequest, ref: str) -> Status[None]:
    """Remove a view; the complaints in it stay as they are."""
    staff_access.require(request.actor, "complaint.read")
    row = case_queries.view_for(request.actor, ref, queries.LEDGER)
    cases.remove_view(row.saved, actor=request.actor, at=time.now())
    return Status(204, None)
