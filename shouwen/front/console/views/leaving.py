"""Somebody leaves: everything in their name on one page, handed over in one act."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.actions import Shares
from shouwen.people.staff.models import Person
from shouwen.people.staff.web import StaffRequest, staff_required

ITEMS_SHOWN = 100
STAFF_NO_CHARACTERS = 20


def _back(request: StaffRequest, person: Person, done: str) -> HttpResponse:
    if access.has_right(request.actor, "staff.edit"):
        return redirect(f"{reverse('console:person', args=[person.public_id])}?done={done}")
    return redirect(f"{reverse('console:handover', args=[person.public_id])}?done={done}")


def _show(request: StaffRequest, person: Person, *, problem: Problem | None = None) -> HttpResponse:
    said = request.POST
    people, units = queries.heirs_of(request.actor, person)
    fields = problem.fields if problem else {}
    work = []
    for line in queries.open_work(person):
        code = line.kind.code
        rows = [
            (item, f"{code}:{item.ref}", said.get(f"{code}:{item.ref}", ""))
            for item in line.items[:ITEMS_SHOWN]
        ]
        work.append((line.kind, rows, len(line.items), said.get(code, ""), fields.get(code, "")))
    context = {
        "person": person,
        "work": work,
        "people": people,
        "units": units,
        "fields": fields,
        "problem": problem if problem and not fields else None,
        "said": said,
        # What is asked and said stays with those who may read it.
        "may_read": access.has_right(request.actor, "case.read"),
        "may_disable": access.has_right(request.actor, "staff.edit") and person.is_active,
        "wants": request.GET.get("for", "") or said.get("then", ""),
        "done": request.GET.get("done", "") == "handed" and not problem,
    }
    status = problem.status if problem else 200
    return render(request, "console/people/handover.html", context, status=status)


def _shares(request: StaffRequest, person: Person) -> Shares:
    """Read who gets what. Raises Invalid for a staff number that nobody listed has."""
    said = request.POST
    people, _units = queries.heirs_of(request.actor, person)
    by_number = {one.staff_no: one.public_id for one in people}
    by_kind: dict[str, str] = {}
    by_item: dict[tuple[str, str], str] = {}
    wrong: dict[str, Any] = {}
    for line in queries.open_work(person):
        code = line.kind.code
        by_kind[code] = said.get(code, "")
        for item in line.items[:ITEMS_SHOWN]:
            key = f"{code}:{item.ref}"
            number = said.get(key, "").strip()[:STAFF_NO_CHARACTERS]
            if not number:
                continue
            if number not in by_number:
                wrong[key] = _("Enter the staff number of a colleague in the list.")
            by_item[code, item.ref] = by_number.get(number, "")
    if wrong:
        raise Invalid(fields=wrong)
    return Shares(by_kind, by_item)


@require_http_methods(["GET", "POST"])
@staff_required("staff.read")
def handover(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what is open in somebody's name, hand it over, and disable the account if wanted."""
    person = queries.leaver_for(request.actor, ref)
    if request.method == "GET":
        return _show(request, person)
    said, at = request.POST, time.now()
    goes = said.get("then", "") == "disable"
    act = actions.let_go if goes else actions.hand_over_work
    try:
        shares = _shares(request, person)
        act(person, shares, reason=said.get("reason", ""), actor=request.actor, at=at)
    except (Invalid, Conflict) as problem:
        return _show(request, person, problem=problem)
    return _back(request, person, "disabled" if goes else "handed")
