"""Exports: asking for one from the ledger, the list of one's own, and the download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.sheets import Format
from shouwen.ground.kit.web import download, idempotency_key
from shouwen.ground.kit.words import Words
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.ports import Table
from shouwen.service.cases.queries import Prospect
from shouwen.service.cases.queries.exports import plain_filters
from shouwen.service.cases.views.ledger import PAGE_PARTS, filters_asked

ROWS = 30


@dataclass(frozen=True, slots=True)
class Taking:
    """How tables are asked for from one ledger; `address` names its page of asking."""

    table: Table
    address: str
    title: Words
    parts: tuple[str, ...]
    plain_asked: Callable[[QueryDict], dict[str, str]]
    # The sentences of the dialog: how many rows are meant, and what is in the file.
    say: Callable[[Prospect], str]
    about: Callable[[dict[str, str]], str]


def _say(prospect: Prospect) -> str:
    words = ngettext("%(n)s case: %(what)s", "%(n)s cases: %(what)s", prospect.rows)
    return words % {"n": prospect.rows, "what": prospect.words}


def _about(plain: dict[str, str]) -> str:
    if plain.get("category"):
        return _("The answers to the category's form are columns of their own.")
    return _(
        "Answers to forms stand in one column; choose a category in the ledger to get a column "
        "for each."
    )


CASES = Taking(
    queries.CASES,
    "cases:export_new",
    gettext_lazy("Export cases"),
    PAGE_PARTS,
    lambda said: plain_filters(filters_asked(said)),
    _say,
    _about,
)


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.export")
def new(request: StaffRequest) -> HttpResponse:
    """Say what an export would be, then ask for it."""
    return take(request, CASES)


def take(request: StaffRequest, taking: Taking) -> HttpResponse:
    """Say what an export from a ledger would be, then ask for it."""
    if request.method == "GET":
        return _dialog(request, taking, request.GET)
    said, actor, at = request.POST, request.actor, time.now()

    def work() -> str:
        export = actions.ask_table(
            taking.table,
            taking.plain_asked(said),
            kind=said.get("format", ""),
            reason=said.get("reason", ""),
            language=get_language() or "zh-hans",
            actor=actor,
            at=at,
        )
        return str(export.public_id)

    body = {name: said.getlist(name) for name in (*taking.parts, "format", "reason")}
    scope = f"page:export:{taking.table.name}:{actor.ref}"
    try:
        idempotency.do_once(scope, idempotency_key(request), body, work, at=at)
    except Invalid as error:
        response = _dialog(request, taking, said, wrong=error)
        return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(reverse("cases:exports"))
    return redirect("cases:exports")


def _dialog(
    request: StaffRequest, taking: Taking, asked: QueryDict, wrong: Invalid | None = None
) -> HttpResponse:
    plain = taking.plain_asked(asked)
    prospect = queries.prospect_of(taking.table, request.actor, plain, at=time.now())
    context: dict[str, Any] = {
        "prospect": prospect,
        "title": taking.title,
        "address": reverse(taking.address),
        "sentence": taking.say(prospect),
        "about": taking.about(plain),
        "formats": [(Format.XLSX.value, "XLSX"), (Format.CSV.value, "CSV")],
        "kept": plain,
        "said": asked,
        "press": _("Ask for the export") if prospect.needs_approval else _("Export"),
        "fields": wrong.fields if wrong else {},
    }
    status = wrong.status if wrong else 200
    return render(request, "cases/dialogs/export.html", context, status=status)


@require_GET
@staff_required("case.read", "case.export")
def exports(request: StaffRequest) -> HttpResponse:
    """Show what the reader has asked for, newest first."""
    at, after = time.now(), request.GET.get("after", "")
    page = queries.exports_of(request.actor, cursor=after, limit=ROWS, at=at)
    context = {
        "page": page,
        "now": at,
        "older": f"{reverse('cases:exports')}?after={page.next}" if page.next else "",
    }
    part = "#list" if request.headers.get("HX-Request") else ""
    return render(request, f"cases/exports.html{part}", context)


@require_safe
@staff_required("case.read", "case.export")
def file(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand out the file to whoever asked for it; each time is on the trail."""
    found = actions.download(ref, actor=request.actor, at=time.now())
    return download(found.data, name=found.name, content_type=Format(found.format).content_type)
