"""Internal notes: the dialog, whom it may mention, and what mentions the person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.queries import contact_for
from shouwen.front.desk import forms, queries
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.web import close_dialogs, dialog, idempotency_key, toast
from shouwen.people.staff.web import StaffRequest, staff_required


@require_http_methods(["GET", "POST"])
@staff_required("contact.take")
def note(request: StaffRequest, ref: str) -> HttpResponse:
    """Open the dialog of a note, or leave the note."""
    if request.method == "GET":
        return _dialog(request, ref)
    try:
        conversations.add_note(
            contact_for(request.actor, ref),
            body=request.POST.get("body", ""),
            mentions=request.POST.getlist("mentions"),
            client_key=idempotency_key(request),
            actor=request.actor,
            at=time.now(),
        )
    except Invalid as problem:
        return _dialog(request, ref, problem)
    response = HttpResponse(status=204)
    trigger_client_event(response, "desk:pull", {})
    return toast(close_dialogs(response), _("Note kept. The customer cannot see it."))


def _dialog(request: StaffRequest, ref: str, problem: Invalid | None = None) -> HttpResponse:
    shown = queries.note_form(
        request.actor,
        ref,
        body=request.POST.get("body", ""),
        chosen=request.POST.getlist("mentions")[: forms.MOST_CHOSEN],
    )
    return dialog(request, "desk/note_form.html", {"form": shown}, problem)


@require_safe
@staff_required("contact.take")
def colleagues(request: StaffRequest, ref: str) -> HttpResponse:
    """List whom the note may mention, those chosen already on top."""
    shown = queries.note_form(
        request.actor,
        ref,
        chosen=request.GET.getlist("mentions")[: forms.MOST_CHOSEN],
        q=request.GET.get("q", "")[: forms.KEY_MAX_CHARACTERS],
    )
    return render(request, "desk/note_form.html#colleagues", {"form": shown})


@require_safe
@staff_required("contact.take")
def mentions(request: StaffRequest) -> HttpResponse:
    """Refresh what mentions the person."""
    found = queries.mentions_for(request.actor)
    return render(request, "desk/mentions.html", {"mentions": found})
