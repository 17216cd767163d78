"""What a lead does on the floor: sees who speaks with whom, whispers, takes over, clears spam."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.queries import contact_for
from shouwen.front.desk.actions import clearing
from shouwen.front.desk.queries import running as queries
from shouwen.front.desk.web import go_to
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.web import close_dialogs, dialog, idempotency_key, toast
from shouwen.people.staff.web import StaffRequest, staff_required


def _address(asked: queries.Asked, **changes: str) -> str:
    values = {"view": asked.view, "person": asked.person} | changes
    wanted = {name: value for name, value in values.items() if value}
    return f"{reverse('desk:running')}?{urlencode(wanted)}"


@require_safe
@staff_required("contact.supervise")
def running(request: StaffRequest) -> HttpResponse:
    """Show what goes on or waits, the longest first."""
    get = request.GET.get
    view = get("view", queries.LIVE)
    asked = queries.Asked(
        view=view if view in queries.VIEWS else queries.LIVE,
        person=get("person", ""),
        after=get("after", ""),
    )
    floor = queries.running(request.actor, request.person, asked, time.now())
    context = {
        "floor": floor,
        "asked": asked,
        "tabs": [
            (name, words, _address(asked, view=name, person=""), floor.counts[name])
            for name, (words, _state) in queries.VIEWS.items()
        ],
        "everyone": _address(asked, person=""),
        "older": _address(asked, after=floor.next) if floor.next else "",
        "newer": _address(asked) if asked.after else "",
    }
    return render(request, "desk/running.html", context)


@require_http_methods(["GET", "POST"])
@staff_required("contact.supervise")
def whisper(request: StaffRequest, ref: str) -> HttpResponse:
    """Open the dialog of a whisper, or whisper."""
    problem = None
    if request.method == "POST":
        try:
            conversations.whisper(
                contact_for(request.actor, ref),
                body=request.POST.get("body", ""),
                client_key=idempotency_key(request),
                actor=request.actor,
                at=time.now(),
            )
        except Invalid as error:
            problem = error
        else:
            response = HttpResponse(status=204)
            trigger_client_event(response, "desk:pull", {})
            return toast(close_dialogs(response), _("Whispered. The customer cannot see it."))
    shown = {"sheet": queries.supervised(request.actor, ref), "said": request.POST}
    return dialog(request, "desk/whisper_form.html", shown, problem)


@require_http_methods(["GET", "POST"])
@staff_required("contact.supervise")
def take_over(request: StaffRequest, ref: str) -> HttpResponse:
    """Open the dialog of a take-over, or take the conversation over and go on with it."""
    problem = None
    if request.method == "POST":
        said = conversations.TakeOver(
            reason=request.POST.get("reason", ""),
            words=request.POST.get("words", ""),
            seen_handler=request.POST.get("handler", ""),
        )
        contact = contact_for(request.actor, ref)
        try:
            conversations.take_over(contact, said, actor=request.actor, at=time.now())
        except Invalid as error:
            problem = error
        else:
            response = close_dialogs(go_to(request, ref))
            return toast(response, _("The conversation is in your hands now."))
    shown = {"sheet": queries.supervised(request.actor, ref), "said": request.POST}
    return dialog(request, "desk/takeover_form.html", shown, problem)


@require_http_methods(["GET", "POST"])
@staff_required("contact.supervise")
def spam(request: StaffRequest) -> HttpResponse:
    """Ask whether the selected conversations are spam, or close them and name what stays."""
    if request.method == "GET":
        return _spam_dialog(request, request.GET.getlist("ref"))
    refs = request.POST.getlist("ref")
    outcomes: list[clearing.Outcome] = []

    def work() -> str:
        outcomes.extend(clearing.clear_spam(refs, actor=request.actor, at=time.now()))
        return "spam"

    scope = f"page:desk.spam:{request.actor.ref}"
    try:
        idempotency.do_once(scope, idempotency_key(request), {"ref": refs}, work, at=time.now())
    except Invalid as problem:
        return _spam_dialog(request, refs, problem)
    context = {
        "done": [one for one in outcomes if not one.problem],
        "refused": [one for one in outcomes if one.problem],
    }
    response = render(request, "desk/spam_done.html", context)
    # The list behind the dialog lets go of what was selected and fetches itself.
    trigger_client_event(response, "sw-unselect", {})
    return trigger_client_event(response, "desk:cleared", {})


def _spam_dialog(
    request: StaffRequest, refs: list[str], problem: Invalid | None = None
) -> HttpResponse:
    rows = queries.chosen(request.actor, request.person, refs, time.now())
    return dialog(request, "desk/spam_form.html", {"rows": rows}, problem)
