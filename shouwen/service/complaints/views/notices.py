"""Handing out issued notices, and the institution's own words of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.contact.conversations.views import as_download
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Problem
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.rules.notices import PLACES


@require_safe
@staff_required("complaint.read")
def pdf(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand a notice out as it was issued; each time is on the trail."""
    return as_download(actions.open_notice(ref, actor=request.actor, at=time.now()))


@require_safe
@staff_required("complaint.read")
def text(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand the same notice out as text."""
    return as_download(actions.open_notice_text(ref, actor=request.actor, at=time.now()))


def _piece_words() -> dict[str, str]:
    return {
        "opening": pgettext("notice piece", "Opening"),
        "review": pgettext("notice piece", "Review"),
        "mediation": pgettext("notice piece", "Mediation"),
        "arbitration": pgettext("notice piece", "Arbitration"),
        "court": pgettext("notice piece", "Court"),
        "closing": pgettext("notice piece", "Closing"),
    }


@require_http_methods(["GET", "POST"])
@staff_required("policy.read")
def wordings(request: StaffRequest) -> HttpResponse:
    """Show the words of notices with their versions, and ask for new ones."""
    home = request.person.institution
    problem: Problem | None = None
    if request.method == "POST":
        pieces = {name: request.POST.get(name, "") for name in PLACES}
        reason = request.POST.get("reason", "")
        try:
            actions.ask_wording(home, pieces, reason=reason, actor=request.actor, at=time.now())
        except Problem as error:
            if not error.fields and not isinstance(error, actions.WordingAsked):
                raise
            problem = error
        else:
            return redirect(f"{reverse('complaints:wordings')}?done=yes")
    held = queries.pieces_in_force(home.pk)
    asked = queries.pieces_asked(home.pk)
    fields = problem.fields if problem else {}
    said: Any = request.POST if problem else held
    words = _piece_words()
    context = {
        "pieces": [
            {
                "name": name,
                "label": words[name],
                "value": said.get(name, ""),
                "places": " ".join(f"{{{place}}}" for place in sorted(places)),
                "error": fields.get(name, ""),
            }
            for name, places in PLACES.items()
        ],
        "asked": asked["version"] if asked else "",
        "compared": [
            {
                "label": words[name],
                "now": held[name],
                "asked": asked[name],
                "changes": held[name] != asked[name],
            }
            for name in PLACES
        ]
        if asked
        else [],
        "version": held["version"],
        "clause": held["clause"],
        "wordings": queries.wordings_of(home.pk),
        "reason": request.POST.get("reason", "") if problem else "",
        "fields": fields,
        "problem": problem,
        "done": request.GET.get("done"),
        "may_ask": staff_access.has_right(request.actor, "policy.edit"),
    }
    status = problem.status if problem else 200
    return render(request, "complaints/wordings.html", context, status=status)
