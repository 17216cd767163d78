"""Webhooks on the system pages: list, one with its deliveries, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.front.integrations import access, actions, queries
from shouwen.front.integrations.models import DeliveryState, Webhook
from shouwen.front.integrations.rules.catalogue import GROUPS, KINDS
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from shouwen.ground.kit import web
from shouwen.people.approvals import queries as approvals
from shouwen.people.staff import queries as staff
from shouwen.people.staff.web import StaffRequest, staff_required

Act = Callable[[Webhook], None]


def _groups(chosen: list[str]) -> list[tuple[Any, list[tuple[str, Any, bool]]]]:
    """Give the kinds of events by group, each with whether it is chosen."""
    return [
        (
            words,
            [
                (kind.code, kind.words, kind.code in chosen)
                for kind in KINDS
                if kind.code.partition(".")[0] == group
            ],
        )
        for group, words in GROUPS
    ]


def _done(code: str) -> str:
    """Word what has just been done; an unknown code says nothing."""
    return {
        "change": _("Asked. The change counts once a second person approves it."),
        "on": _("The webhook is on. What waits goes out now."),
        "off": _("The webhook is off. Nothing is sent any more."),
        "test": _("A test event is on its way. The result appears below."),
        "again": _("The event is on its way again, under its own id."),
    }.get(code, "")


@require_GET
@staff_required("webhook.read")
def webhooks(request: StaffRequest) -> HttpResponse:
    """List the webhooks of the institution and how they fare."""
    part = "#list" if request.headers.get("HX-Request") else ""
    context = {
        "rows": queries.summaries(queries.webhooks_of(request.actor)),
        "may_manage": access.may_manage(request.actor),
        "institution": request.person.institution.code,
    }
    return render(request, f"integrations/webhooks.html{part}", context)


def _form(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    context = {
        "said": request.POST,
        "groups": _groups(request.POST.getlist("events")),
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
    }
    return render(
        request, "integrations/new.html", context, status=problem.status if problem else 200
    )


@require_http_methods(["GET", "POST"])
@staff_required("webhook.read", "webhook.manage")
def new(request: StaffRequest) -> HttpResponse:
    """Ask for a webhook; its secret is shown this once."""
    if request.method == "GET":
        return _form(request)
    try:
        found, secret = _ask_once(request)
    except (Invalid, Conflict, NotAllowed) as problem:
        return _form(request, problem)
    if not secret:
        return redirect(reverse("integrations:webhook", args=[found.public_id]))
    return render(request, "integrations/secret.html", {"webhook": found, "secret": secret})


def _given(said: QueryDict) -> dict[str, Any]:
    return {
        "name": said.get("name", ""),
        "address": said.get("address", ""),
        "events": said.getlist("events"),
        "reason": said.get("reason", ""),
    }


def _ask_once(request: StaffRequest) -> tuple[Webhook, str]:
    """Ask once for each shown form; the secret is empty for a repeat."""
    actor, at, given = request.actor, time.now(), _given(request.POST)
    key = web.idempotency_key(request)
    if not key:
        raise Invalid(fields={"name": _("Reload the page and try again.")})
    secret = ""
    with idempotency.once(f"page:webhook.new:{actor.ref}", key, given, at=at) as slot:
        if not slot.reference:
            home = staff.own_institution(actor)
            made, secret = actions.ask_webhook(home, **given, actor=actor, at=at)
            slot.finish(made.public_id)
        ref = slot.reference or slot.row.reference
    return queries.webhook_for(actor, ref), secret


def _page(
    request: StaffRequest, found: Webhook, *, problem: Problem | None = None, form: str = ""
) -> HttpResponse:
    actor, at = request.actor, time.now()
    state = request.GET.get("state", "")
    status = problem.status if problem else 200
    try:
        page = queries.deliveries_of(found, state=state, cursor=request.GET.get("after", ""))
    except Invalid:
        page, status = queries.deliveries_of(found, state=state), 422
    here = reverse("integrations:webhook", args=[found.public_id])
    chosen = request.POST if form == "change" else None
    tabs = [("", pgettext("deliveries", "All"))] + [
        (each.value, each.label) for each in DeliveryState
    ]
    context = {
        "summary": queries.summary_of(found),
        "webhook": found,
        "page": page,
        "here": request.get_full_path() if request.method == "GET" else here,
        "tabs": [(f"{here}?state={code}" if code else here, label, code) for code, label in tabs],
        "state": state if state in DeliveryState.values else "",
        "older": f"{here}?state={state}&after={page.next}" if page.next else "",
        "may_manage": access.may_manage(actor),
        "requests": approvals.approvals_of(
            actor, "integrations.webhook", found.public_id, at=at, limit=3
        ),
        "institution": request.person.institution.code,
        "groups": _groups(chosen.getlist("events") if chosen else found.event_types),
        "said": chosen,
        "form": form,
        "asked": request.POST,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not form else None,
        "done": "" if problem else _done_of(request),
    }
    part = "#live" if request.headers.get("HX-Request") and request.method == "GET" else ""
    return render(request, f"integrations/webhook.html{part}", context, status=status)


def _done_of(request: StaffRequest) -> str:
    many = request.GET.get("replayed", "")
    if many.isascii() and many.isdigit() and len(many) < 7:
        count = int(many)
        words = ngettext(
            "%(n)s event is on its way again.", "%(n)s events are on their way again.", count
        )
        return words % {"n": count}
    return _done(request.GET.get("done", ""))


@require_GET
@staff_required("webhook.read")
def webhook(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one webhook with what was sent."""
    return _page(request, queries.webhook_for(request.actor, ref))


