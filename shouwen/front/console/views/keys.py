"""API keys: which programs call, by which role, how often and until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.front.console import actions as console
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit import web
from shouwen.ground.policy import figures
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import ApiKey, Role
from shouwen.people.staff.queries import KeyView
from shouwen.people.staff.web import StaffRequest, staff_required


def _usual() -> int:
    return figures.figure("api-per-minute").value


@require_GET
@staff_required("apikey.manage")
def keys(request: StaffRequest) -> HttpResponse:
    """List the keys of the institution: those in use, or those that have ended."""
    actor, at, home = request.actor, time.now(), reverse("console:keys")
    view, after, status = request.GET.get("view", KeyView.OPEN), request.GET.get("after", ""), 200
    try:
        page = queries.keys_page(actor, view, at=at, after=after)
    except Invalid:
        view, after, status = KeyView.OPEN, "", 422
        page = queries.keys_page(actor, view, at=at)
    context = {
        "page": page,
        "view": view,
        "views": [(each, each.label, f"{home}?view={each}") for each in KeyView],
        "newer": f"{home}?view={view}" if after else "",
        "older": f"{home}?view={view}&after={page.next}" if page.next else "",
        "is_wrong": status != 200,
        "usual": _usual(),
    }
    return render(request, "console/keys/list.html", context, status=status)


def _limits(said: QueryDict) -> dict[str, Any]:
    """Read what a form says about limits; empty is none. Raises Invalid, naming each field."""
    values: dict[str, int | date | None] = {"per_minute": None, "expires_on": None}
    problem = Invalid()
    try:
        if said.get("per_minute", "").strip():
            values["per_minute"] = web.whole_number(said, "per_minute")
    except Invalid as wrong:
        problem.fields |= wrong.fields
    try:
        values["expires_on"] = web.day(said, "expires_on")
    except Invalid as wrong:
        problem.fields |= wrong.fields
    if problem.fields:
        raise problem
    return values


def _form(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    context = {
        "said": request.POST,
        "roles": Role.choices,
        "usual": _usual(),
        "most": actions.PER_MINUTE_MOST,
        "today": day_of(time.now()).isoformat(),
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
    }
    status = problem.status if problem else 200
    return render(request, "console/keys/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required("apikey.manage")
def new(request: StaffRequest) -> HttpResponse:
    """Ask for a key; the key itself is shown this once, and not again when the form is resent."""
    if request.method == "GET":
        return _form(request)
    try:
        ref, token = _make_once(request)
    except (Invalid, Conflict, NotAllowed) as problem:
        return _form(request, problem)
    if not token:
        return redirect(reverse("console:key", args=[ref]))
    found = queries.key_for(request.actor, ref)
    return render(request, "console/keys/made.html", {"key": found, "token": token})


def _make_once(request: StaffRequest) -> tuple[str, str]:
    """Make the key of a shown form once; give its id and the key, which is empty for a repeat."""
    said, actor, at = request.POST, request.actor, time.now()
    once_key = web.idempotency_key(request)
    if not once_key:
        raise Invalid(_("Reload the page and try again."))
    given = {name: said.get(name, "") for name in ("name", "role", "person", "reason")}
    limits, token = _limits(said), ""
    with idempotency.once(f"page:apikey:{actor.ref}", once_key, {**given, **limits}, at=at) as slot:
        if not slot.reference:
            person = queries.named_person(actor, given["person"]) if given["person"] else None
            made, token = console.ask_key(
                name=given["name"],
                role=given["role"],
                person=person,
                reason=given["reason"],
                **limits,
                actor=actor,
                at=at,
            )
            slot.finish(made.public_id)
        ref = slot.reference or slot.row.reference
    return ref, token


def _page(request: StaffRequest, key: ApiKey, problem: Problem | None = None) -> HttpResponse:
    done = {
        "limits": pgettext("api key", "Saved. It counts from the next call on."),
        "revoked": pgettext("api key", "The key is revoked. It opens nothing any more."),
    }
    at = time.now()
    said = {
        "per_minute": request.POST.get("per_minute", key.per_minute or ""),
        "expires_on": request.POST.get(
            "expires_on", key.expires_on.isoformat() if key.expires_on else ""
        ),
    }
    context = {
        "line": queries.key_line(key, at),
        "key": key,
        "usual": _usual(),
        "most": actions.PER_MINUTE_MOST,
        "said": said,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "done": "" if problem else done.get(request.GET.get("done", ""), ""),
    }
    status = problem.status if problem else 200
    return render(request, "console/keys/key.html", context, status=status)


@require_GET
@staff_required("apikey.manage")
def key(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one key; the secret itself is nowhere any more."""
    return _page(request, queries.key_for(request.actor, ref))


def _act_on(
    request: StaffRequest, ref: str, done: str, act: Callable[[ApiKey], None]
) -> HttpResponse:
    found = queries.key_for(request.actor, ref)
    try:
        act(found)
    except (Invalid, Conflict, NotAllowed) as problem:
        found.refresh_from_db()
        return _page(request, found, problem)
    return redirect(f"{reverse('console:key', args=[ref])}?done={done}")


@require_POST
@staff_required("apikey.manage")
def limit(request: StaffRequest, ref: str) -> HttpResponse:
    """Set how often a minute, and until which day."""

    def act(found: ApiKey) -> None:
        limits = _limits(request.POST)
        actions.change_api_key(found, **limits, actor=request.actor, at=time.now())

    return _act_on(request, ref, "limits", act)


@require_POST
@staff_required("apikey.manage")
def revoke(request: StaffRequest, ref: str) -> HttpResponse:
    """End a key at once."""

    def act(found: ApiKey) -> None:
        actions.revoke_api_key(found, actor=request.actor, at=time.now())

    return _act_on(request, ref, "revoked", act)
