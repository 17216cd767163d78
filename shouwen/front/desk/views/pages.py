"""The page itself, its left pane and its top bar."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from shouwen.front.desk import queries
from shouwen.front.desk.actions import handling
from shouwen.front.desk.web import go_to
from shouwen.ground.kernel import time
from shouwen.ground.kit import preferences
from shouwen.people.staff import actions as staff
from shouwen.people.staff.web import StaffRequest, staff_required


@require_safe
@staff_required("contact.take")
def home(request: StaffRequest) -> HttpResponse:
    """Show the desk with no conversation open."""
    return _page(request, "")


@require_safe
@staff_required("contact.read")
def contact(request: StaffRequest, ref: str) -> HttpResponse:
    """Show the desk with one conversation open; a link within the desk gets the two panes alone.

    The reading goes on the trail.
    """
    handling.note_reading(request.actor, ref, at=time.now())
    return _page(request, ref)


def _page(request: StaffRequest, ref: str) -> HttpResponse:
    now = time.now()
    wants_part = request.headers.get("HX-Request") and not request.headers.get(
        "HX-History-Restore-Request"
    )
    if not wants_part:
        desk = queries.desk_for(request.actor, request.person, ref, now)
        sound = preferences.choice_of(request, "sound")
        return render(request, "desk/desk.html", {"desk": desk, "sound": sound})
    work = queries.work_for(request.actor, request.person, ref, now) if ref else queries.Work()
    response = render(request, "desk/work.html", {"work": work})
    trigger_client_event(response, "desk:opened", {}, after="settle")
    return response


@require_safe
@staff_required("contact.take")
def queue(request: StaffRequest) -> HttpResponse:
    """Refresh the left pane."""
    pane = queries.pane_for(
        request.actor,
        request.person,
        tab=request.GET.get("tab", ""),
        on=request.GET.get("on", ""),
        now=time.now(),
    )
    return render(request, "desk/queue.html", {"pane": pane})


@require_safe
@staff_required("contact.take")
def mine(request: StaffRequest) -> HttpResponse:
    """Refresh the conversations in hand."""
    found = queries.mine_for(request.actor, request.person, request.GET.get("on", ""), time.now())
    return render(request, "desk/mine.html", {"mine": found})


@require_safe
@staff_required("contact.take")
def waiting(request: StaffRequest) -> HttpResponse:
    """Refresh who waits."""
    found = queries.waiting_for(request.actor, request.person)
    return render(request, "desk/waits.html", {"waits": found})


@require_safe
@staff_required("contact.take")
def figures(request: StaffRequest) -> HttpResponse:
    """Refresh the person's figures of today."""
    found = queries.figures_of(request.person, time.now())
    return render(request, "desk/figures.html", {"figures": found})


@require_safe
@staff_required("contact.take")
def offers(request: StaffRequest) -> HttpResponse:
    """Refresh what is offered."""
    found = queries.offers_for(request.person, time.now())
    return render(request, "desk/offers.html", {"offers": found})


@require_http_methods(["GET", "POST"])
@staff_required("contact.take")
def presence(request: StaffRequest) -> HttpResponse:
    """Show or change the person's state."""
    found = (
        staff.set_presence(
            request.person, request.POST.get("state", ""), actor=request.actor, at=time.now()
        )
        if request.method == "POST"
        else queries.presence_of(request.person)
    )
    return render(request, "desk/presence.html", {"presence": found})


@require_POST
@staff_required("contact.take")
def accept(request: StaffRequest, ref: str) -> HttpResponse:
    """Take the offered contact and open it."""
    taken = handling.accept(request.actor, ref, at=time.now())
    return go_to(request, taken.public_id)


@require_POST
@staff_required("contact.take")
def decline(request: StaffRequest, ref: str) -> HttpResponse:
    """Let the offered contact go to somebody else."""
    now = time.now()
    handling.decline(request.actor, ref, at=now)
    return render(request, "desk/offers.html", {"offers": queries.offers_for(request.person, now)})


@require_POST
@staff_required("contact.take")
def take(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a waiting contact from the queue and open it."""
    taken = handling.take(request.actor, ref, at=time.now())
    return go_to(request, taken.public_id)
