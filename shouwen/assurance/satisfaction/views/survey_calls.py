"""Those drawn by a campaign who are to be called, and what those who call do; one call each."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.views.callbacks import tabs
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Problem
from shouwen.people.staff.web import StaffRequest, staff_required

MOST_PAGES = 300


@require_GET
@staff_required("case.read", "case.work")
def survey_calls(request: StaffRequest) -> HttpResponse:
    """Show whom to call about a survey."""
    return _listed(request)


def _listed(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    found = queries.survey_calls(request.actor, max(1, min(number, MOST_PAGES)))
    home = reverse("callbacks:surveys")
    context = {
        "page": found,
        "tabs": tabs("surveys"),
        "newer": f"{home}?page={found.newer}" if found.newer else "",
        "older": f"{home}?page={found.older}" if found.older else "",
        "problem": problem,
    }
    status = problem.status if problem else 200
    return render(request, "satisfaction/survey_calls.html", context, status=status)


@never_cache
@require_POST
@staff_required("case.read", "case.work")
def hand_link(request: StaffRequest, ref: str) -> HttpResponse:
    """Show the one-time link for the customer who is on the phone; it is told once."""
    drawn = queries.drawn_for(request.actor, ref)
    try:
        asked = actions.hand_link(drawn, actor=request.actor, at=time.now())
    except Conflict as error:
        return _listed(request, error)
    context = {
        "drawn": drawn,
        "invitation": asked.invitation,
        "address": queries.survey_address(asked.token),
    }
    return render(request, "satisfaction/survey_link.html", context)


@require_POST
@staff_required("case.read", "case.work")
def take_off(request: StaffRequest, ref: str) -> HttpResponse:
    """Note that a customer was not reached, or did not want to."""
    drawn = queries.drawn_for(request.actor, ref)
    reason = request.POST.get("reason", "")
    try:
        actions.take_off_list(drawn, reason, actor=request.actor, at=time.now())
    except Conflict as error:
        return _listed(request, error)
    return redirect("callbacks:surveys")
