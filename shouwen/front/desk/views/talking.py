"""The middle pane: what is said, checked, kept, sent, and how a conversation ends."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.queries import contact_for
from shouwen.contact.conversations.rules.content import FILE_MAX_BYTES
from shouwen.front.desk import queries
from shouwen.front.desk.actions import drafting, handling, speaking
from shouwen.front.desk.models import DraftKind
from shouwen.front.desk.web import go_to, told_in_json
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kit.web import toast, whole_number
from shouwen.people.staff.web import StaffRequest, staff_required


@require_safe
@staff_required("contact.read")
def lines(request: StaffRequest, ref: str) -> HttpResponse:
    """Give what is new in the conversation since a number, and how it stands now."""
    after = whole_number(request.GET, "after", default=0)
    notes = whole_number(request.GET, "notes", default=0)
    news = queries.news_for(
        request.actor,
        request.person,
        ref,
        after,
        notes,
        time.now(),
        with_mine="mine" in request.GET,
    )
    has_changed = request.GET.get("state", "") != news.talk.standing
    seen = {"talk": news.talk, "mine": news.mine, "has_changed": has_changed}
    return render(request, "desk/news.html", seen)


@require_POST
@staff_required("contact.take")
@told_in_json
def check(request: StaffRequest, ref: str) -> HttpResponse:
    """Say which forbidden phrases a line holds, while it is being typed."""
    contact = contact_for(request.actor, ref)
    slips = speaking.check_line(contact, request.POST.get("body", ""))
    return JsonResponse({"hits": [slip.as_json() for slip in slips]})


@require_POST
@staff_required("contact.take")
@told_in_json
def draft(request: StaffRequest, ref: str) -> HttpResponse:
    """Keep what is typed."""
    contact = contact_for(request.actor, ref)
    body = request.POST.get("body", "")
    drafting.save_draft(contact, request.person, DraftKind.LINE, body, at=time.now())
    return JsonResponse({"kept": True})


@require_POST
@staff_required("contact.take")
@told_in_json
def send(request: StaffRequest, ref: str) -> HttpResponse:
    """Send a line to the customer."""
    message = speaking.send_line(
        contact_for(request.actor, ref),
        request.person,
        body=request.POST.get("body", ""),
        client_key=request.POST.get("client_key", ""),
        scripts=request.POST.getlist("scripts"),
        actor=request.actor,
        at=time.now(),
    )
    return JsonResponse({"id": message.public_id, "sequence": message.sequence})


@require_POST
@staff_required("contact.take")
@told_in_json
def file(request: StaffRequest, ref: str) -> HttpResponse:
    """Send a file to the customer."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid(fields={"file": _("Choose a file first.")})
    if (sent.size or 0) > FILE_MAX_BYTES:
        raise conversations.FileTooLarge
    message = speaking.send_file(
        contact_for(request.actor, ref),
        name=sent.name or "",
        data=sent.read(),
        client_key=request.POST.get("client_key", ""),
        actor=request.actor,
        at=time.now(),
    )
    return JsonResponse({"id": message.public_id, "sequence": message.sequence})


@require_POST
@staff_required("contact.take")
@told_in_json
def read(request: StaffRequest, ref: str) -> HttpResponse:
    """Note that the person has seen the customer's lines up to a number."""
    seen = speaking.note_read(
        contact_for(request.actor, ref),
        request.person,
        up_to=whole_number(request.POST, "up_to", default=0),
        actor=request.actor,
        at=time.now(),
    )
    return JsonResponse({"seen": seen})


@require_POST
@staff_required("contact.take")
@told_in_json
def typing(request: StaffRequest, ref: str) -> HttpResponse:
    """Let the customer see that someone is typing."""
    # A hint that comes when a colleague has taken over, or all has been said, is nobody's fault.
    with suppress(Conflict):
        speaking.show_typing(contact_for(request.actor, ref), actor=request.actor)
    return JsonResponse({})


@require_safe
@staff_required("contact.take")
def scripts(request: StaffRequest, ref: str) -> HttpResponse:
    """List the scripts that fit, filled as far as is known."""
    contact = contact_for(request.actor, ref)
    words = request.GET.get("q", "")[:40]
    found = queries.scripts_for(request.person, contact, words, at=time.now())
    return render(request, "desk/scripts.html", {"scripts": found})


@require_POST
@staff_required("contact.take")
def invite(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask the customer for a rating, once."""
    speaking.invite_rating(contact_for(request.actor, ref), actor=request.actor, at=time.now())
    response = HttpResponse(status=204)
    trigger_client_event(response, "desk:pull", {})
    return toast(response, _("The customer is asked for a rating."))


@require_POST
@staff_required("contact.take")
def end(request: StaffRequest, ref: str) -> HttpResponse:
    """End the conversation; the wrap-up begins."""
    contact = contact_for(request.actor, ref)
    disposition = request.POST.get("disposition", "")
    conversations.end_contact(contact, disposition=disposition, actor=request.actor, at=time.now())
    return _pull(request, ref)


@require_POST
@staff_required("contact.take")
def wrap_up(request: StaffRequest, ref: str) -> HttpResponse:
    """Finish the wrap-up and go on with the next conversation."""
    contact = contact_for(request.actor, ref)
    disposition = request.POST.get("disposition", "")
    next_ref = handling.finish(contact, disposition=disposition, actor=request.actor, at=time.now())
    return go_to(request, next_ref)


@require_POST
@staff_required("contact.take")
def give_back(request: StaffRequest, ref: str) -> HttpResponse:
    """Return the conversation to the queue, with a reason."""
    contact = contact_for(request.actor, ref)
    reason = request.POST.get("reason", "")
    handling.give_back(contact, reason=reason, actor=request.actor, at=time.now())
    return go_to(request, "")


def _pull(request: StaffRequest, ref: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return go_to(request, ref)
    response = HttpResponse(status=204)
    trigger_client_event(response, "desk:pull", {})
    return response
