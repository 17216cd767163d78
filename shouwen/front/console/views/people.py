"""The people of an institution, as those see them who set up the centre."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shouwen.ground.kernel.errors import Invalid
from shouwen.people.staff import access, queries
from shouwen.people.staff.models import PresenceState, Role
from shouwen.people.staff.queries import PeopleAsked, Standing
from shouwen.people.staff.web import StaffRequest, staff_required

UNPROCESSABLE = 422


def _asked(request: StaffRequest) -> PeopleAsked:
    """Read the filters from the address; what is too long is no filter of ours."""
    get = request.GET.get
    return PeopleAsked(
        q=get("q", ""),
        unit=get("unit", ""),
        role=get("role", ""),
        standing=get("standing", Standing.ACTIVE),
        presence=get("presence", ""),
        after=get("after", ""),
    )


def address(asked: PeopleAsked, **changes: str) -> str:
    """Give the list's address with these parts changed, from its first page."""
    values = {
        "q": asked.q,
        "unit": asked.unit,
        "role": asked.role,
        "standing": asked.standing if asked.standing != Standing.ACTIVE else "",
        "presence": asked.presence,
    } | changes
    wanted = {name: value for name, value in values.items() if value}
    home = reverse("console:people")
    return f"{home}?{urlencode(wanted)}" if wanted else home


@require_GET
@staff_required("staff.review")
def people(request: StaffRequest) -> HttpResponse:
    """List people by unit, role and state, a page at a time."""
    asked, status = _asked(request), 200
    try:
        found = queries.people_page(request.actor, asked)
    except Invalid:
        asked, status = PeopleAsked(), UNPROCESSABLE
        found = queries.people_page(request.actor, asked)
    context = {
        "found": found,
        "asked": asked,
        "is_wrong": status == UNPROCESSABLE,
        "may_edit": access.has_right(request.actor, "staff.edit"),
        "units": queries.unit_tree(request.actor),
        "roles": Role.choices,
        "standings": [
            (standing, standing.label, address(asked, standing=standing)) for standing in Standing
        ],
        "presences": PresenceState.choices,
        "older": address(asked, after=found.next) if found.next else "",
        "newer": address(asked) if asked.after else "",
        "is_filtered": asked != PeopleAsked(standing=asked.standing),
        "clear": address(PeopleAsked(standing=asked.standing)),
    }
    return render(request, "console/people/list.html", context, status=status)
