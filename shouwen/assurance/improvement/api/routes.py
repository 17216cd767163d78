"""The analysis of complaints and its frozen returns by program."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from shouwen.assurance.improvement import actions, files, forms, queries, wording
from shouwen.assurance.improvement.models import TITLE_MAX_CHARACTERS, ComplaintReturn
from shouwen.assurance.improvement.rules.figures import Line, by_code
from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.ground.kit.web import download
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import Ref

report_router = Router(tags=["complaints"])
returns_router = Router(tags=["complaints"])


class DaysIn(Strict):
    """The first and the last day of receipt, both included; without them this month up to now."""

    first: date | None = None
    last: date | None = None


class ReturnIn(Strict):
    """The days, and the title under which their figures are kept for good."""

    first: date
    last: date
    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX_CHARACTERS)]


class ReturnListIn(Strict):
    """From where to list."""

    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class FigureOut(Schema):
    """One figure: `count` out of `of`; a mean over `count` answers; `value` null for no data.

    `key` is the value a figure is told for, by the code or id of what has it.
    """

    section: str
    code: str
    key: str
    name: str
    count: int
    of: int | None
    value: float | None
    formula: str
    clause: str


class ReportOut(Schema):
    """Figures of the complaints received from `first` to `last`, counted as of `at`."""

    first: date
    last: date
    at: datetime
    figures: list[FigureOut]


class ReturnOut(Schema):
    """A frozen return; `is_unchanged` says whether it still matches its digest."""

    id: str
    title: str
    first: date
    last: date
    counted_at: datetime
    frozen_at: datetime
    frozen_by: str
    digest: str


class ReturnDetailOut(ReturnOut):
    """A return with its figures."""

    is_unchanged: bool
    figures: list[FigureOut]


class ReturnListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[ReturnOut]
    next: str | None


def _figure(line: Line) -> FigureOut:
    one = by_code()[line.code]
    return FigureOut(
        section=one.section.value,
        code=line.code,
        key=line.key,
        name=wording.name(line),
        count=line.count,
        of=line.of,
        value=line.value,
        formula=str(one.formula),
        clause=one.clause,
    )


def _plain(row: ComplaintReturn) -> dict[str, object]:
    return {
        "id": row.public_id,
        "title": row.title,
        "first": row.first,
        "last": row.last,
        "counted_at": row.counted_at,
        "frozen_at": row.frozen_at,
        "frozen_by": row.frozen_by.public_id,
        "digest": row.digest,
    }


def _detailed(request: ApiRequest, ref: str) -> ReturnDetailOut:
    row = queries.return_for(request.actor, ref)
    held = [_figure(line) for line in queries.report_of(row).lines]
    more = {"is_unchanged": queries.is_unchanged(row), "figures": held}
    return ReturnDetailOut.model_validate({**_plain(row), **more})


@report_router.get("", response={200: ReportOut, **PROBLEMS}, summary="Analyse complaints")
def read_report(request: ApiRequest, asked: Annotated[DaysIn, Query()]) -> ReportOut:
    """Count the institution's complaints of a period; each figure names its formula and clause."""
    at = time.now()
    found = queries.report(request.actor, forms.period_of(asked.first, asked.last, at), at=at)
    held = [_figure(line) for line in found.lines]
    return ReportOut(first=found.first, last=found.last, at=found.at, figures=held)


@returns_router.get("", response={200: ReturnListOut, **PROBLEMS}, summary="List returns")
def list_returns(request: ApiRequest, asked: Annotated[ReturnListIn, Query()]) -> ReturnListOut:
    """Give the institution's frozen returns, newest first."""
    page = queries.returns_of(request.actor, after=asked.cursor, limit=asked.limit)
    items = [ReturnOut.model_validate(_plain(row)) for row in page.rows]
    return ReturnListOut(items=items, next=page.next or None)


@returns_router.post("", response={201: ReturnDetailOut, **PROBLEMS}, summary="Freeze a return")
def freeze_return(request: ApiRequest, body: ReturnIn, key: Key = "") -> Status[ReturnDetailOut]:
    """Count these days once more and keep the figures for good; the same key freezes once."""
    actor, at = request.actor, time.now()

    def work() -> str:
        period = forms.period_of(body.first, body.last, at)
        row = actions.freeze_report(actor, period, title=body.title, at=at)
        return str(row.public_id)

    return Status(201, _detailed(request, once(request, "complaint-return", key, body, at, work)))


@returns_router.get("/{ref}", response={200: ReturnDetailOut, **PROBLEMS}, summary="Read a return")
def read_return(request: ApiRequest, ref: str) -> ReturnDetailOut:
    """Give a return as it was frozen."""
    return _detailed(request, ref)


def _file(request: ApiRequest, ref: str, kind: str) -> HttpResponse:
    row = actions.take_return(request.actor, ref, at=time.now())
    data = files.of_return(row, kind)
    return download(data, name=f"{row.public_id}.{kind}", content_type=files.content_type(kind))


@returns_router.get("/{ref}/pdf", response={200: bytes, **PROBLEMS}, summary="A return as PDF")
def return_as_pdf(request: ApiRequest, ref: str) -> HttpResponse:
    """Give a return as PDF, the same bytes each time; each time is on the trail."""
    return _file(request, ref, files.PDF)


@returns_router.get("/{ref}/xlsx", response={200: bytes, **PROBLEMS}, summary="A return as table")
def return_as_table(request: ApiRequest, ref: str) -> HttpResponse:
    """Give a return as a table for spreadsheets; each time is on the trail."""
    return _file(request, ref, "xlsx")
