"""The institution and its tree of units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Problem
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.models import Unit
from shouwen.people.staff.web import StaffRequest, staff_required


def _context(request: StaffRequest, problem: Problem | None) -> dict[str, Any]:
    done = {
        "opened": _("The unit is open."),
        "institution": _("The institution has its new name."),
        "renamed": pgettext("unit", "Renamed."),
        "moved": _("Moved. What people reach goes by the new place."),
        "closed": _("The unit is closed."),
        "reopened": _("The unit is open again."),
    }
    return {
        "choices": queries.unit_tree(request.actor),
        "may_edit": access.has_right(request.actor, "staff.edit"),
        "at_the_top": request.actor.all_units,
        "done": done.get(request.GET.get("done", ""), ""),
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "said": request.POST,
    }


def _units_page(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    context = _context(request, problem) | {
        "institution": queries.own_institution(request.actor),
        "lines": queries.unit_lines(request.actor),
    }
    status = problem.status if problem else 200
    return render(request, "console/people/units.html", context, status=status)


@require_GET
@staff_required("staff.review")
def units(request: StaffRequest) -> HttpResponse:
    """Show the institution and its units."""
    return _units_page(request)


@require_POST
@staff_required("staff.review", "staff.edit")
def rename_institution(request: StaffRequest) -> HttpResponse:
    """Give the institution another name."""
    try:
        actions.rename_institution(
            queries.own_institution(request.actor),
            name_zh=request.POST.get("name_zh", ""),
            name_en=request.POST.get("name_en", ""),
            actor=request.actor,
            at=time.now(),
        )
    except (Invalid, NotAllowed) as problem:
        return _units_page(request, problem)
    return redirect(f"{reverse('console:units')}?done=institution")


def _unit_page(request: StaffRequest, unit: Unit, problem: Problem | None = None) -> HttpResponse:
    parent = unit.parent.public_id if unit.parent else ""
    context = _context(request, problem)
    context |= {"unit": unit, "parent": request.POST.get("parent", parent)}
    status = problem.status if problem else 200
    return render(request, "console/people/unit.html", context, status=status)


@require_GET
@staff_required("staff.review", "staff.edit")
def unit(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what can be changed of one unit."""
    return _unit_page(request, queries.unit_for(request.actor, ref))


def _parent(request: StaffRequest) -> Unit | None:
    """Find the unit named as parent; none for the top. Raises Invalid."""
    ref = request.POST.get("parent", "")
    if not ref:
        return None
    try:
        return queries.unit_for(request.actor, ref)
    except NotThere as error:
        raise Invalid(fields={"parent": _("Choose a unit.")}) from error


@require_http_methods(["GET", "POST"])
@staff_required("staff.review", "staff.edit")
def open_unit(request: StaffRequest) -> HttpResponse:
    """Open a unit."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            actions.open_unit(
                institution=queries.own_institution(request.actor),
                name_zh=request.POST.get("name_zh", ""),
                name_en=request.POST.get("name_en", "").strip(),
                parent=_parent(request),
                actor=request.actor,
                at=time.now(),
            )
        except (Invalid, Conflict, NotAllowed) as error:
            problem = error
        else:
            return redirect(f"{reverse('console:units')}?done=opened")
    status = problem.status if problem else 200
    context = _context(request, problem)
    return render(request, "console/people/unit_new.html", context, status=status)


def _act(request: StaffRequest, ref: str, done: str, act: Callable[[Unit], object]) -> HttpResponse:
    """Do one thing to a unit; what cannot be done is said on its page."""
    unit = queries.unit_for(request.actor, ref)
    try:
        act(unit)
    except (Invalid, Conflict, NotAllowed) as problem:
        unit.refresh_from_db()
        return _unit_page(request, unit, problem)
    return redirect(f"{reverse('console:units')}?done={done}")


@require_POST
@staff_required("staff.review", "staff.edit")
def rename(request: StaffRequest, ref: str) -> HttpResponse:
    """Give a unit another name."""
    return _act(
        request,
        ref,
        "renamed",
        lambda unit: actions.rename_unit(
            unit,
            name_zh=request.POST.get("name_zh", ""),
            name_en=request.POST.get("name_en", ""),
            actor=request.actor,
            at=time.now(),
        ),
    )


@require_POST
@staff_required("staff.review", "staff.edit")
def move(request: StaffRequest, ref: str) -> HttpResponse:
    """Put a unit elsewhere in the tree."""
    actor, at = request.actor, time.now()
    return _act(
        request,
        ref,
        "moved",
        lambda unit: actions.move_unit(unit, parent=_parent(request), actor=actor, at=at),
    )


@require_POST
@staff_required("staff.review", "staff.edit")
def close(request: StaffRequest, ref: str) -> HttpResponse:
    """End a unit."""
    actor, at = request.actor, time.now()
    return _act(request, ref, "closed", lambda unit: actions.close_unit(unit, actor=actor, at=at))


@require_POST
@staff_required("staff.review", "staff.edit")
def reopen(request: StaffRequest, ref: str) -> HttpResponse:
    """Open a closed unit again."""
    actor, at = request.actor, time.now()
    return _act(
        request, ref, "reopened", lambda unit: actions.reopen_unit(unit, actor=actor, at=at)
    )
