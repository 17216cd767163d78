"""The team now: who is there, what they do, and whether they do it for too long."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from shouwen.contact.conversations import queries as conversations
from shouwen.ground.kernel import time
from shouwen.ground.kit.words import Words
from shouwen.people.staff import queries
from shouwen.people.staff.models import PresenceState
from shouwen.people.staff.rules.rosters import Attendance
from shouwen.people.staff.web import StaffRequest, staff_required

SHOWN = (
    PresenceState.READY,
    PresenceState.BUSY,
    PresenceState.WRAP_UP,
    PresenceState.BREAK,
    PresenceState.TRAINING,
)


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of attendance is shown."""

    words: Words
    tone: str
    icon: str


LOOKS = {
    Attendance.AHEAD: Look(pgettext_lazy("attendance", "To come"), "", "clock"),
    Attendance.THERE: Look(pgettext_lazy("attendance", "There"), "safe", "check"),
    Attendance.LATE: Look(pgettext_lazy("attendance", "Came late"), "soon", "hourglass"),
    Attendance.MISSING: Look(pgettext_lazy("attendance", "Missing"), "over", "alert-octagon"),
    Attendance.LEFT: Look(pgettext_lazy("attendance", "Left early"), "soon", "logout"),
    Attendance.OVER: Look(pgettext_lazy("attendance", "Over"), "", "circle-check"),
    Attendance.AWAY: Look(pgettext_lazy("attendance", "Absent"), "soon", "user"),
}


@require_GET
@staff_required("contact.supervise")
def team(request: StaffRequest) -> HttpResponse:
    """Show who of the team is there."""
    now = time.now()
    lines = queries.team_now(request.actor, now)
    held = conversations.held_by(request.actor)
    context = {
        "lines": [
            (line, held.get(line.person.pk, 0), [line.seconds.get(state, 0) for state in SHOWN])
            for line in lines
        ],
        "states": SHOWN,
        "today": [(line, LOOKS[line.attendance]) for line in queries.today(request.actor, now)],
        "over": sum(line.is_over for line in lines),
        "institution": request.person.institution,
    }
    return render(request, "console/team.html", context)
