"""Who is held accountable: the list with its form, and one with its story and next steps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shouwen.assurance.improvement import access, actions, queries
from shouwen.assurance.improvement.models import AccountabilityState, Conduct
from shouwen.assurance.improvement.rules.accountability import OWN, Act
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem, Words
from shouwen.ground.kit import web
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.people.staff.web import StaffRequest, staff_required

NUMBER_MAX_CHARACTERS = 20
# What each step asks for, and what its button says.
STEPS: dict[Act, tuple[Words, Words]] = {
    Act.STATE: (
        pgettext_lazy("accountability", "Your statement"),
        pgettext_lazy("accountability", "Hand in the statement"),
    ),
    Act.SILENT: (
        pgettext_lazy("accountability", "How the person was asked, and when"),
        pgettext_lazy("accountability", "Record that nothing was said"),
    ),
    Act.INVESTIGATE: (
        pgettext_lazy("accountability", "What the investigation found"),
        pgettext_lazy("accountability", "Conclude the investigation"),
    ),
    Act.DETERMINE: (
        pgettext_lazy("accountability", "Facts, basis and reasons"),
        pgettext_lazy("accountability", "Find accountable"),
    ),
    Act.CLEAR: (
        pgettext_lazy("accountability", "Why the person is not accountable"),
        pgettext_lazy("accountability", "Find not accountable"),
    ),
    Act.CONTEST: (
        pgettext_lazy("accountability", "Why you contest it"),
        pgettext_lazy("accountability", "Contest it"),
    ),
    Act.KEEP: (
        pgettext_lazy("accountability", "Why the finding stands"),
        pgettext_lazy("accountability", "Let the finding stand"),
    ),
    Act.LIFT: (
        pgettext_lazy("accountability", "Why the finding is lifted"),
        pgettext_lazy("accountability", "Lift the finding"),
    ),
    Act.HANDLE: (
        pgettext_lazy("accountability", "What was done"),
        pgettext_lazy("accountability", "Record that it is handled"),
    ),
}
# Whom the person concerned sees in place of a colleague's name.
POSTS: dict[Act, Words] = {
    Act.PROPOSE: pgettext_lazy("accountability", "Complaint department"),
    Act.SILENT: pgettext_lazy("accountability", "Inspection"),
    Act.INVESTIGATE: pgettext_lazy("accountability", "Inspection"),
}
MANAGEMENT = pgettext_lazy("accountability", "Management")


def _list(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    actor, asked = request.actor, request.GET
    state = asked.get("state", "")
    found = queries.accountabilities_of(
        actor, state=state, after=asked.get("after", ""), at=time.now()
    )
    home = reverse("improvement:accountabilities")
    states = [
        ("", _("All")),
        *((value, str(label)) for value, label in AccountabilityState.choices),
    ]
    context: dict[str, Any] = {
        "rows": found.rows,
        "older": f"{home}?{urlencode({'state': state, 'after': found.next})}" if found.next else "",
        "states": [
            (label, f"{home}?{urlencode({'state': value})}" if value else home, value == state)
            for value, label in states
        ],
        "conducts": Conduct.choices,
        "problem": problem,
        "fields": problem.fields if problem else {},
        "said": request.POST if problem else asked,
        "may_propose": staff_access.has_right(actor, access.PROPOSES),
        "may_read": access.may_read_accountability(actor),
    }
    status = problem.status if problem else 200
    return render(request, "improvement/accountabilities.html", context, status=status)


@require_GET
@staff_required()
def page(request: StaffRequest) -> HttpResponse:
    """List what concerns oneself, and what is within reach of who takes steps in it."""
    return _list(request)


def _colleague(actor: Actor, number: str) -> Person:
    people = staff.people_of(actor).filter(staff_no=number.strip()[:NUMBER_MAX_CHARACTERS])
    found = people.select_related("unit").first() if number.isprintable() else None
    if found is None:
        words = _("No colleague within your reach has this staff number.")
        raise Invalid(fields={"person": words})
    return found


@require_POST
@staff_required(access.PROPOSES)
def add(request: StaffRequest) -> HttpResponse:
    """Propose that a colleague is held accountable, then show it."""
    actor, at, said = request.actor, time.now(), request.POST

    def work() -> str:
        made = actions.propose_accountability(
            queries.complaint_numbered(actor, said.get("complaint", "").strip(), at=at),
            _colleague(actor, said.get("person", "")),
            conduct=said.get("conduct", ""),
            grounds=said.get("grounds", ""),
            actor=actor,
            at=at,
        )
        return str(made.public_id)

    body, key = web.form_body(request), web.idempotency_key(request)
    try:
        ref = idempotency.do_once(f"page:accountability:{actor.ref}", key, body, work, at=at)
    except (Conflict, Invalid) as error:
        return _list(request, error)
    return redirect("improvement:accountability", ref)


def _address(ref: str, act: Act) -> str:
    return reverse(f"improvement:accountability_{act.value.lower()}", args=[ref])


def _show(
    request: StaffRequest, ref: str, problem: Problem | None = None, tried: str = ""
) -> HttpResponse:
    actor = request.actor
    found = queries.accountability_detail(actor, ref, at=time.now())
    hides = found.hides
    context: dict[str, Any] = {
        "row": found.row,
        "story": [
            (entry, str(POSTS.get(Act(entry.act), MANAGEMENT)))
            if hides and Act(entry.act) not in OWN
            else (entry, entry.by.name)
            for entry in found.entries
        ],
        "steps": [(act.value, _address(ref, act), *STEPS[act]) for act in found.acts],
        "is_own": found.is_own,
        "hides": hides,
        "problem": problem,
        "fields": problem.fields if problem else {},
        "tried": tried,
        "said": request.POST,
    }
    status = problem.status if problem else 200
    return render(request, "improvement/accountability.html", context, status=status)


@require_GET
@staff_required()
def one(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one: its story, and what the reader may do now."""
    return _show(request, ref)


@require_POST
@staff_required()
def step(request: StaffRequest, ref: str, act: Act) -> HttpResponse:
    """Take one step, then show it as it is now; a refusal is told on its page."""
    actor, at, said = request.actor, time.now(), request.POST
    row = queries.accountability_for(actor, ref, at=at)
    try:
        seen = web.whole_number(said, "version")
        actions.take_step(row, act, words=said.get("words", ""), seen=seen, actor=actor, at=at)
    except (Conflict, Invalid) as error:
        return _show(request, ref, error, act.value)
    return redirect("improvement:accountability", ref)
