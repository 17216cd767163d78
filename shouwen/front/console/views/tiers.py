"""What each tier of customers gives: points, limits of replies and cases, their own person.

Cases are graded too, by their complexity, and then only their hours are said.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kit.web import number_or_none
from shouwen.people.customers import actions, queries
from shouwen.people.customers.queries import TierLine
from shouwen.people.customers.rules.tiers import Service
from shouwen.people.staff.web import StaffRequest, staff_required

NUMBERS = ("points", "reply_seconds", "resolve_hours")


def _services(said: QueryDict, lines: list[TierLine]) -> dict[tuple[str, str], Service]:
    """Read the form: a tier whose first field is not sent stays as it is. Raises Invalid."""
    wrong: dict[str, Words] = {}
    wanted = {}
    for line in lines:
        first = "resolve_hours" if line.is_of_cases else "points"
        if f"{line.key}.{first}" not in said:
            continue
        wanted[(line.dimension.value, line.tier)] = Service(
            points=number_or_none(said, f"{line.key}.points", wrong) or 0,
            reply_seconds=number_or_none(said, f"{line.key}.reply_seconds", wrong),
            dedicated_first=said.get(f"{line.key}.dedicated_first") == "yes",
            resolve_hours=number_or_none(said, f"{line.key}.resolve_hours", wrong),
        )
    if wrong:
        raise Invalid(fields=wrong)
    return wanted


def _shown(line: TierLine, said: QueryDict | None, problem: Invalid | None) -> dict[str, Any]:
    """Give one row: what was typed where something is wrong, else what counts."""
    given: dict[str, Any] = {
        "points": line.service.points,
        "reply_seconds": line.service.reply_seconds,
        "resolve_hours": line.service.resolve_hours,
        "dedicated_first": line.service.dedicated_first,
    }
    if said is not None:
        given = {name: said.get(f"{line.key}.{name}", "") for name in given}
    fields = problem.fields if problem else {}
    faults = {name: fields.get(f"{line.key}.{name}", "") for name in NUMBERS}
    return {"line": line, "given": given, "wrong": faults}


@require_http_methods(["GET", "POST"])
@staff_required("routing.edit")
def tiers(request: StaffRequest) -> HttpResponse:
    """Show what each tier gives, and set it."""
    problem = None
    lines = queries.tier_lines(request.actor)
    if request.method == "POST":
        try:
            actions.set_tier_services(
                request.person.institution,
                _services(request.POST, lines),
                actor=request.actor,
                at=time.now(),
            )
        except Invalid as error:
            problem = error
        else:
            return redirect(f"{reverse('console:tiers')}?done=yes")
    said = request.POST if problem else None
    context = {
        "rows": [_shown(line, said, problem) for line in lines],
        "problem": problem,
        "done": request.GET.get("done") and not problem,
    }
    status = problem.status if problem else 200
    return render(request, "console/tiers.html", context, status=status)
