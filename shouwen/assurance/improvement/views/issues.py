"""Issues: the list with its form, and one issue with what may be done to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.assurance.improvement import access, actions, queries
from shouwen.assurance.improvement.actions import Found
from shouwen.assurance.improvement.models import Caller, Issue, IssueState, Scope
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Problem
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit import web
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.web import StaffRequest, staff_required

ACTS = (
    "report",
    "assign",
    "rectify",
    "accept",
    "send-back",
    "evaluate",
    "close",
    "reopen",
    "major",
    "meet",
    "measure",
    "take-back",
)
YES = "yes"


def _list(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    actor, at, asked = request.actor, time.now(), request.GET
    state = asked.get("state", "")
    found = queries.issues_of(actor, state=state, after=asked.get("after", ""), at=at)
    home = reverse("improvement:issues")
    states = [("", _("All")), *((value, str(label)) for value, label in IssueState.choices)]
    on = urlencode({"state": state, "after": found.next})
    context: dict[str, Any] = {
        "lines": found.lines,
        "older": f"{home}?{on}" if found.next else "",
        "states": [
            (label, f"{home}?{urlencode({'state': value})}" if value else home, value == state)
            for value, label in states
        ],
        "scopes": Scope.choices,
        "causes": [li.cause for li in queries.cause_lines(actor) if not li.cause.is_retired],
        "problem": problem,
        "fields": problem.fields if problem else {},
        "said": request.POST if problem else asked,
        "may_raise": staff_access.has_right(actor, access.WORKS_ISSUES),
    }
    status = problem.status if problem else 200
    return render(request, "improvement/issues.html", context, status=status)


@require_GET
@staff_required(access.READS_ISSUES)
def page(request: StaffRequest) -> HttpResponse:
    """List issues, newest first, with the limits that run."""
    return _list(request)


@require_POST
@staff_required(access.READS_ISSUES, access.WORKS_ISSUES)
def add(request: StaffRequest) -> HttpResponse:
    """Record an issue, then show it."""
    actor, at, said = request.actor, time.now(), request.POST

    def work() -> str:
        cause, number = said.get("cause", ""), said.get("complaint", "").strip()
        found = Found(
            title=said.get("title", ""),
            description=said.get("description", ""),
            scope=said.get("scope", ""),
            cause=queries.cause_named(actor, cause) if cause else None,
            complaint=queries.complaint_numbered(actor, number, at=at) if number else None,
        )
        return str(actions.raise_issue(found, actor=actor, at=at).public_id)

    body, key = web.form_body(request), web.idempotency_key(request)
    try:
        ref = idempotency.do_once(f"page:issue:{actor.ref}", key, body, work, at=at)
    except (Conflict, Invalid) as error:
        return _list(request, error)
    return redirect("improvement:issue", ref)


def _show(request: StaffRequest, ref: str, problem: Problem | None = None) -> HttpResponse:
    actor = request.actor
    found = queries.issue_detail(actor, ref, at=time.now())
    open_acts = [str(act) for act in found.acts]
    chooses = {"ASSIGN", "MEASURE"} & set(open_acts)
    units, people = queries.owners_to_choose(actor) if chooses else ([], [])
    context: dict[str, Any] = {
        "row": found.issue,
        "clocks": found.clocks,
        "story": [
            (entry, entry.sequence in found.taken_back, entry.sequence in found.retractable)
            for entry in found.entries
        ],
        "measures": found.measures,
        "meeting": found.meeting if found.issue.met_on else None,
        "callers": Caller.choices,
        "acts": open_acts,
        "units": units,
        "people": people,
        "problem": problem,
        "fields": problem.fields if problem else {},
        "said": request.POST,
        "today": day_of(time.now()),
    }
    status = problem.status if problem else 200
    return render(request, "improvement/issue.html", context, status=status)


@require_GET
@staff_required(access.READS_ISSUES)
def issue(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one issue: its limits, its story, what may be done now."""
    return _show(request, ref)


def _unit_and_owner(said: QueryDict, actor: Actor) -> tuple[Unit, Person]:
    wrong = _("Choose one of the values offered.")
    try:
        unit = staff.unit_for(actor, said.get("unit", ""))
    except NotThere:
        raise Invalid(fields={"unit": wrong}) from None
    try:
        return unit, staff.person_for(actor, said.get("owner", ""))
    except NotThere:
        raise Invalid(fields={"owner": wrong}) from None


def _do(found: Issue, name: str, said: QueryDict, actor: Actor, at: datetime) -> None:
    words = said.get("words", "")
    match name:
        case "report":
            actions.report_issue(found, words=words, actor=actor, at=at)
        case "assign":
            unit, owner = _unit_and_owner(said, actor)
            actions.assign_issue(
                found,
                unit=unit,
                owner=owner,
                standard=said.get("standard", ""),
                acceptance=said.get("acceptance", ""),
                actor=actor,
                at=at,
            )
        case "rectify":
            actions.rectify_issue(found, report=said.get("report", ""), actor=actor, at=at)
        case "accept":
            day = web.day({"effect_on": said.get("effect_on", "")}, "effect_on")
            if day is None:
                raise Invalid(fields={"effect_on": _("Choose a day after today, within a year.")})
            actions.accept_issue(found, words=words, effect_on=day, actor=actor, at=at)
        case "send-back":
            actions.send_back_issue(found, reason=said.get("reason", ""), actor=actor, at=at)
        case "evaluate":
            answer = said.get("is_effective", "")
            if answer not in (YES, "no"):
                raise Invalid(fields={"is_effective": _("Choose one of the values offered.")})
            actions.evaluate_issue(
                found, is_effective=answer == YES, words=words, actor=actor, at=at
            )
        case "close":
            actions.close_issue(found, actor=actor, at=at)
        case "major" | "meet" | "measure" | "take-back":
            _plan(found, name, said, actor, at)
        case _:
            actions.reopen_issue(found, reason=said.get("reason", ""), actor=actor, at=at)


def _day(said: QueryDict, name: str) -> date:
    found = web.day({name: said.get(name, "")}, name)
    if found is None:
        raise Invalid(fields={name: _("Choose a day.")})
    return found


def _plan(found: Issue, name: str, said: QueryDict, actor: Actor, at: datetime) -> None:
    reason = said.get("reason", "")
    match name:
        case "major":
            actions.mark_major(found, reason=reason, actor=actor, at=at)
        case "meet":
            met = actions.Met(
                called_by=said.get("called_by", ""),
                held_on=_day(said, "held_on"),
                people=said.get("people", ""),
                plan=said.get("plan", ""),
            )
            actions.record_meeting(found, met, actor=actor, at=at)
        case "measure":
            try:
                owner = staff.person_for(actor, said.get("owner", ""))
            except NotThere:
                wrong = _("Choose one of the values offered.")
                raise Invalid(fields={"owner": wrong}) from None
            what, due_on = said.get("what", ""), _day(said, "due_on")
            actions.add_measure(found, what=what, owner=owner, due_on=due_on, actor=actor, at=at)
        case _:
            entry = web.whole_number(said, "entry")
            actions.take_back(found, entry, reason=reason, actor=actor, at=at)


@require_POST
@staff_required(access.READS_ISSUES)
def do(request: StaffRequest, ref: str, name: str) -> HttpResponse:
    """Do one act, then show the issue as it is now; a refusal is told on its page."""
    found = queries.issue_for(request.actor, ref)
    try:
        _do(found, name, request.POST, request.actor, time.now())
    except (Conflict, Invalid) as error:
        return _show(request, ref, error)
    return redirect("improvement:issue", ref)
