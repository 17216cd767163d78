"""Keeping a view of the ledger: its dialog, changing it, removing it."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kit.web import idempotency_key
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Unit
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.queries import ViewRow
from shouwen.service.cases.views.ledger import PAGE_PARTS, address_of, filters_asked

FORM_PARTS = (*PAGE_PARTS, "name", "unit", "take")
TAKE = "yes"


@require_http_methods(["GET", "POST"])
@staff_required("case.read")
def new(request: StaffRequest) -> HttpResponse:
    """Ask for a name, then keep the filters and the order the ledger shows."""
    if request.method == "GET":
        return _dialog(request, request.GET)
    said = request.POST

    def work() -> str:
        made = actions.save_view(
            said.get("name", ""),
            filters_asked(said),
            unit=_unit(request, said),
            actor=request.actor,
            at=time.now(),
        )
        return str(made.public_id)

    return _kept(request, "new", None, work)


@require_http_methods(["GET", "POST"])
@staff_required("case.read")
def change(request: StaffRequest, ref: str) -> HttpResponse:
    """Change a view's name, whom it is for, and where wanted its filters."""
    row = queries.view_for(request.actor, ref)
    if not row.may_change:
        raise actions.NotYourView
    if request.method == "GET":
        return _dialog(request, request.GET, row)
    said = request.POST

    def work() -> str:
        actions.change_view(
            row.saved,
            name=said.get("name", ""),
            filters=filters_asked(said) if said.get("take") == TAKE else None,
            unit=_unit(request, said),
            shared=bool(said.get("unit")),
            actor=request.actor,
            at=time.now(),
        )
        return str(row.saved.public_id)

    return _kept(request, "change", row, work)


@require_POST
@staff_required("case.read")
def remove(request: StaffRequest, ref: str) -> HttpResponse:
    """Remove a view."""
    row = queries.view_for(request.actor, ref)
    actions.remove_view(row.saved, actor=request.actor, at=time.now())
    return HttpResponseClientRedirect(reverse("cases:ledger"))


def _unit(request: StaffRequest, said: QueryDict) -> Unit | None:
    ref = said.get("unit", "")
    if not ref:
        return None
    found = _units(request).filter(public_id=ref).first() if ref.isprintable() else None
    if found is None:
        raise Invalid(fields={"unit": actions.OUT_OF_REACH})
    return found


def _units(request: StaffRequest) -> QuerySet[Unit]:
    return staff.unit_tree(request.actor)


def _kept(
    request: StaffRequest, act: str, row: ViewRow | None, work: Callable[[], str]
) -> HttpResponse:
    said = request.POST
    body = {name: said.getlist(name) for name in FORM_PARTS}
    body["of"] = [row.saved.public_id] if row else []
    scope = f"page:view.{act}:{request.actor.ref}"
    try:
        ref = idempotency.do_once(scope, idempotency_key(request), body, work, at=time.now())
    except Invalid as error:
        response = _dialog(request, said, row, wrong=error.fields, status=error.status)
        return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
    except Conflict as error:
        wrong: dict[str, Words] = {"name": str(error)}
        response = _dialog(request, said, row, wrong=wrong, status=error.status)
        return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
    kept = queries.view_for(request.actor, ref)
    return HttpResponseClientRedirect(address_of(kept.filters, saved=ref))


def _dialog(
    request: StaffRequest,
    said: QueryDict,
    row: ViewRow | None = None,
    *,
    wrong: dict[str, Words] | None = None,
    status: int = 200,
) -> HttpResponse:
    filters = filters_asked(said)
    kept = {name: getattr(filters, name) for name in PAGE_PARTS if getattr(filters, name)}
    ref = row.saved.public_id if row else ""
    is_form = request.method == "POST"
    saved_unit = row.saved.unit.public_id if row and row.saved.unit else ""
    context = {
        "row": row,
        "kept": kept,
        "words": queries.words_of_view(request.actor, filters),
        "units": _units(request),
        "name": said.get("name", "") if is_form else (row.saved.name if row else ""),
        "unit": said.get("unit", "") if is_form else saved_unit,
        "take": said.get("take", ""),
        "fields": wrong or {},
        "address": reverse("cases:view_change", args=[ref]) if row else reverse("cases:view_new"),
    }
    return render(request, "cases/dialogs/view.html", context, status=status)
