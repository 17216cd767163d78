"""What the system proposes as complaints: the list, taking and declining, and when it does."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit import web
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ComplaintProposal
from shouwen.service.complaints.queries import PROPOSALS, Triggers

SWITCHES = ("is_angry_on", "is_repeat_on", "is_breach_on", "is_rating_on")
THRESHOLDS = ("contacts", "days", "score")


def _list(request: StaffRequest, problem: Problem | None = None, ref: str = "") -> HttpResponse:
    rows = queries.open_proposals(request.actor)
    fields = problem.fields if problem else {}
    context: dict[str, Any] = {
        "rows": rows[:PROPOSALS],
        "more": len(rows) > PROPOSALS,
        "problem": problem,
        "details": [str(words) for words in fields.values()],
        "wrong_ref": ref,
        "said": request.POST,
    }
    status = problem.status if problem else 200
    return render(request, "complaints/proposals.html", context, status=status)


@require_GET
@staff_required("complaint.work")
def page(request: StaffRequest) -> HttpResponse:
    """Show what waits for a person."""
    return _list(request)


@require_POST
@staff_required("complaint.work")
def take(request: StaffRequest, ref: str) -> HttpResponse:
    """Take it as a complaint, without typing anything again."""
    actor, at, said = request.actor, time.now(), request.POST
    found = queries.proposal_for(actor, ref)

    def work() -> str:
        made = actions.take_proposal(
            found,
            complainant=said.get("complainant", ""),
            reachable_at=said.get("reachable_at", ""),
            actor=actor,
            at=at,
        )
        return str(made.public_id)

    body, key = web.form_body(request), web.idempotency_key(request)
    scope = f"page:complaint.take.{ref}"[:60] + f":{actor.ref}"
    try:
        made = idempotency.do_once(scope, key, body, work, at=at)
    except (Conflict, Invalid) as error:
        return _list(request, error, ref)
    return redirect("complaints:complaint", Complaint.objects.get(public_id=made).public_id)


@require_POST
@staff_required("complaint.work")
def decline(request: StaffRequest, ref: str) -> HttpResponse:
    """Say why it is no complaint."""
    found: ComplaintProposal = queries.proposal_for(request.actor, ref)
    try:
        reason = request.POST.get("reason", "")
        actions.decline_proposal(found, reason=reason, actor=request.actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _list(request, error, ref)
    return redirect("complaints:proposals")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


@require_http_methods(["GET", "POST"])
@staff_required()
def triggers(request: StaffRequest) -> HttpResponse:
    """Show when complaints are proposed, and set it."""
    home, said = request.person.institution, request.POST
    held, problem = queries.triggers_of(home.pk), None
    if request.method == "POST":
        phrases = tuple(said.get("phrases", "").splitlines())
        angry, again, breach, rating = (said.get(name) == "on" for name in SWITCHES)
        contacts, days, score = (_whole(said.get(name, "").strip()) for name in THRESHOLDS)
        held = Triggers(angry, again, breach, rating, phrases, contacts, days, score)
        try:
            actions.set_triggers(home, held, actor=request.actor, at=time.now())
        except Invalid as error:
            problem = error
        else:
            return redirect(f"{reverse('complaints:triggers')}?done=yes")
    fields = problem.fields if problem else {}
    words = {
        "contacts": (_("Contacts of one customer"), pgettext("trigger", "contacts")),
        "days": (_("Counted over"), pgettext("trigger", "days")),
        "score": (_("Rating no better than"), pgettext("trigger", "of 5")),
    }
    context: dict[str, Any] = {
        "held": held,
        "phrases": "\n".join(held.phrases),
        "numbers": {
            name: {
                "label": label,
                "unit": unit,
                "value": said.get(name, "") if problem else getattr(held, name),
                "error": fields.get(name, ""),
            }
            for name, (label, unit) in words.items()
        },
        "fields": fields,
        "problem": problem,
        "done": request.GET.get("done"),
        "may_set": staff_access.has_right(request.actor, "policy.edit"),
    }
    status = problem.status if problem else 200
    return render(request, "complaints/triggers.html", context, status=status)
