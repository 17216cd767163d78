"""What is learned from one complaint, as a part of the complaint's own page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwen.assurance.improvement import access, queries
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import queries as complaints


@require_GET
@staff_required(access.READS_ISSUES)
def of_complaint(request: StaffRequest, ref: str) -> HttpResponse:
    """Show its root cause, the issues it led to and who was asked again (CG-4.4-01..02)."""
    actor = request.actor
    one = complaints.complaint_for(actor, ref)
    is_upheld = queries.is_upheld(one)
    context: dict[str, Any] = {
        "complaint": one,
        "is_upheld": is_upheld,
        "cause": queries.cause_of(one),
        "issues": queries.issues_from(actor, one),
        "follow_ups": queries.follow_ups_from(actor, one),
        "may_raise": staff_access.has_right(actor, access.WORKS_ISSUES),
        "may_spread": is_upheld and access.may_follow_up(actor),
    }
    return render(request, "improvement/lessons.html", context)
