"""Tables of complaints by program: check, start, drop (`/complaint-imports`).

A request holds at most 1 MB, as everywhere; a longer table is sent in pieces, since what stands on
the ledger already changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff.models import Institution
from shouwen.people.staff.queries.handing_in import IMPORT_ROWS
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import PersonOut
from shouwen.service.complaints import actions, import_words, queries
from shouwen.service.complaints.models import ComplaintImport

imports_router = Router(tags=["complaints"])


class TableIn(Strict):
    """A table as the text of a CSV file, its first line the headings of the sample."""

    table: Annotated[str, Field(min_length=1, max_length=1_000_000)]


class ImportOut(Schema):
    """One table: what its check found, and how much of it was taken in.

    `left_out` counts good lines that could not be taken in any more; they are among the faults.
    """

    id: str
    state: Literal["CHECKED", "RUNNING", "DONE", "DROPPED", "STOPPED"]
    asked_by: PersonOut
    lines: int
    bad_lines: int
    expected_new: int
    expected_known: int
    taken: int
    made: int
    left_out: int
    checked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class FaultOut(Schema):
    """One thing wrong with one line; `repeats` names the earlier line it repeats."""

    line: int
    column: str
    code: str
    words: str
    repeats: int | None


class ImportDetailOut(ImportOut):
    """The same, with every wrong line."""

    faults: list[FaultOut]


class ImportsOut(Schema):
    """A page of tables, the newest first; `more` says that there are older ones."""

    items: list[ImportOut]
    more: bool


def _plain(row: ComplaintImport) -> dict[str, object]:
    names = ("lines", "bad_lines", "expected_new", "expected_known", "taken", "made", "left_out")
    moments = ("checked_at", "started_at", "ended_at")
    return {
        "id": row.public_id,
        "state": row.state,
        "asked_by": {"id": row.asked_by.public_id, "name": row.asked_by.name},
        **{name: getattr(row, name) for name in (*names, *moments)},
    }


def _shown(row: ComplaintImport) -> ImportDetailOut:
    faults = [
        {
            "line": line,
            "column": column,
            "code": code,
            "words": import_words.fault_words(column, code, other),
            "repeats": other or None,
        }
        for line, column, code, other in row.faults
    ]
    return ImportDetailOut.model_validate({**_plain(row), "faults": faults})


@imports_router.get("", response={200: ImportsOut, **PROBLEMS}, summary="List imports")
def list_imports(
    request: ApiRequest, page: Annotated[int, Query(), Field(ge=1, le=200)] = 1
) -> ImportsOut:
    """Give the tables that were handed in."""
    rows = queries.imports_of(request.actor, page)
    items = [ImportOut.model_validate(_plain(row)) for row in rows[:IMPORT_ROWS]]
    return ImportsOut(items=items, more=len(rows) > IMPORT_ROWS)


@imports_router.post(
    "", response={201: ImportDetailOut, **PROBLEMS}, summary="Check a table of complaints"
)
def check_import(request: ApiRequest, body: TableIn, key: Key = "") -> Status[ImportDetailOut]:
    """Check a table without taking anything in; every wrong line is named with its column."""
    actor, at = request.actor, time.now()
    home = Institution.objects.filter(pk=actor.institution_id or 0).first()
    if home is None:
        raise NotThere

    def work() -> str:
        made = actions.check_import(home, body.table.encode(), actor=actor, at=at)
        return str(made.public_id)

    made = once(request, "complaint-import", key, body, at, work)
    return Status(201, _shown(queries.import_for(actor, made)))


@imports_router.get("/{ref}", response={200: ImportDetailOut, **PROBLEMS}, summary="Read an import")
def read_import(request: ApiRequest, ref: str) -> ImportDetailOut:
    """Say what is wrong, and how far it is."""
    return _shown(queries.import_for(request.actor, ref))


@imports_router.post(
    "/{ref}/start", response={200: ImportDetailOut, **PROBLEMS}, summary="Take the good lines in"
)
def start_import(request: ApiRequest, ref: str) -> ImportDetailOut:
    """Have the good lines taken in, in the background; a table is started once."""
    found = queries.import_for(request.actor, ref)
    actions.start_import(found, actor=request.actor, at=time.now())
    return read_import(request, ref)


@imports_router.post(
    "/{ref}/drop", response={200: ImportDetailOut, **PROBLEMS}, summary="Drop a checked table"
)
def drop_import(request: ApiRequest, ref: str) -> ImportDetailOut:
    """Let a checked table go; nothing of it is kept but what was wrong."""
    found = queries.import_for(request.actor, ref)
    actions.drop_import(found, actor=request.actor, at=time.now())
    return read_import(request, ref)
