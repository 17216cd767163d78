"""One case: the page, and the parts that fetch themselves again when something changes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.views import as_download
from shouwen.ground.kernel import time
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import EntryKind
from shouwen.service.cases.views import showing

TALK_MESSAGES = 200


def kind_asked(request: StaffRequest) -> str:
    """Give the timeline filter of a request; anything unknown means all."""
    kind = request.GET.get("kind", "")
    return kind if kind in EntryKind.values else ""


@require_GET
@staff_required("case.read")
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show a case; looking at it goes on the trail."""
    at = time.now()
    case = actions.view_case(request.actor, ref, at=at)
    context = showing.case_page(request.actor, case, at, kind_asked(request))
    return render(request, "cases/case.html", context)


@require_GET
@staff_required("case.read")
def parts(request: StaffRequest, ref: str) -> HttpResponse:
    """Give head, timeline and side again; what is being typed is left alone."""
    at = time.now()
    case = queries.case_to_read(request.actor, ref)
    context = showing.case_page(request.actor, case, at, kind_asked(request))
    return render(request, "cases/case.html#parts", context)


@require_GET
@staff_required("case.read")
def plan(request: StaffRequest, ref: str) -> HttpResponse:
    """Give the solution card again."""
    at = time.now()
    case = queries.case_to_read(request.actor, ref)
    return render(request, "cases/case.html#plan", showing.case_page(request.actor, case, at))


@require_GET
@staff_required("case.read")
def material(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand a file of the customer out; opening it goes on the trail."""
    return as_download(actions.open_material(ref, actor=request.actor, at=time.now()))


@require_GET
@staff_required("case.read", "contact.read")
def talk(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what was said in the conversation a case came of; reading it goes on the trail."""
    case, contact = actions.read_conversation(request.actor, ref, at=time.now())
    talked = conversations.last_messages(contact, limit=TALK_MESSAGES)
    return render(
        request,
        "cases/dialogs/talk.html",
        {"case": case, "contact": contact, "talk": talked, "cut": len(talked) == TALK_MESSAGES},
    )
