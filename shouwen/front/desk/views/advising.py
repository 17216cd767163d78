"""Knowledge beside the conversation: what may be said, taking it, asking for what is missing."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from shouwen.front.desk import queries
from shouwen.front.desk.actions import advising
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.web import idempotency_key, toast, whole_number
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.knowledge import actions as knowledge


def _show(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.advice_for(request.actor, ref, time.now())
    return render(request, "desk/advice.html", {"advice": found})


@require_safe
@staff_required("contact.read", "knowledge.read")
def advice(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what knowledge says to the customer's newest line, and what was used."""
    return _show(request, ref)


@require_POST
@staff_required("contact.take", "knowledge.read")
def take_answer(request: StaffRequest, ref: str) -> HttpResponse:
    """Put an article's words into the draft and note its use."""
    words = advising.take_answer(
        request.actor,
        ref,
        request.POST.get("article", ""),
        sequence=whole_number(request.POST, "sequence", default=0),
        at=time.now(),
    )
    return trigger_client_event(_show(request, ref), "desk:say", {"words": words})


@require_POST
@staff_required("contact.take", "knowledge.read")
def ask_for_article(request: StaffRequest, ref: str) -> HttpResponse:
    """Tell the editors which article is missing; the same form asks once."""
    queries.advice_for(request.actor, ref, time.now())
    said = {name: request.POST.get(name, "") for name in ("words", "note")}
    try:
        knowledge.ask_once(**said, key=idempotency_key(request), actor=request.actor, at=time.now())
    except Invalid as problem:
        words = " ".join(str(each) for each in problem.fields.values()) or str(problem)
        return toast(HttpResponse(status=204), words, tone="over")
    return toast(_show(request, ref), _("Thank you. The editors see your request."))
