"""Pages of routing: why a contact went where it went, the queues now, and spike mode."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from shouwen.contact.routing import access, actions, queries, spikes
from shouwen.contact.routing.models import Queue
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit import web
from shouwen.people.staff.web import StaffRequest, staff_required

LONGEST_NUMBER = 4


@require_GET
@staff_required("routing.read", "contact.read")
def story(request: StaffRequest, ref: str) -> HttpResponse:
    """Tell one contact's way: rules, candidates with their reasons, offers and how they ended."""
    told = queries.story_of(request.actor, ref, time.now())
    return render(request, "routing/story.html", {"story": told, "contact": told.contact})


@require_GET
@staff_required("routing.read")
def floor(request: StaffRequest) -> HttpResponse:
    """Show the queues of this moment, what is open, and where spike mode is on."""
    context = {
        "floor": queries.floor_now(request.actor, time.now()),
        "institution": request.person.institution,
    }
    return render(request, "routing/floor.html", context)


def _minutes(text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise Invalid(fields={"minutes": _("Give a whole number of minutes.")})
    return int(text)


@require_http_methods(["GET", "POST"])
@staff_required("routing.read")
def begin_spike(request: StaffRequest) -> HttpResponse:
    """Ask for how long and why, or switch spike mode on."""
    said = request.POST if request.method == "POST" else request.GET
    queue = queries.queue_for(request.actor, said["queue"]) if said.get("queue") else None
    institution, problem = request.person.institution, None
    if request.method == "POST":
        try:
            actions.begin_spike(
                institution,
                queue=queue,
                reason=said.get("reason", ""),
                minutes=_minutes(said.get("minutes", "")),
                actor=request.actor,
                at=time.now(),
            )
        except (Invalid, Conflict) as error:
            problem = error
        else:
            return _back(request)
    return _dialog(request, queue, problem)


def _dialog(request: StaffRequest, queue: Queue | None, problem: Problem | None) -> HttpResponse:
    access.require_switch(request.actor, request.person.institution_id)
    shown = {
        "queue": queue,
        "usual": spikes.minutes_of(queue),
        "said": request.POST,
        "problem": problem,
    }
    return web.dialog(request, "routing/spike_form.html", shown, problem)


def _back(request: StaffRequest) -> HttpResponse:
    answer = redirect("routing:floor")
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(answer["Location"])
    return answer


@require_POST
@staff_required("routing.read")
def end_spike(request: StaffRequest, ref: str) -> HttpResponse:
    """Switch a stretch of spike mode off."""
    spike = queries.spike_for(request.actor, ref)
    actions.end_spike(spike, actor=request.actor, at=time.now())
    return _back(request)
