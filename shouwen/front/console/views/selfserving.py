"""What customers may do by themselves: how long a code lives, how often one may try and urge."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kit.web import number_or_none
from shouwen.people.customers import actions, queries
from shouwen.people.customers.actions.selfserving import BOUNDS
from shouwen.people.staff.web import StaffRequest, staff_required

SECONDS = pgettext_lazy("self-service", "seconds")
TIMES = pgettext_lazy("self-service", "times")
HOURS = pgettext_lazy("self-service", "hours")
# Each figure with its unit; PV-7-02 leaves the time of a code to the institution.
FIGURES: dict[str, tuple[Words, Words]] = {
    "code_seconds": (gettext_lazy("A one-time code lives for"), SECONDS),
    "code_tries": (gettext_lazy("Tries at one code"), TIMES),
    "codes_per_address": (gettext_lazy("Codes to one address in half an hour"), TIMES),
    "codes_per_source": (gettext_lazy("Codes asked for from one network in half an hour"), TIMES),
    "asks_per_source": (gettext_lazy("Questions from one network in half an hour"), TIMES),
    "point_rest_hours": (gettext_lazy("A new number or address opens nothing for"), HOURS),
    "session_minutes": (
        gettext_lazy("A customer stays signed in for"),
        pgettext_lazy("self-service", "minutes"),
    ),
    "urge_every_hours": (gettext_lazy("A case may be urged again after"), HOURS),
    "files_per_case": (
        gettext_lazy("Files a customer adds to one case"),
        pgettext_lazy("self-service", "files"),
    ),
}
CLAUSES = {"code_seconds": "PV-7-02"}


@require_http_methods(["GET", "POST"])
@staff_required("policy.edit")
def selfservice(request: StaffRequest) -> HttpResponse:
    """Show the figures, and set them."""
    problem = None
    home = request.person.institution
    if request.method == "POST":
        try:
            actions.set_self_service(home, _figures(request), actor=request.actor, at=time.now())
        except Invalid as error:
            problem = error
        else:
            return redirect(f"{reverse('console:selfservice')}?done=yes")
    held = queries.self_service(home.pk)
    fields = problem.fields if problem else {}
    rows = [
        {
            "name": name,
            "words": words,
            "unit": unit,
            "value": request.POST.get(name, getattr(held, name)),
            "least": BOUNDS[name][0],
            "most": BOUNDS[name][1],
            "clause": CLAUSES.get(name, ""),
            "wrong": fields.get(name, ""),
        }
        for name, (words, unit) in FIGURES.items()
    ]
    done = pgettext("person", "Saved.") if request.GET.get("done") and not problem else ""
    status = problem.status if problem else 200
    context = {"rows": rows, "done": done}
    return render(request, "console/selfservice.html", context, status=status)


def _figures(request: StaffRequest) -> dict[str, int]:
    """Read the figures a form sends; one that is not sent stays. Raises Invalid."""
    wrong: dict[str, Words] = {}
    values: dict[str, int] = {}
    for name in FIGURES:
        if name not in request.POST:
            continue
        value = number_or_none(request.POST, name, wrong)
        if value is None:
            wrong.setdefault(name, _("Enter a whole number."))
        else:
            values[name] = value
    if wrong:
        raise Invalid(fields=wrong)
    return values
