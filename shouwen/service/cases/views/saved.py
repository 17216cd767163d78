"""Keeping a view of a ledger: its dialog, changing it, removing it.

Each ledger says by a `Keeping` how its filters are read, written and told; the pages are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kit.web import idempotency_key
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Unit
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.queries import ViewRow
from shouwen.service.cases.queries.exports import CASE_LEDGER
from shouwen.service.cases.views.ledger import PAGE_PARTS, address_of, filters_asked

TAKE = "yes"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How one ledger keeps its views; `names` are its addresses of new, change, remove and list."""

    ledger: str
    names: tuple[str, str, str, str]
    parts: tuple[str, ...]
    plain_asked: Callable[[QueryDict], dict[str, str]]
    words: Callable[[Actor, dict[str, str]], str]
    address: Callable[[dict[str, Any], str], str]

    @property
    def form_parts(self) -> tuple[str, ...]:
        """What a form of the dialog may hold."""
        return (*self.parts, "name", "unit", "take")


def _case_words(actor: Actor, plain: dict[str, str]) -> str:
    return queries.words_of_view(actor, queries.filters_kept(plain))


CASES = Keeping(
    CASE_LEDGER,
    ("cases:view_new", "cases:view_change", "cases:view_remove", "cases:ledger"),
    PAGE_PARTS,
    lambda said: queries.plain_of(filters_asked(said)),
    _case_words,
    lambda plain, saved: address_of(queries.filters_kept(plain), saved=saved),
)


@require_http_methods(["GET", "POST"])
@staff_required("case.read")
def new(request: StaffRequest) -> HttpResponse:
    """Ask for a name, then keep the filters and the order the ledger shows."""
    return keep_new(request, CASES)


@require_http_methods(["GET", "POST"])
@staff_required("case.read")
def change(request: StaffRequest, ref: str) -> HttpResponse:
    """Change a view's name, whom it is for, and where wanted its filters."""
    return keep_changed(request, CASES, ref)


@require_POST
@staff_required("case.read")
def remove(request: StaffRequest, ref: str) -> HttpResponse:
    """Remove a view."""
    return keep_no_more(request, CASES, ref)


def keep_new(request: StaffRequest, keeping: Keeping) -> HttpResponse:
    """Show the dialog of a new view, or keep it."""
    if request.method == "GET":
        return _dialog(request, keeping, request.GET)
    said = request.POST

    def work() -> str:
        made = actions.save_view(
            said.get("name", ""),
            keeping.plain_asked(said),
            unit=_unit(request, said),
            ledger=keeping.ledger,
            actor=request.actor,
            at=time.now(),
        )
        return str(made.public_id)

    return _kept(request, keeping, "new", None, work)


def keep_changed(request: StaffRequest, keeping: Keeping, ref: str) -> HttpResponse:
    """Show the dialog of a kept view, or change it. Raises NotThere, NotYourView."""
    row = queries.view_for(request.actor, ref, keeping.ledger)
    if not row.may_change:
        raise actions.NotYourView
    if request.method == "GET":
        return _dialog(request, keeping, request.GET, row)
    said = request.POST

    def work() -> str:
        actions.change_view(
            row.saved,
            name=said.get("name", ""),
            filters=keeping.plain_asked(said) if said.get("take") == TAKE else None,
            unit=_unit(request, said),
            shared=bool(said.get("unit")),
            actor=request.actor,
            at=time.now(),
        )
        return str(row.saved.public_id)

    return _kept(request, keeping, "change", row, work)


def keep_no_more(request: StaffRequest, keeping: Keeping, ref: str) -> HttpResponse:
    """Remove a kept view. Raises NotThere, NotYourView."""
    row = queries.view_for(request.actor, ref, keeping.ledger)
    actions.remove_view(row.saved, actor=request.actor, at=time.now())
    return HttpResponseClientRedirect(reverse(keeping.names[3]))


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
    request: StaffRequest,
    keeping: Keeping,
    act: str,
    row: ViewRow | None,
    work: Callable[[], str],
) -> HttpResponse:
    said = request.POST
    body = {name: said.getlist(name) for name in keeping.form_parts}
    body["of"] = [row.saved.public_id] if row else []
    scope = f"page:view.{act}:{keeping.ledger}:{request.actor.ref}"
    try:
        ref = idempotency.do_once(scope, idempotency_key(request), body, work, at=time.now())
    except Invalid as error:
        response = _dialog(request, keeping, said, row, wrong=error.fields, status=error.status)
        return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
    except Conflict as error:
        wrong: dict[str, Words] = {"name": str(error)}
        response = _dialog(request, keeping, said, row, wrong=wrong, status=error.status)
        return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
    kept = queries.view_for(request.actor, ref, keeping.ledger)
    return HttpResponseClientRedirect(keeping.address(kept.saved.filters, ref))


def _dialog(
    request: StaffRequest,
    keeping: Keeping,
    said: QueryDict,
    row: ViewRow | None = None,
    *,
    wrong: dict[str, Words] | None = None,
    status: int = 200,
) -> HttpResponse:
    plain = keeping.plain_asked(said)
    new, change, remove, _list = keeping.names
    ref = row.saved.public_id if row else ""
    is_form = request.method == "POST"
    saved_unit = row.saved.unit.public_id if row and row.saved.unit else ""
    context = {
        "row": row,
        "kept": plain,
        "words": keeping.words(request.actor, plain),
        "units": _units(request),
        "name": said.get("name", "") if is_form else (row.saved.name if row else ""),
        "unit": said.get("unit", "") if is_form else saved_unit,
        "take": said.get("take", ""),
        "fields": wrong or {},
        "address": reverse(change, args=[ref]) if row else reverse(new),
        "remove_address": reverse(remove, args=[ref]) if row else "",
    }
    return render(request, "cases/dialogs/view.html", context, status=status)
