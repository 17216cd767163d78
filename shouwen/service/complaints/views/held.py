"""What a colleague is held responsible for: their own list, and one with their say in it.

They see the number, the finding and what was said to it: no customer, no colleague's name, and no
share of others.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.vault import masking
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import FindingPart, Position


@require_GET
@staff_required()
def page(request: StaffRequest) -> HttpResponse:
    """List the findings that concern whoever looks."""
    rows = queries.own_findings(request.actor)
    return render(request, "complaints/held_all.html", {"rows": rows})


def _show(
    request: StaffRequest, part: FindingPart, problem: Problem | None = None, tried: str = ""
) -> HttpResponse:
    at = time.now()
    complaint = part.complaint
    context = {
        "part": part,
        "evidence": masking.redact(complaint.evidence.plain)
        if part.is_current and complaint.evidence
        else "",
        "may_state": part.is_current and part.stated_at is None,
        "may_contest": queries.may_contest(part, at),
        "positions": Position.choices,
        "problem": problem,
        "fields": problem.fields if problem else {},
        "tried": tried,
        "said": request.POST,
    }
    status = problem.status if problem else 200
    return render(request, "complaints/held.html", context, status=status)


@require_GET
@staff_required()
def one(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one; looking at it goes on the trail and takes it from what is unseen."""
    part = actions.view_finding(request.actor, ref, at=time.now())
    # The sign beside their name is to say at once that they have seen it.
    request.person.refresh_from_db(fields=["unread_notices"])
    return _show(request, part)


@require_POST
@staff_required()
def state(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand in the statement."""
    part, said = queries.own_part(request.actor, ref), request.POST
    try:
        actions.state_on_finding(
            part,
            position=said.get("position", ""),
            words=said.get("words", ""),
            actor=request.actor,
            at=time.now(),
        )
    except (Conflict, Invalid) as error:
        return _show(request, queries.own_part(request.actor, ref), error, "state")
    return redirect("complaints:held_one", ref)


@require_POST
@staff_required()
def contest(request: StaffRequest, ref: str) -> HttpResponse:
    """Contest the finding."""
    part, words = queries.own_part(request.actor, ref), request.POST.get("words", "")
    try:
        actions.contest_finding(part, words=words, actor=request.actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _show(request, queries.own_part(request.actor, ref), error, "contest")
    return redirect("complaints:held_one", ref)