def _act_on(request: StaffRequest, ref: str, code: str, act: Act, form: str = "") -> HttpResponse:
    """Do one thing to a webhook; what cannot be done is said on its page."""
    found = queries.webhook_for(request.actor, ref)
    try:
        act(found)
    except (Invalid, Conflict, NotAllowed) as problem:
        found.refresh_from_db()
        return _page(request, found, problem=problem, form=form if problem.fields else "")
    return redirect(f"{reverse('integrations:webhook', args=[ref])}?{code}")


@require_POST
@staff_required("webhook.read", "webhook.manage")
def change(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask for another name, address or choice of events."""
    given, actor, at = _given(request.POST), request.actor, time.now()
    return _act_on(
        request,
        ref,
        "done=change",
        lambda found: actions.ask_change(found, **given, actor=actor, at=at),
        form="change",
    )


@require_POST
@staff_required("webhook.read", "webhook.manage")
def secret(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask for another secret, which is shown this once."""
    found = queries.webhook_for(request.actor, ref)
    reason = request.POST.get("reason", "")
    try:
        fresh = actions.ask_secret(found, reason=reason, actor=request.actor, at=time.now())
    except (Invalid, Conflict, NotAllowed) as problem:
        found.refresh_from_db()
        return _page(request, found, problem=problem, form="secret" if problem.fields else "")
    context = {"webhook": found, "secret": fresh, "is_next": True}
    return render(request, "integrations/secret.html", context)


@require_POST
@staff_required("webhook.read", "webhook.manage")
def on(request: StaffRequest, ref: str) -> HttpResponse:
    """Send again."""
    return _act_on(
        request,
        ref,
        "done=on",
        lambda found: actions.switch_on(found, actor=request.actor, at=time.now()),
    )


@require_POST
@staff_required("webhook.read", "webhook.manage")
def off(request: StaffRequest, ref: str) -> HttpResponse:
    """Stop sending at once."""
    return _act_on(
        request,
        ref,
        "done=off",
        lambda found: actions.switch_off(found, actor=request.actor, at=time.now()),
    )


@require_POST
@staff_required("webhook.read", "webhook.manage")
def test(request: StaffRequest, ref: str) -> HttpResponse:
    """Send a test event."""

    def act(found: Webhook) -> None:
        actions.send_test(found, actor=request.actor, at=time.now())

    return _act_on(request, ref, "done=test", act)


@require_POST
@staff_required("webhook.read", "webhook.manage")
def again(request: StaffRequest, ref: str) -> HttpResponse:
    """Send one event again."""

    def act(found: Webhook) -> None:
        delivery = queries.delivery_for(found, request.POST.get("delivery", ""))
        actions.replay_delivery(delivery, actor=request.actor, at=time.now())

    return _act_on(request, ref, "done=again", act)


def _moment(said: QueryDict, name: str) -> datetime:
    found = web.moment(said, name)
    if found is None:
        raise Invalid(fields={name: _("Enter a date and a time.")})
    return found


@require_POST
@staff_required("webhook.read", "webhook.manage")
def replay(request: StaffRequest, ref: str) -> HttpResponse:
    """Send what happened in a span of time again."""
    found = queries.webhook_for(request.actor, ref)
    try:
        since, until = (_moment(request.POST, name) for name in ("since", "until"))
        count = actions.replay_span(found, since, until, actor=request.actor, at=time.now())
    except (Invalid, Conflict, NotAllowed) as problem:
        return _page(request, found, problem=problem, form="replay" if problem.fields else "")
    return redirect(f"{reverse('integrations:webhook', args=[ref])}?replayed={count}")
