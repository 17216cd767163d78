"""When a queue is open: the page of its week and of the dates that differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shouwen.contact.routing import actions, queries, words
from shouwen.contact.routing.actions import OpeningHours
from shouwen.contact.routing.models import Hours, Queue
from shouwen.front.console.periods import periods_said, rows_of
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Problem
from shouwen.people.staff.web import StaffRequest, staff_required

LONGEST_NUMBER = 7


def _show(
    request: StaffRequest,
    queue: Queue,
    *,
    said: Mapping[str, Any] | None = None,
    day: Mapping[str, Any] | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    now = time.now()
    held = actions.hours_of(queue)
    week = held.week if said is None else {d: periods_said(said, f"of_{d}") for d in range(7)}
    fields = problem.fields if problem else {}
    context = {
        "queue": queue,
        "choices": Hours.choices,
        "hours": said.get("hours", "") if said is not None else held.hours,
        "keeps_holidays": (said.get("keeps_holidays") == "yes") if said else held.keeps_holidays,
        "revision": said.get("revision", "") if said is not None else queue.revision,
        "week": [
            (name, rows_of(week.get(number, []), f"of_{number}"), fields.get(f"week.{number}", ""))
            for number, name in enumerate(words.WEEKDAYS)
        ],
        "opening": queries.openings_of([queue], now)[0][1],
        "usual": queries.week_words(queue, now),
        "days": [(kept, words.day_words(kept.periods)) for kept in queries.days_of(queue, now)],
        "day": day or {},
        "day_rows": rows_of(periods_said(day or {}, "day"), "day"),
        "today": time.now().date(),
        "problem": problem if problem and not fields else None,
        "fields": fields,
        "done": _done_words(request.GET.get("done", "")) if not problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/queues/hours.html", context, status=status)


def _done_words(act: str) -> str:
    match act:
        case "hours":
            return _("The opening hours are saved. They count from now on.")
        case "day":
            return _("The date is saved.")
        case "removed":
            return _("The date follows the week again.")
        case _:
            return ""


def _back(queue: Queue, act: str) -> HttpResponse:
    return redirect(f"{reverse('console:queue-hours', args=[queue.code])}?done={act}")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={"date": _("Choose a date.")}) from None


@require_http_methods(["GET", "POST"])
@staff_required("routing.edit")
def hours(request: StaffRequest, ref: str) -> HttpResponse:
    """Show when a queue is open, and set its week."""
    queue = queries.queue_for(request.actor, ref)
    if request.method == "GET":
        return _show(request, queue)
    said = request.POST.dict()
    seen = said.get("revision", "")
    wanted = OpeningHours(
        hours=said.get("hours", ""),
        week={number: periods_said(said, f"of_{number}") for number in range(7)},
        keeps_holidays=said.get("keeps_holidays") == "yes",
    )
    is_number = seen.isascii() and seen.isdigit() and len(seen) <= LONGEST_NUMBER
    try:
        actions.set_hours(
            queue, wanted, seen=int(seen) if is_number else 0, actor=request.actor, at=time.now()
        )
    except (Invalid, Conflict) as error:
        return _show(request, queue, said=said, problem=error)
    return _back(queue, "hours")


@require_POST
@staff_required("routing.edit")
def add_day(request: StaffRequest, ref: str) -> HttpResponse:
    """Let one date differ."""
    queue = queries.queue_for(request.actor, ref)
    said = request.POST.dict()
    try:
        actions.set_day(
            queue,
            _date(said.get("date", "")),
            periods_said(said, "day"),
            reason=said.get("reason", ""),
            actor=request.actor,
            at=time.now(),
        )
    except Invalid as error:
        return _show(request, queue, day=said, problem=error)
    return _back(queue, "day")


@require_POST
@staff_required("routing.edit")
def remove_day(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a date follow the week again."""
    queue = queries.queue_for(request.actor, ref)
    try:
        day = _date(request.POST.get("date", ""))
    except Invalid:
        raise NotThere from None
    actions.remove_day(queue, day, actor=request.actor, at=time.now())
    return _back(queue, "removed")
