"""Categories: the tree of questions, place by place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.front.console.views import category_form
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Category


def _done_words(act: str) -> str:
    match act:
        case "added":
            return _("The category is added. A third-level one is offered from now on.")
        case "renamed":
            return pgettext("category", "Renamed.")
        case "moved":
            return _("The order is changed.")
        case "retired":
            return _("Retired. No new case gets it; those that have it keep it.")
        case "reinstated":
            return _("The category is offered again.")
        case _:
            return ""


def _back(act: str) -> HttpResponse:
    return redirect(f"{reverse('console:categories')}?done={act}")


@require_GET
@staff_required("category.edit")
def categories(request: StaffRequest) -> HttpResponse:
    """Show the whole tree in its order."""
    context = {
        "lines": queries.category_lines(request.actor),
        "done": _done_words(request.GET.get("done", "")),
    }
    return render(request, "console/categories/tree.html", context)


@require_http_methods(["GET", "POST"])
@staff_required("category.edit")
def new(request: StaffRequest, ref: str = "") -> HttpResponse:
    """Add a place at the first level, or below the one named."""
    parent = queries.category_to_edit(request.actor, ref) if ref else None
    problem: Problem | None = None
    if request.method == "POST":
        try:
            actions.add_category(
                request.POST.get("code", "").strip(),
                name_zh=request.POST.get("name_zh", ""),
                name_en=request.POST.get("name_en", ""),
                parent=parent,
                actor=request.actor,
                at=time.now(),
            )
        except (Invalid, Conflict) as error:
            problem = error
        else:
            return _back("added")
    context: dict[str, Any] = {
        "parent": parent,
        "above": queries.category_path(parent),
        "level": parent.level + 1 if parent else 1,
        "said": request.POST,
        "fields": problem.fields if problem else {},
        "problem": _without_field(problem, "name_zh", "name_en", "code"),
    }
    status = problem.status if problem else 200
    return render(request, "console/categories/new.html", context, status=status)


def _without_field(problem: Problem | None, *shown: str) -> Any:
    """Give the words of what no field of the page says."""
    if problem is None:
        return None
    beside = [words for name, words in problem.fields.items() if name not in shown]
    return beside[0] if beside else None if problem.fields else problem


def _page(request: StaffRequest, row: Category, problem: Problem | None = None) -> HttpResponse:
    path = queries.category_path(row)
    context: dict[str, Any] = {
        "category": row,
        "name": path[-1],
        "above": path[:-1],
        "above_retired": any(not one.is_active for one in _above(row)),
        "said": request.POST,
        "fields": problem.fields if problem else {},
        "problem": _without_field(problem, "name_zh", "name_en") or _late(request),
        "done": category_form.done_words(request.GET.get("done", "")) if not problem else "",
        **category_form.asks_of(row),
    }
    status = problem.status if problem else 200
    return render(request, "console/categories/place.html", context, status=status)


def _late(request: StaffRequest) -> Any:
    return Conflict.message if request.GET.get("done") == "late" else None


def _above(row: Category) -> list[Category]:
    above: list[Category] = []
    while row.parent is not None:
        row = row.parent
        above.append(row)
    return above


@require_GET
@staff_required("category.edit")
def category(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what can be changed of one place."""
    return _page(request, queries.category_to_edit(request.actor, ref))


def _act(
    request: StaffRequest, ref: str, done: str, act: Callable[[Category], object]
) -> HttpResponse:
    """Do one thing to a place; what cannot be done is said on its page."""
    found = queries.category_to_edit(request.actor, ref)
    try:
        act(found)
    except (Invalid, Conflict) as problem:
        return _page(request, queries.category_to_edit(request.actor, ref), problem)
    return _back(done)


@require_POST
@staff_required("category.edit")
def rename(request: StaffRequest, ref: str) -> HttpResponse:
    """Give a place other names."""
    return _act(
        request,
        ref,
        "renamed",
        lambda row: actions.rename_category(
            row,
            name_zh=request.POST.get("name_zh", ""),
            name_en=request.POST.get("name_en", ""),
            actor=request.actor,
            at=time.now(),
        ),
    )


@require_POST
@staff_required("category.edit")
def move(request: StaffRequest, ref: str) -> HttpResponse:
    """Move a place up or down."""
    actor, at, up = request.actor, time.now(), request.POST.get("way") == "up"
    return _act(
        request, ref, "moved", lambda row: actions.move_category(row, up=up, actor=actor, at=at)
    )


@require_POST
@staff_required("category.edit")
def retire(request: StaffRequest, ref: str) -> HttpResponse:
    """Offer a place to no new case."""
    actor, at = request.actor, time.now()
    return _act(
        request, ref, "retired", lambda row: actions.retire_category(row, actor=actor, at=at)
    )


@require_POST
@staff_required("category.edit")
def reinstate(request: StaffRequest, ref: str) -> HttpResponse:
    """Offer a retired place again."""
    actor, at = request.actor, time.now()
    return _act(
        request, ref, "reinstated", lambda row: actions.reinstate_category(row, actor=actor, at=at)
    )
