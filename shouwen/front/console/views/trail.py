"""The audit trail."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwen.front.console import trail_page
from shouwen.ground.kernel import time
from shouwen.people.staff.web import StaffRequest, staff_required


@require_GET
@staff_required("audit.read")
def audit(request: StaffRequest) -> HttpResponse:
    """Show the trail, newest first, a page at a time."""
    page = trail_page.page(request.actor, request.GET.dict(), time.now())
    return render(request, "console/audit.html", {"page": page})
