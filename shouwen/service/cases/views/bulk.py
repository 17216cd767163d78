"""The same act on the selected rows of the ledger: ask first, do it, say what became of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.web import idempotency_key
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.actions import Outcome
from shouwen.service.cases.views import away

Doer = Callable[[StaffRequest], list[Outcome]]


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.work")
def assign(request: StaffRequest) -> HttpResponse:
    """Give the selected cases to one handler."""
    said = request.POST

    def do(request: StaffRequest) -> list[Outcome]:
        return actions.assign_many(
            said.getlist("ref"),
            said.get("handler", ""),
            reason=said.get("reason", ""),
            actor=request.actor,
            at=time.now(),
        )

    return _act(request, "assign", do)


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.work")
def remind(request: StaffRequest) -> HttpResponse:
    """Remind the handlers of the selected cases."""
    said = request.POST

    def do(request: StaffRequest) -> list[Outcome]:
        return actions.remind_many(
            said.getlist("ref"), said.get("text", ""), actor=request.actor, at=time.now()
        )

    return _act(request, "remind", do)


def _act(request: StaffRequest, act: str, do: Doer) -> HttpResponse:
    if request.method == "GET":
        return _dialog(request, act)
    outcomes: list[Outcome] = []

    def work() -> str:
        outcomes.extend(do(request))
        return act

    body = {name: request.POST.getlist(name) for name in ("ref", "handler", "reason", "text")}
    scope = f"page:bulk.{act}:{request.actor.ref}"
    try:
        idempotency.do_once(scope, idempotency_key(request), body, work, at=time.now())
    except Invalid as error:
        return _dialog(request, act, wrong=error)
    response = render(
        request,
        "cases/dialogs/bulk_done.html",
        {
            "refused": [outcome for outcome in outcomes if outcome.problem],
            "done": [outcome for outcome in outcomes if not outcome.problem],
            "title": pgettext("bulk", "Assigned")
            if act == "assign"
            else pgettext("bulk", "Reminded"),
        },
    )
    # The ledger behind the dialog fetches itself, and lets go of what was selected.
    trigger_client_event(response, "sw-unselect", {})
    return trigger_client_event(response, f"person-{request.actor.ref}", {})


def _dialog(request: StaffRequest, act: str, wrong: Invalid | None = None) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {
        "act": act,
        "address": reverse(f"cases:bulk_{act}"),
        "refs": asked.getlist("ref")[: actions.MOST_ROWS + 1],
        "said": asked,
        "fields": wrong.fields if wrong else {},
    }
    if act == "assign":
        people = queries.handlers_for(request.actor).select_related("unit")
        context["people"] = away.choices(people, time.now())
    status = wrong.status if wrong else 200
    return render(request, f"cases/dialogs/bulk_{act}.html", context, status=status)
