"""The areas under which articles are filed: seen, added, renamed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.actions import Area
from shouwen.service.knowledge.views.searching import shell


@require_GET
@staff_required("knowledge.read", "knowledge.write")
def areas(request: StaffRequest) -> HttpResponse:
    """List the areas."""
    return _page(request)


def _page(request: StaffRequest, problem: Problem | None = None, renamed: str = "") -> HttpResponse:
    done = {
        "added": pgettext("knowledge", "The area is there. Articles can be filed under it."),
        "renamed": pgettext("knowledge", "The area has its new name."),
    }
    context = shell(request, "areas") | {
        "areas": queries.categories_of(request.actor),
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "renamed": renamed,
        "said": request.POST,
        "done": done.get(request.GET.get("done", ""), "") if not problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "knowledge/areas.html", context, status=status)


def _said(request: StaffRequest) -> Area:
    said = request.POST
    code, name_zh, name_en = (said.get(name, "") for name in ("code", "name_zh", "name_en"))
    return Area(code.strip(), name_zh, name_en)


@require_POST
@staff_required("knowledge.read", "knowledge.write")
def add(request: StaffRequest) -> HttpResponse:
    """Open an area."""
    try:
        actions.add_area(_said(request), actor=request.actor, at=time.now())
    except (Invalid, Conflict) as problem:
        return _page(request, problem)
    return redirect(f"{reverse('knowledge:areas')}?done=added")


@require_POST
@staff_required("knowledge.read", "knowledge.write")
def rename(request: StaffRequest) -> HttpResponse:
    """Give an area other names."""
    area = _said(request)
    try:
        actions.rename_area(area, actor=request.actor, at=time.now())
    except Invalid as problem:
        return _page(request, problem, area.code)
    return redirect(f"{reverse('knowledge:areas')}?done=renamed")
