"""Rule packs and the deadline calculator."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwen.front.console import rules_page
from shouwen.ground.kernel import time
from shouwen.people.staff import access
from shouwen.people.staff.web import StaffRequest, staff_required


@require_GET
@staff_required("policy.read")
def rules(request: StaffRequest) -> HttpResponse:
    """Show the rule packs, their entries, and the deadline calculator."""
    page = rules_page.page(request.actor, request.GET.dict(), time.now())
    context = {
        "page": page,
        "calculated": page.calculated,
        "may_edit": access.has_right(request.actor, "policy.edit"),
    }
    return render(request, "console/rules.html", context)


@require_GET
@staff_required("policy.read")
def calculator(request: StaffRequest) -> HttpResponse:
    """Compute one deadline and show the calculator alone."""
    calculated = rules_page.calculate(request.actor, request.GET.dict(), time.now())
    status = 200 if calculated.preview else 422
    return render(
        request, "console/rules.html#calculator", {"calculated": calculated}, status=status
    )
