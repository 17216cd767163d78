"""Words that may not be said: those of the packs, and the institution's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shouwen.front.console import actions
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.words import PHRASE_KINDS
from shouwen.people.staff import access
from shouwen.people.staff.web import StaffRequest, staff_required

CHANNELS = {
    "": pgettext_lazy("phrase", "Everywhere"),
    "web": pgettext_lazy("phrase", "In writing online"),
    "phone": pgettext_lazy("phrase", "On the telephone"),
}
FIELDS = ("phrase", "kind", "channel", "say_instead", "source")


@require_GET
@staff_required("policy.read")
def phrases(request: StaffRequest) -> HttpResponse:
    """List what may not be said, with its clause and what to say instead."""
    return _page(request)


def _page(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    rows = policy.phrase_rows(request.actor.institution_id or 0, time.now())
    done = {
        "added": _("Forbidden from now on."),
        "ended": _("These words may be said again."),
    }
    context: dict[str, Any] = {
        "rows": [
            (row, [CHANNELS.get(channel, channel) for channel in row.channels or ("",)])
            for row in rows
        ],
        "own": sum(bool(row.ref) for row in rows),
        "kinds": PHRASE_KINDS.items(),
        "channels": CHANNELS.items(),
        "may_edit": access.has_right(request.actor, "policy.edit"),
        "said": request.POST,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "done": done.get(request.GET.get("done", ""), "") if not problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/rules/phrases.html", context, status=status)


@require_POST
@staff_required("policy.read", "policy.edit")
def add(request: StaffRequest) -> HttpResponse:
    """Forbid words."""
    said = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        actions.forbid_phrase(**said, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as problem:
        return _page(request, problem)
    return redirect(f"{reverse('console:rule-phrases')}?done=added")


@require_POST
@staff_required("policy.read", "policy.edit")
def end(request: StaffRequest, ref: str) -> HttpResponse:
    """Let words be said again."""
    actions.end_phrase(ref, actor=request.actor, at=time.now())
    return redirect(f"{reverse('console:rule-phrases')}?done=ended")
