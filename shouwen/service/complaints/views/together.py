"""Working along: the task force of a major complaint, and notes among those who work on one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Problem
from shouwen.ground.kit import web
from shouwen.people.staff.models import Person
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import queries as cases
from shouwen.service.cases.views.showing import clock_rows, story
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import force as forces
from shouwen.service.complaints.actions import together as helping
from shouwen.service.complaints.models import Complaint, ForceFunction
from shouwen.service.complaints.queries import Together

ACTS = ("note", "appoint", "release", "leave")
STAFF_NO_MAX_CHARACTERS = 20


def card(one: Complaint) -> dict[str, Any]:
    """Give the task force as the complaint's own page shows it; nothing for one that has none."""
    if not one.is_major and not one.has_force:
        return {}
    force = queries.force_of(one)
    return {"force": force, "lacks": lacks(force)}


def lacks(force: queries.Force) -> list[str]:
    """Name the functions that nobody holds."""
    return [str(ForceFunction(one.value).label) for one in force.lacks]


def _context(actor: Actor, found: Together, at: datetime) -> dict[str, Any]:
    one, case = found.complaint, found.complaint.case
    context: dict[str, Any] = {
        "complaint": one,
        "case": case,
        "now": at,
        "reads_all": found.reads_all,
        "reaches": access.may_see(actor, one),
        "notes": queries.notes_of(one),
        "may_note": helping.may_note(actor, found) and one.state != "ARCHIVED",
        "said": {},
        "fields": {},
    }
    if not found.reads_all:
        return context
    force = queries.force_of(one)
    may_set = one.is_open and one.is_major and forces.may_set_force(actor, one)
    is_own = found.member is not None and found.member.person.public_id == actor.ref
    clocks = [clock for clock in cases.clocks_of_case(case, at) if clock.state != "done"]
    return {
        **context,
        "force": force,
        "lacks": lacks(force),
        "may_set": may_set,
        "may_leave": is_own and one.is_open and one.is_major,
        "functions": ForceFunction.choices,
        "clocks": clock_rows(case, clocks, at),
        "files": cases.files_of(case),
        "category": " › ".join(cases.category_path(case.category)),
        **story(cases.timeline(case), ""),
    }


@require_GET
@staff_required("case.read")
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show it to whoever works along; looking at it goes on the trail."""
    at = time.now()
    found = helping.look_together(request.actor, ref, at=at)
    return render(request, "complaints/together.html", _context(request.actor, found, at))


def _colleague(one: Complaint, number: str) -> Person:
    rows = Person.objects.filter(institution_id=one.institution_id, is_active=True)
    number = number.strip()
    found = None
    if number and number.isprintable():
        rows = rows.filter(staff_no=number[:STAFF_NO_MAX_CHARACTERS]).select_related("unit")
        found = rows.first()
    if found is None:
        raise Invalid(fields={"person": _("No active colleague here has this staff number.")})
    return found


def _work(request: StaffRequest, found: Together, act: str, at: datetime) -> None:
    one, said, actor = found.complaint, request.POST, request.actor
    match act:
        case "note":
            helping.write_note(found, words=said.get("words", ""), actor=actor, at=at)
        case "appoint":
            person = _colleague(one, said.get("person", ""))
            function = said.get("function", "")
            forces.appoint_member(one, person, function, actor=actor, at=at)
        case "release":
            try:
                member = queries.member_named(one, said.get("member", ""))
            except NotThere:
                raise forces.NotOfTheForce from None
            reason = said.get("reason", "")
            forces.release_member(one, member, reason=reason, actor=actor, at=at)
        case "leave":
            forces.leave_force(one, reason=said.get("reason", ""), actor=actor, at=at)


@require_POST
@staff_required("case.read")
def do(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Write a note, name a member, take one off, or leave; then show what is true now."""
    if act not in ACTS:
        raise Http404
    actor, at = request.actor, time.now()
    found = queries.together_for(actor, ref)

    def work() -> str:
        _work(request, found, act, at)
        return str(found.complaint.public_id)

    body, key = web.form_body(request), web.idempotency_key(request)
    body["complaint"] = [found.complaint.public_id]
    scope = f"page:together.{act}:{actor.ref}"
    try:
        idempotency.do_once(scope, key, body, work, at=at)
    except (Conflict, Invalid) as error:
        return _again(request, ref, act, error, at)
    try:
        queries.together_for(actor, ref)
    except NotThere:
        # Whoever has left reads it no more.
        return redirect("cases:tasks")
    return redirect("complaints:together", ref)


def _again(
    request: StaffRequest, ref: str, act: str, problem: Problem, at: datetime
) -> HttpResponse:
    found = queries.together_for(request.actor, ref)
    context = _context(request.actor, found, at) | {
        "problem": problem,
        "act": act,
        "said": request.POST,
        "fields": problem.fields,
    }
    return render(request, "complaints/together.html", context, status=problem.status)
