"""The doors: where the console begins, and where its system pages begin."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from shouwen.front.console import sections
from shouwen.people.staff import access
from shouwen.people.staff.web import StaffRequest, staff_required

FORBIDDEN = 403


@require_GET
@staff_required()
def home(request: StaffRequest) -> HttpResponse:
    """Lead to the first room of the console that this person may enter."""
    if access.has_right(request.actor, "policy.read"):
        return redirect("console:rules")
    return redirect("console:audit")


@require_GET
@staff_required()
def system(request: StaffRequest) -> HttpResponse:
    """Lead to the first section of the system that this person may enter."""
    seen = sections.sections_for(request.actor, request.path)
    if not seen:
        return render(request, "staff/not_allowed.html", status=FORBIDDEN)
    return redirect(seen[0].url)
