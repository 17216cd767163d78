"""The pages of tables that people hand in: the check, what was wrong, the start, the sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem, Words
from shouwen.ground.kit import sheets, web
from shouwen.ground.kit.sheets import Column, Format, Mark, Shape
from shouwen.ground.kit.tables import Measure
from shouwen.people.staff.models import Institution
from shouwen.people.staff.models.handing_in import HandedTable, ImportState
from shouwen.people.staff.queries.handing_in import IMPORT_ROWS
from shouwen.people.staff.web import StaffRequest

FAULTS_SHOWN = 100
MOST_PAGES = 200
MEGABYTE = 1024 * 1024


class Check(Protocol):
    """Checks a table without taking anything in."""

    def __call__(
        self, institution: Institution, data: bytes, *, actor: Actor, at: datetime
    ) -> HandedTable:
        """Give what the check found. Raises Invalid for what is no table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the pages of one room's tables say, and whom they ask.

    `room` is the namespace of its addresses, `home` the page above. `made` and `rest` head what
    became of the good lines; `rest_of` counts the latter.
    """

    room: str
    home: str
    above: Words
    title: Words
    hint: Words
    all_right: Words
    made: Words
    rest: Words
    rest_of: Callable[[Any], int]
    measure: Measure
    check: Check
    tables_of: Callable[[Actor, int], Sequence[HandedTable]]
    table_for: Callable[[Actor, str], Any]
    column_words: Callable[[], dict[str, str]]
    fault_words: Callable[[str, str, int], str]

    def address(self, name: str, *args: str) -> str:
        """Give the address of one of the room's pages."""
        return reverse(f"{self.room}:{name}", args=args)

    def faults(self, found: HandedTable, most: int) -> list[tuple[int, str, str]]:
        """Say where, in which column and why lines are wrong, but not what stands there."""
        columns = self.column_words()
        return [
            (line, columns.get(column, column), self.fault_words(column, code, other))
            for line, column, code, other in found.faults[:most]
        ]


def read_upload(request: StaffRequest, measure: Measure) -> bytes:
    """Read the file that was sent, or nothing."""
    file = request.FILES.get("file")
    # One byte too many is read at most, so that a huge file is refused and not held.
    return file.read(measure.most_bytes + 1) if file is not None else b""


def home(pages: Pages, request: StaffRequest) -> HttpResponse:
    """List the tables; check one that is handed in."""
    problem: Problem | None = None
    if request.method == "POST":
        data = read_upload(request, pages.measure)
        try:
            institution = request.person.institution
            made = pages.check(institution, data, actor=request.actor, at=time.now())
            return redirect(pages.address("import", made.public_id))
        except Invalid as error:
            problem = error
    text = request.GET.get("page", "")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    page = max(1, min(page, MOST_PAGES))
    rows = pages.tables_of(request.actor, page)
    here = pages.address("imports")
    context = {
        "pages": pages,
        "home": pages.address(pages.home),
        "sample": pages.address("sample"),
        "rows": [
            (row, pages.address("import", row.public_id), pages.rest_of(row))
            for row in rows[:IMPORT_ROWS]
        ],
        "newer": f"{here}?page={page - 1}" if page > 1 else "",
        "older": f"{here}?page={page + 1}" if len(rows) > IMPORT_ROWS else "",
        "fields": problem.fields if problem else {},
        "most_rows": f"{pages.measure.most_rows:,}",
        "most_bytes": pages.measure.most_bytes,
        "most_megabytes": pages.measure.most_bytes // MEGABYTE,
    }
    status = problem.status if problem else 200
    return render(request, "staff/imports.html", context, status=status)


def _shown(
    pages: Pages, request: StaffRequest, found: HandedTable, problem: Problem | None = None
) -> HttpResponse:
    faults = pages.faults(found, FAULTS_SHOWN)
    rest = len(found.faults) - len(faults)
    context: dict[str, Any] = {
        "pages": pages,
        "found": found,
        "left": pages.rest_of(found),
        "faults": faults,
        "more": ngettext("%(n)s more in the file", "%(n)s more in the file", rest) % {"n": rest}
        if rest > 0
        else "",
        "problem": problem,
        "is_running": found.state == ImportState.RUNNING,
        "is_checked": found.state == ImportState.CHECKED,
        "home": pages.address(pages.home),
        "imports": pages.address("imports"),
        "here": pages.address("import", found.public_id),
        "start": pages.address("start-import", found.public_id),
        "drop": pages.address("drop-import", found.public_id),
        "report": pages.address("import-report", found.public_id),
    }
    part = "#import" if request.headers.get("HX-Request") else ""
    status = problem.status if problem else 200
    return render(request, f"staff/import.html{part}", context, status=status)


def page(pages: Pages, request: StaffRequest, ref: str) -> HttpResponse:
    """Show what a check found, and how far the taking in is."""
    return _shown(pages, request, pages.table_for(request.actor, ref))


def door(pages: Pages, act: Callable[..., None], request: StaffRequest, ref: str) -> HttpResponse:
    """Start or drop a table, and show where it stands."""
    found = pages.table_for(request.actor, ref)
    problem: Problem | None = None
    try:
        act(found, actor=request.actor, at=time.now())
    except (Conflict, Invalid) as error:
        problem = error
    fresh = pages.table_for(request.actor, ref)
    if problem is None:
        return redirect(pages.address("import", fresh.public_id))
    return _shown(pages, request, fresh, problem)


def report(pages: Pages, request: StaffRequest, ref: str) -> HttpResponse:
    """Give every wrong line as a file: where, what and why, but not what stands there."""
    found = pages.table_for(request.actor, ref)
    columns = (
        Column(pgettext("import", "Line"), Shape.NUMBER),
        Column(_("Column")),
        Column(_("What is wrong"), Shape.LONG),
    )
    mark = Mark(
        _("Wrong lines of an import"),
        found.public_id,
        request.actor.name,
        time.now(),
        _("Correcting an import"),
    )
    rows = pages.faults(found, len(found.faults))
    data, _rows = sheets.write(Format.CSV, columns, rows, mark)
    name = f"{found.public_id}.csv"
    return web.download(data, name=name, content_type=Format.CSV.content_type)


def sample(heads: Iterable[str], lines: Iterable[Sequence[str]], name: str) -> HttpResponse:
    """Give a table to begin with: all headings and some invented lines, none with a comma."""
    rows = [",".join(cells) for cells in (list(heads), *lines)]
    data = "\r\n".join([*rows, ""]).encode("utf-8-sig")
    return web.download(data, name=name, content_type=Format.CSV.content_type)
