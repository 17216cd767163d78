"""The wallboard: one page, the part of it that fetches itself every second, and its table."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwen.assurance.monitoring import actions, files, queries, wall
from shouwen.ground.kernel import time
from shouwen.ground.kit.sheets import Format
from shouwen.people.staff import access
from shouwen.people.staff.web import StaffRequest, staff_required


@require_GET
@staff_required("metrics.read")
def wallboard(request: StaffRequest) -> HttpResponse:
    """Show the wall."""
    figures = queries.live(request.actor, time.now())
    may_look_on = access.has_right(request.actor, "contact.supervise")
    shown = wall.context(figures, request.actor) | {
        "definitions": wall.definitions(),
        "may_look_on": may_look_on,
        "may_see_queues": access.has_right(request.actor, "routing.read"),
        "may_see_cases": access.has_right(request.actor, "case.read"),
    }
    return render(request, "monitoring/wallboard.html", shown)


@require_GET
@staff_required("metrics.read")
def figures(request: StaffRequest) -> HttpResponse:
    """Show the figures alone, for the page that is there already."""
    figures = queries.live(request.actor, time.now())
    return render(
        request, "monitoring/wallboard.html#figures", wall.context(figures, request.actor)
    )


@require_GET
@staff_required("metrics.read")
def queues_file(request: StaffRequest, kind: Format) -> HttpResponse:
    """Give the table of queues as a file."""
    found = actions.take_queues(request.actor, at=time.now())
    return files.of_queues(found, kind, actor=request.actor)
