"""Taking customers in from a table: the sample, the check, what was wrong, and the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit import sheets, tables, web
from shouwen.ground.kit.sheets import Column, Format, Mark, Shape
from shouwen.people.customers import actions, queries
from shouwen.people.customers.models import CustomerImport, ImportState
from shouwen.people.customers.queries.importing import IMPORT_ROWS
from shouwen.people.customers.rules import importing as rules
from shouwen.people.staff.web import StaffRequest, staff_required

FAULTS_SHOWN = 100
MOST_PAGES = 200
SAMPLE = (
    ("张三", "个人", "", "13800138000", "zhangsan@example.com", "低风险", "普通", "中文"),
    ("示范贸易有限公司", "企业", "91110000600037341L", "", "", "中风险", "高净值", "中文"),
)


def column_words() -> dict[str, str]:
    """Name each column as a person reads it."""
    return {
        "name": _("Name"),
        "kind": pgettext("customer", "Kind"),
        "id_number": _("Identity number"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "risk": _("Risk"),
        "value": _("Value"),
        "language": _("Language"),
        "": _("Whole line"),
    }


def fault_words(column: str, code: str, other: int) -> str:
    """Say what is wrong with a line, without what stands there."""
    if code == "repeats":
        return _("Repeats line %(line)s.") % {"line": other}
    if code == "too-long":
        return _("Longer than 400 characters.")
    if code == "nothing-to-know-by":
        return _("Neither phone, e-mail nor identity number: nobody could be told from a namesake.")
    return {
        "name": _("Enter a name of up to 80 characters."),
        "id_number": _("This is no valid identity number or credit code."),
        "phone": _("Enter a phone number that can be dialled."),
        "email": _("Enter an e-mail address such as name@example.com."),
    }.get(column, _("Choose one of the sample's words."))


def _faults(found: CustomerImport, most: int) -> list[tuple[int, str, str]]:
    columns = column_words()
    return [
        (line, columns.get(column, column), fault_words(column, code, other))
        for line, column, code, other in found.faults[:most]
    ]


@require_http_methods(["GET", "POST"])
@staff_required("customer.read", "customer.import")
def home(request: StaffRequest) -> HttpResponse:
    """List the imports; check a table that is handed in."""
    problem: Problem | None = None
    if request.method == "POST":
        file = request.FILES.get("file")
        # One byte too many is read at most, so that a huge file is refused and not held.
        data = file.read(tables.MOST_BYTES + 1) if file is not None else b""
        try:
            made = actions.check_import(
                request.person.institution, data, actor=request.actor, at=time.now()
            )
            return redirect("customers:import", made.public_id)
        except Invalid as error:
            problem = error
    text = request.GET.get("page", "")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    page = max(1, min(page, MOST_PAGES))
    rows = queries.imports_of(request.actor, page)
    here = reverse("customers:imports")
    context = {
        "rows": rows[:IMPORT_ROWS],
        "newer": f"{here}?page={page - 1}" if page > 1 else "",
        "older": f"{here}?page={page + 1}" if len(rows) > IMPORT_ROWS else "",
        "fields": problem.fields if problem else {},
        "most_rows": f"{tables.MOST_ROWS:,}",
        "most_megabytes": tables.MOST_BYTES // 1024 // 1024,
    }
    status = problem.status if problem else 200
    return render(request, "customers/imports.html", context, status=status)


def _shown(
    request: StaffRequest, found: CustomerImport, problem: Problem | None = None
) -> HttpResponse:
    faults = _faults(found, FAULTS_SHOWN)
    rest = len(found.faults) - len(faults)
    context: dict[str, Any] = {
        "found": found,
        "faults": faults,
        "rest": ngettext("%(n)s more in the file", "%(n)s more in the file", rest) % {"n": rest}
        if rest > 0
        else "",
        "problem": problem,
        "is_running": found.state == ImportState.RUNNING,
        "is_checked": found.state == ImportState.CHECKED,
    }
    part = "#import" if request.headers.get("HX-Request") else ""
    status = problem.status if problem else 200
    return render(request, f"customers/import.html{part}", context, status=status)


@require_GET
@staff_required("customer.read", "customer.import")
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what a check found, and how far the taking in is."""
    return _shown(request, queries.import_for(request.actor, ref))


def _door(act: Callable[..., None]) -> Callable[..., HttpResponse]:
    @require_POST
    @staff_required("customer.read", "customer.import")
    def door(request: StaffRequest, ref: str) -> HttpResponse:
        found = queries.import_for(request.actor, ref)
        problem: Problem | None = None
        try:
            act(found, actor=request.actor, at=time.now())
        except (Conflict, Invalid) as error:
            problem = error
        fresh = queries.import_for(request.actor, ref)
        if problem is None:
            return redirect("customers:import", fresh.public_id)
        return _shown(request, fresh, problem)

    return door


start = _door(actions.start_import)
drop = _door(actions.drop_import)


@require_GET
@staff_required("customer.read", "customer.import")
def report(request: StaffRequest, ref: str) -> HttpResponse:
    """Give every wrong line as a file: where, what and why, but not what stands there."""
    found = queries.import_for(request.actor, ref)
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
    data, _rows = sheets.write(Format.CSV, columns, _faults(found, len(found.faults)), mark)
    name = f"{found.public_id}.csv"
    return web.download(data, name=name, content_type=Format.CSV.content_type)


@require_GET
@staff_required("customer.read", "customer.import")
def sample(request: StaffRequest) -> HttpResponse:
    """Give a table to begin with: all headings and two invented lines."""
    heads = [words[0] for words in rules.HEADINGS.values()]
    lines = [",".join(cells) for cells in (heads, *SAMPLE)]
    data = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    name = "customers-sample.csv"
    return web.download(data, name=name, content_type=Format.CSV.content_type)
