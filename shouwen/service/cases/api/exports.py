"""Exports for programs that act for a person: `/exports` and below."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.ground.kit.sheets import Format
from shouwen.ground.kit.web import download
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import PAGE_LIMIT, ChosenInTimeIn, Ref
from shouwen.service.cases.queries import ExportRow, Filters

exports_router = Router(tags=["exports"])


class ExportIn(ChosenInTimeIn):
    """Which cases, in which form, and what for."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]
    format: Literal["csv", "xlsx"] = "xlsx"
    language: Literal["zh-hans", "en"] = "zh-hans"


class ExportListIn(Strict):
    """From where to list."""

    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 30


class ExportOut(Schema):
    """An export; `approval` names the request a second person decides."""

    id: str
    state: Literal["ASKED", "QUEUED", "READY", "REFUSED", "FAILED", "OVER"]
    format: Literal["csv", "xlsx"]
    what: str
    reason: str
    approval: str | None
    rows: int
    size_bytes: int
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None


class ExportListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[ExportOut]
    next: str | None


def _shown(row: ExportRow) -> ExportOut:
    export = row.export
    return ExportOut.model_validate(
        {
            "id": export.public_id,
            "state": export.state,
            "format": export.format,
            "what": row.words,
            "reason": export.reason,
            "approval": export.approval_ref or None,
            "rows": export.rows or export.rows_asked,
            "size_bytes": export.size_bytes,
            "asked_at": export.asked_at,
            "made_at": export.made_at,
            "expires_at": export.expires_at,
        }
    )


def export_out(request: ApiRequest, ref: str) -> ExportOut:
    """Show one's own export. Raises NotThere."""
    return _shown(queries.rows_of_exports([queries.export_for(request.actor, ref)], time.now())[0])


@exports_router.get("", response={200: ExportListOut, **PROBLEMS}, summary="List own exports")
def list_exports(request: ApiRequest, asked: Annotated[ExportListIn, Query()]) -> ExportListOut:
    """Give what the caller's person has asked for, newest first."""
    page = queries.exports_of(request.actor, cursor=asked.cursor, limit=asked.limit, at=time.now())
    return ExportListOut(items=[_shown(row) for row in page.rows], next=page.next or None)


@exports_router.post("", response={202: ExportOut, **PROBLEMS}, summary="Export cases")
def ask_export(request: ApiRequest, body: ExportIn, key: Key = "") -> Status[ExportOut]:
    """Ask for a table of cases; above fifty rows a second person approves it first."""
    actor, at = request.actor, time.now()
    plain = body.model_dump(exclude={"reason", "format", "language"})

    def work() -> str:
        export = actions.ask_export(
            Filters(**plain),
            kind=body.format,
            reason=body.reason,
            language=body.language,
            actor=actor,
            at=at,
        )
        return str(export.public_id)

    return Status(202, export_out(request, once(request, "export", key, body, at, work)))


@exports_router.get("/{ref}", response={200: ExportOut, **PROBLEMS}, summary="Read an export")
def read_export(request: ApiRequest, ref: str) -> ExportOut:
    """Say how far one's own export is."""
    return export_out(request, ref)


@exports_router.get("/{ref}/file", response={200: bytes, **PROBLEMS}, summary="Download an export")
def download_export(request: ApiRequest, ref: str) -> HttpResponse:
    """Give the file to whoever asked for it; each time is on the trail."""
    found = actions.download(ref, actor=request.actor, at=time.now())
    kind = Format(found.format).content_type
    return download(found.data, name=found.name, content_type=kind)
