"""The roster of a unit's week: planned, published, with shifts and absences; and one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as day_time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.models import AbsenceKind, Person, Unit
from shouwen.people.staff.web import StaffRequest, staff_required

MOST_CHOSEN = 300


def _day(text: str, field: str = "day") -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={field: _("Choose a date.")}) from None


def _clock(text: str, field: str) -> day_time:
    try:
        return day_time.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={field: _("Enter a time such as 09:00.")}) from None


def _where(request: StaffRequest) -> tuple[Unit, date]:
    """Give the unit and the day asked for: by default the asker's own, this week."""
    said = request.POST if request.method == "POST" else request.GET
    unit = queries.unit_for(request.actor, said.get("unit") or request.person.unit.public_id)
    try:
        day = date.fromisoformat(said.get("week", ""))
    except ValueError:
        day = day_of(time.now())
    return unit, day


def show(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    """Show the unit's week, with what could not be done."""
    unit, day = _where(request)
    roster = queries.roster(request.actor, unit.public_id, day)
    said, now = request.POST, time.now()
    week = timedelta(days=7)
    people = [row.person for row in roster.rows]
    context = {
        "roster": roster,
        "units": queries.unit_tree(request.actor),
        "shifts": queries.shifts_of(request.actor),
        "kinds": AbsenceKind.choices,
        "today": day_of(now),
        "deputies": queries.deputies_of_unit(request.actor, unit.pk, now),
        "deputies_back": "unit",
        "people": people,
        "colleagues": queries.people_of(request.actor).filter(is_active=True)[:MOST_CHOSEN],
        "may_plan": True,
        "before": roster.monday - week,
        "after": roster.monday + week,
        "chosen_people": set(said.getlist("people")),
        "chosen_days": set(said.getlist("days")),
        "said": said,
        "problem": problem if problem and not problem.fields else None,
        "fields": problem.fields if problem else {},
        "done": _done_words(request) if not problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/roster.html", context, status=status)


def _done_words(request: StaffRequest) -> str:
    count = request.GET.get("n", "")
    number = int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 0
    match request.GET.get("done", ""):
        case "planned":
            words = ngettext("%(n)s shift is planned.", "%(n)s shifts are planned.", number)
            return words % {"n": number}
        case "taken_off":
            return _("Taken off the roster.")
        case "published":
            return _("The week is published; everybody planned in it sees it now.")
        case "shift":
            return _("The list of shifts is changed.")
        case "absence":
            return _("The absence is noted.")
        case "back":
            return _("The absence is ended.")
        case "deputy":
            return _("The deputy is named; it counts on the days noted as absent.")
        case "deputy_ended":
            return _("Nobody stands in any more.")
        case _:
            return ""


@require_GET
@staff_required("staff.read")
def roster(request: StaffRequest) -> HttpResponse:
    """Show a unit's week."""
    return show(request)


def _act(request: StaffRequest, done: str, do: Callable[[Unit, date], Any]) -> HttpResponse:
    """Do one thing to the week on the screen; what cannot be done is said there."""
    unit, day = _where(request)
    try:
        count = do(unit, day)
    except (Invalid, Conflict) as problem:
        return show(request, problem)
    query = {"unit": unit.public_id, "week": day.isoformat(), "done": done}
    if isinstance(count, int):
        query["n"] = str(count)
    return redirect(f"{reverse('console:roster')}?{urlencode(query)}")


def _chosen(request: StaffRequest) -> list[Person]:
    refs = request.POST.getlist("people")[:MOST_CHOSEN]
    return list(queries.people_of(request.actor).filter(public_id__in=refs))


@require_POST
@staff_required("staff.read")
def plan(request: StaffRequest) -> HttpResponse:
    """Plan the chosen people for a shift on the chosen days."""

    def do(unit: Unit, _day_shown: date) -> int:
        days = [_day(text, "days") for text in request.POST.getlist("days")]
        listed = {one.public_id: one for one in queries.shifts_of(request.actor)}
        shift = listed.get(request.POST.get("shift", ""))
        if shift is None:
            raise Invalid(fields={"shift": _("Choose one of the listed shifts.")})
        people = _chosen(request)
        return actions.plan_shifts(unit, people, days, shift, actor=request.actor, at=time.now())

    return _act(request, "planned", do)


@require_POST
@staff_required("staff.read")
def take_off(request: StaffRequest) -> HttpResponse:
    """Take somebody off a shift."""

    def do(_unit: Unit, _day_shown: date) -> None:
        planned = queries.planned_for(request.actor, request.POST.get("line", ""))
        actions.take_off(planned, actor=request.actor, at=time.now())

    return _act(request, "taken_off", do)


@require_POST
@staff_required("staff.read")
def copy(request: StaffRequest) -> HttpResponse:
    """Plan the week like the one before."""

    def do(unit: Unit, day: date) -> int:
        monday = day - timedelta(days=day.weekday())
        return actions.copy_week(unit, monday, actor=request.actor, at=time.now())

    return _act(request, "planned", do)


@require_POST
@staff_required("staff.read")
def publish(request: StaffRequest) -> HttpResponse:
    """Show the week to the people planned in it."""

    def do(unit: Unit, day: date) -> None:
        monday = day - timedelta(days=day.weekday())
        actions.publish_week(unit, monday, actor=request.actor, at=time.now())

    return _act(request, "published", do)


@require_POST
@staff_required("staff.read")
def add_shift(request: StaffRequest) -> HttpResponse:
    """Add a shift to the list."""
    said = request.POST

    def do(_unit: Unit, _day_shown: date) -> None:
        actions.define_shift(
            request.person.institution,
            name_zh=said.get("name_zh", ""),
            name_en=said.get("name_en", ""),
            begins=_clock(said.get("begins", ""), "begins"),
            ends=_clock(said.get("ends", ""), "ends"),
            actor=request.actor,
            at=time.now(),
        )

    return _act(request, "shift", do)


@require_POST
@staff_required("staff.read")
def close_shift(request: StaffRequest) -> HttpResponse:
    """Take a shift out of the list."""

    def do(_unit: Unit, _day_shown: date) -> None:
        shift = queries.shift_for(request.actor, request.POST.get("shift", ""))
        actions.close_shift(shift, actor=request.actor, at=time.now())

    return _act(request, "shift", do)


@require_POST
@staff_required("staff.read")
def add_absence(request: StaffRequest) -> HttpResponse:
    """Note that somebody is away."""
    said = request.POST

    def do(_unit: Unit, _day_shown: date) -> None:
        found = queries.people_of(request.actor).filter(public_id=said.get("person", "")[:60])
        person = found.first()
        if person is None:
            raise Invalid(fields={"person": _("Choose one of the listed people.")})
        actions.note_absence(
            person,
            said.get("kind", ""),
            _day(said.get("from_on", ""), "from_on"),
            _day(said.get("to_on", ""), "to_on"),
            actor=request.actor,
            at=time.now(),
        )

    return _act(request, "absence", do)


@require_POST
@staff_required("staff.read")
def end_absence(request: StaffRequest) -> HttpResponse:
    """Let somebody be there again."""

    def do(_unit: Unit, _day_shown: date) -> None:
        absence = queries.absence_for(request.actor, request.POST.get("absence", ""))
        actions.end_absence(absence, actor=request.actor, at=time.now())

    return _act(request, "back", do)


@require_GET
@staff_required()
def own(request: StaffRequest) -> HttpResponse:
    """Show one's own next two weeks, and who works in whose place."""
    return show_own(request)


def show_own(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    """Show one's own page, with what could not be done."""
    actor, now = request.actor, time.now()
    days = queries.own_days(actor, now)
    named = queries.own_deputies(actor, now)
    today = day_of(now)
    is_away = bool(days) and days[0][2] is not None
    may_name = access.has_right(actor, "staff.read")
    colleagues = queries.colleagues(actor) if may_name else []
    wrong = next(iter(problem.fields.values()), None) if problem else None
    context = {
        "days": days,
        "deputies": named,
        "deputies_back": "",
        "working_for_me": [
            one
            for one in named
            if is_away and one.person.public_id == actor.ref and one.from_on <= today
        ],
        "colleagues": colleagues,
        "may_name": may_name,
        "problem": wrong or problem,
        "done": _done_words(request) if not problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/own_roster.html", context, status=status)
