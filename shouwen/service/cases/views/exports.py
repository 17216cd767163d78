"""Exports: asking for one from the ledger, the list of one's own, and the download."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.sheets import Format
from shouwen.ground.kit.web import download, idempotency_key
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.views.ledger import PAGE_PARTS, filters_asked

ROWS = 30


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.export")
def new(request: StaffRequest) -> HttpResponse:
    """Say what an export would be, then ask for it."""
    if request.method == "GET":
        return _dialog(request, request.GET)
    said, actor, at = request.POST, request.actor, time.now()

    def work() -> str:
        export = actions.ask_export(
            filters_asked(said),
            kind=said.get("format", ""),
            reason=said.get("reason", ""),
            language=get_language() or "zh-hans",
            actor=actor,
            at=at,
        )
        return str(export.public_id)

    body = {name: said.getlist(name) for name in (*PAGE_PARTS, "format", "reason")}
    try:
        idempotency.do_once(f"page:export:{actor.ref}", idempotency_key(request), body, work, at=at)
    except Invalid as error:
        response = _dialog(request, said, wrong=error)
        return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(reverse("cases:exports"))
    return redirect("cases:exports")


def _dialog(request: StaffRequest, asked: QueryDict, wrong: Invalid | None = None) -> HttpResponse:
    filters = filters_asked(asked)
    prospect = queries.prospect(request.actor, filters, at=time.now())
    context: dict[str, Any] = {
        "prospect": prospect,
        "formats": [(Format.XLSX.value, "XLSX"), (Format.CSV.value, "CSV")],
        "kept": {name: getattr(filters, name) for name in PAGE_PARTS if getattr(filters, name)},
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
