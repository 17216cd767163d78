"""The working calendar: the week, the days that differ, and asking for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shouwen.contact.routing import words
from shouwen.front.console import actions
from shouwen.front.console.actions.calendar import KIND, OFF, USUAL, WORKED, Days
from shouwen.front.console.periods import periods_said, rows_of
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit import web
from shouwen.ground.policy import queries as policy
from shouwen.people.approvals import queries as approvals
from shouwen.people.staff import access
from shouwen.people.staff.web import StaffRequest, staff_required

PLACES = range(1, actions.LINES_AT_MOST + 1)
WHAT = (
    (OFF, pgettext_lazy("calendar", "Day off")),
    (WORKED, pgettext_lazy("calendar", "Worked")),
    (USUAL, pgettext_lazy("calendar", "As usual again")),
)


@require_GET
@staff_required("policy.read")
def calendar(request: StaffRequest) -> HttpResponse:
    """Show which days are worked, from when to when, and what waits for a second person."""
    return _page(request)


def _page(request: StaffRequest, problem: Problem | None = None, about: str = "") -> HttpResponse:
    now, said = time.now(), request.POST
    home = request.actor.institution_id or 0
    found = policy.working_calendar(home, now)
    fields = problem.fields if problem else {}
    periods = {
        day: periods_said(said, f"of_{day}")
        if about == "week"
        else [[f"{opens:%H:%M}", f"{ends:%H:%M}"] for opens, ends in found.week.get(day, ())]
        for day in range(len(words.WEEKDAYS))
    }
    context: dict[str, Any] = {
        "page": found,
        "week_words": words.hours_words(found.week),
        "week": [
            (name, rows_of(periods[day], f"of_{day}"), fields.get(f"week.{day}", ""))
            for day, name in enumerate(words.WEEKDAYS)
        ],
        "lines": [_line(said, fields, place) for place in PLACES],
        "what": WHAT,
        "today": day_of(now),
        "requests": approvals.approvals_of(request.actor, KIND, str(home), at=now),
        "may_edit": access.has_right(request.actor, "policy.edit"),
        "fields": fields,
        "about": about,
        "said": said,
        "problem": problem if problem and not fields else None,
        "done": _("Asked. It counts when a colleague has approved it.")
        if request.GET.get("done") and not problem
        else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/rules/calendar.html", context, status=status)


def _line(said: Mapping[str, str], fields: Mapping[str, Any], place: int) -> dict[str, Any]:
    names = ("first", "last", "what", "name")
    wrong = [fields[f"{name}_{place}"] for name in names if f"{name}_{place}" in fields]
    return {
        "place": place,
        **{name: said.get(f"{name}_{place}", "") for name in names},
        "wrong": wrong[0] if wrong else "",
    }


def _lines(said: Mapping[str, str]) -> list[Days]:
    """Read the lines that hold a day. Raises Invalid for what is no day."""
    return [
        Days(
            place=place,
            first=web.day(said, f"first_{place}"),
            last=web.day(said, f"last_{place}"),
            what=said.get(f"what_{place}", ""),
            name=said.get(f"name_{place}", ""),
        )
        for place in PLACES
        if said.get(f"first_{place}", "").strip() or said.get(f"last_{place}", "").strip()
    ]


@require_POST
@staff_required("policy.read", "policy.edit")
def ask_days(request: StaffRequest) -> HttpResponse:
    """Ask a colleague for days that differ."""
    said = request.POST.dict()
    try:
        actions.ask_days(
            _lines(said), reason=said.get("reason", ""), actor=request.actor, at=time.now()
        )
    except (Invalid, Conflict) as problem:
        return _page(request, problem, "days")
    return redirect(f"{reverse('console:rule-calendar')}?done=yes")


@require_POST
@staff_required("policy.read", "policy.edit")
def ask_week(request: StaffRequest) -> HttpResponse:
    """Ask a colleague for another week."""
    said = request.POST.dict()
    weekly = {day: periods_said(said, f"of_{day}") for day in range(len(words.WEEKDAYS))}
    try:
        actions.ask_week(weekly, reason=said.get("reason", ""), actor=request.actor, at=time.now())
    except (Invalid, Conflict) as problem:
        return _page(request, problem, "week")
    return redirect(f"{reverse('console:rule-calendar')}?done=yes")
