"""The page of causes: the tree, and the upheld complaints that have one or wait for one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from shouwen.assurance.improvement import access, actions, queries
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit import web
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import queries as complaints

RETIRED = "on"


def _show(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    actor, at = request.actor, time.now()
    ref = request.GET.get("cause", "")
    chosen = queries.cause_for(actor, ref) if ref else None
    lines = queries.cause_lines(actor)
    rows = queries.complaints_caused(actor, chosen, at=at)
    context: dict[str, Any] = {
        "lines": lines,
        "parents": [li.cause for li in lines if li.cause.depth < 3 and not li.cause.is_retired],
        "offered": [line.cause for line in lines if not line.cause.is_retired],
        "chosen": chosen,
        "rows": rows[: queries.COMPLAINTS_SHOWN],
        "more": len(rows) > queries.COMPLAINTS_SHOWN,
        "problem": problem,
        "details": [str(words) for words in problem.fields.values()] if problem else [],
        "said": request.POST,
        "may_edit": access.may_edit_causes(actor),
        "may_give": access.may_give_causes(actor),
    }
    status = problem.status if problem else 200
    return render(request, "improvement/causes.html", context, status=status)


@require_GET
@staff_required(access.READS_ISSUES)
def page(request: StaffRequest) -> HttpResponse:
    """Show the tree, and the complaints that wait for a cause or have the chosen one."""
    return _show(request)


@require_POST
@staff_required(access.READS_ISSUES, access.EDITS_CAUSES)
def add(request: StaffRequest) -> HttpResponse:
    """Add a cause to the tree."""
    actor, at, said = request.actor, time.now(), request.POST

    def work() -> str:
        ref = said.get("parent", "")
        made = actions.add_cause(
            request.person.institution,
            name_zh=said.get("name_zh", ""),
            name_en=said.get("name_en", ""),
            parent=queries.cause_named(actor, ref, "parent") if ref else None,
            actor=actor,
            at=at,
        )
        return str(made.public_id)

    body, key = web.form_body(request), web.idempotency_key(request)
    try:
        idempotency.do_once(f"page:cause:{actor.ref}", key, body, work, at=at)
    except (Conflict, Invalid) as error:
        return _show(request, error)
    return redirect("improvement:causes")


@require_POST
@staff_required(access.READS_ISSUES, access.EDITS_CAUSES)
def change(request: StaffRequest, ref: str) -> HttpResponse:
    """Reword a cause, retire it or take it up again."""
    said = request.POST
    found = queries.cause_for(request.actor, ref)
    try:
        actions.change_cause(
            found,
            name_zh=said.get("name_zh", ""),
            name_en=said.get("name_en", ""),
            is_retired=said.get("is_retired") == RETIRED,
            actor=request.actor,
            at=time.now(),
        )
    except (Conflict, Invalid) as error:
        return _show(request, error)
    return redirect("improvement:causes")


@require_POST
@staff_required(access.READS_ISSUES, access.GIVES_CAUSES)
def give(request: StaffRequest, ref: str) -> HttpResponse:
    """Say what caused a complaint."""
    actor, said = request.actor, request.POST
    complaint = complaints.complaint_for(actor, ref)
    before = said.get("instead_of", "")
    try:
        cause = queries.cause_named(actor, said.get("cause", ""))
        actions.give_cause(complaint, cause, instead_of=before, actor=actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _show(request, error)
    back = reverse("improvement:causes")
    return redirect(f"{back}?cause={cause.public_id}" if before else back)
