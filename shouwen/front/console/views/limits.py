"""The figures an institution sets for its people."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, Words
from shouwen.ground.vault import queries as trail
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.rules.limits import LIMITS
from shouwen.people.staff.web import StaffRequest, staff_required

DIGITS = 6
STOPPED_DAYS = 7


def _figures(request: StaffRequest) -> dict[str, int]:
    """Read the figures a form sends; one that is not sent stays. Raises Invalid."""
    values: dict[str, int] = {}
    wrong: dict[str, Words] = {}
    for name in LIMITS:
        text = request.POST.get(name)
        if text is None:
            continue
        if text.isascii() and text.isdigit() and len(text) <= DIGITS:
            values[name] = int(text)
        else:
            wrong[name] = _("Enter a whole number.")
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _stopped(request: StaffRequest) -> list[tuple[str, datetime]]:
    """Name who was stopped looking customers up lately, and when last."""
    since = time.now() - timedelta(days=STOPPED_DAYS)
    found = trail.stopped_looking(request.actor.institution_id or 0, since)
    names = queries.names_by_ref({ref for ref, _at in found})
    return [(names.get(ref, ref), at) for ref, at in found]


@require_http_methods(["GET", "POST"])
@staff_required("staff.review")
def limits(request: StaffRequest) -> HttpResponse:
    """Show the figures, and set them."""
    problem = None
    if request.method == "POST":
        home = queries.own_institution(request.actor)
        try:
            access.require(request.actor, "staff.edit")
            actions.set_limits(home, _figures(request), actor=request.actor, at=time.now())
        except NotAllowed:
            return render(request, "staff/not_allowed.html", status=403)
        except Invalid as error:
            problem = error
        else:
            return redirect(f"{reverse('console:limits')}?done=yes")
    fields = problem.fields if problem else {}
    context = {
        "rows": [
            (line, request.POST.get(line.limit.name, line.value), fields.get(line.limit.name, ""))
            for line in queries.limits_in_force(request.actor)
        ],
        "stopped": _stopped(request),
        "may_edit": access.has_right(request.actor, "staff.edit"),
        "done": pgettext("person", "Saved.") if request.GET.get("done") and not problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/people/limits.html", context, status=status)
