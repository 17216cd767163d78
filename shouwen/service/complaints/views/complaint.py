"""One complaint: the page, and its body that fetches itself again when something changes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwen.ground.kernel import time
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.views import showing


@require_GET
@staff_required("complaint.read")
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show a complaint; looking at it goes on the trail."""
    at = time.now()
    one = actions.view_complaint(request.actor, ref, at=at)
    context = showing.complaint_page(request.actor, one, at)
    return render(request, "complaints/complaint.html", context)


@require_GET
@staff_required("complaint.read")
def parts(request: StaffRequest, ref: str) -> HttpResponse:
    """Give the body again."""
    at = time.now()
    one = queries.complaint_for(request.actor, ref)
    context = showing.complaint_page(request.actor, one, at)
    return render(request, "complaints/complaint.html#body", context)
