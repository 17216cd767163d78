"""Changing rules: one clause, the choice of packs, what was decided, how two days differ."""

from __future__ import annotations

from datetime import date, datetime
from datetime import time as clock
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shouwen.front.console import actions, rules_page
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Problem
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit import web
from shouwen.people.staff.web import StaffRequest, staff_required


@require_GET
@staff_required("policy.read")
def clause(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one clause: what it says, how it counts here, what was decided about it."""
    return _clause(request, ref)


def _clause(request: StaffRequest, clause: str, problem: Problem | None = None) -> HttpResponse:
    page = rules_page.clause_page(request.actor, clause, request.POST.dict(), time.now())
    context: dict[str, Any] = {
        "page": page,
        "effects": page.effects,
        "said": request.POST,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "done": _("Asked. It counts when a colleague has approved it.")
        if request.GET.get("done")
        else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/rules/clause.html", context, status=status)


@require_GET
@staff_required("policy.read", "policy.edit")
def effect(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what a setting of this clause would change for a matter that begins now."""
    page = rules_page.clause_page(request.actor, ref, request.GET.dict(), time.now())
    return render(request, "console/rules/clause.html#effect", {"effects": page.effects})


@require_http_methods(["POST"])
@staff_required("policy.read", "policy.edit")
def ask_clause(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask a colleague for a change of this clause."""
    said = request.POST
    try:
        actions.ask_clause(
            ref,
            said.get("mode", ""),
            said.get("limit", "").strip(),
            from_day=web.day(said, "from"),
            reason=said.get("reason", ""),
            actor=request.actor,
            at=time.now(),
        )
    except NotThere:
        raise
    except (Invalid, Conflict) as problem:
        return _clause(request, ref, problem)
    return redirect(f"{reverse('console:clause', args=[ref])}?done=yes")


@require_http_methods(["GET", "POST"])
@staff_required("policy.read", "policy.edit")
def packs(request: StaffRequest) -> HttpResponse:
    """Choose which packs count, and ask a colleague for it."""
    problem: Problem | None = None
    said = request.POST
    if request.method == "POST":
        chosen = {name[5:]: said[name] for name in said if name.startswith("pack-")}
        try:
            actions.ask_packs(
                [code for code, extent in chosen.items() if extent == "WHOLE"],
                [code for code, extent in chosen.items() if extent == "LISTED"],
                from_day=web.day(said, "from"),
                reason=said.get("reason", ""),
                actor=request.actor,
                at=time.now(),
            )
        except (Invalid, Conflict) as error:
            problem = error
        else:
            return redirect(f"{reverse('console:rule-packs')}?done=yes")
    context = {
        "page": rules_page.packs_page(request.actor, said.dict(), time.now()),
        "said": said,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "done": _("Asked. It counts when a colleague has approved it.")
        if request.GET.get("done") and not problem
        else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/rules/packs.html", context, status=status)


@require_GET
@staff_required("policy.read")
def changes(request: StaffRequest) -> HttpResponse:
    """List what was decided about rules, newest first."""
    number = request.GET.get("page", "")
    page = rules_page.changes_page(request.actor, number, time.now())
    return render(request, "console/rules/changes.html", {"page": page})


@require_GET
@staff_required("policy.read")
def compare(request: StaffRequest) -> HttpResponse:
    """Say what counts differently on two days."""
    now, problem = time.now(), None
    earlier = later = None
    try:
        earlier, later = web.day(request.GET, "from"), web.day(request.GET, "to")
    except Invalid as error:
        problem = error
    page = rules_page.compare_page(request.actor, _morning(earlier), _morning(later), now)
    context = {"page": page, "fields": problem.fields if problem else {}}
    status = problem.status if problem else 200
    return render(request, "console/rules/compare.html", context, status=status)


def _morning(day: date | None) -> datetime | None:
    return datetime.combine(day, clock(), SHANGHAI) if day else None
