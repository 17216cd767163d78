"""Naming who works in whose place: for oneself on the own roster, for others on the unit's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.front.console.views import roster
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.kit import web
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.models import Person
from shouwen.people.staff.web import StaffRequest, staff_required

UNIT = "unit"


def _act(request: StaffRequest, done: str, act: Callable[[], object]) -> HttpResponse:
    """Do it, and come back to the page it was done on."""
    of_unit = request.POST.get("back") == UNIT and access.may_plan(request.actor)
    try:
        act()
    except (Invalid, Conflict, NotAllowed) as problem:
        return roster.show(request, problem) if of_unit else roster.show_own(request, problem)
    home = reverse("console:roster" if of_unit else "console:roster-own")
    return redirect(f"{home}?done={done}")


def _colleague(request: StaffRequest, field: str) -> Person:
    try:
        return queries.person_for(request.actor, request.POST.get(field, "")[:60])
    except NotThere as error:
        raise Invalid(fields={field: _("Choose one of the listed people.")}) from error


@require_POST
@staff_required("staff.read")
def name(request: StaffRequest) -> HttpResponse:
    """Name a deputy; without a person, one's own."""

    def act() -> None:
        said = request.POST
        from_on, to_on = web.day(said, "from_on"), web.day(said, "to_on")
        if from_on is None or to_on is None:
            raise Invalid(fields={"from_on": _("Choose a date.")})
        actions.name_deputy(
            _colleague(request, "person") if said.get("person") else request.person,
            _colleague(request, "deputy"),
            from_on,
            to_on,
            actor=request.actor,
            at=time.now(),
        )

    return _act(request, "deputy", act)


@require_POST
@staff_required("staff.read")
def end(request: StaffRequest, ref: str) -> HttpResponse:
    """Let nobody stand in any more."""
    named = queries.deputy_for(request.actor, ref)

    def act() -> None:
        actions.end_deputy(named, actor=request.actor, at=time.now())

    return _act(request, "deputy_ended", act)
