"""The same act on the selected rows of the ledger: ask first, do it, say what became of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.web import idempotency_key
from shouwen.ground.kit.words import Words
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.actions import Outcome
from shouwen.service.cases.views import away


@dataclass(frozen=True, slots=True)
class Bulk:
    """One act on the rows selected in one ledger.

    `address` names its page, `dialog` and `done` its templates, `parts` what its form says;
    `context` gives what the dialog offers beside it.
    """

    act: str
    address: str
    dialog: str
    done: str
    title: Words
    parts: tuple[str, ...]
    do: Callable[[StaffRequest, QueryDict], list[Outcome]]
    context: Callable[[StaffRequest], dict[str, Any]] = lambda _request: {}


def _assign(request: StaffRequest, said: QueryDict) -> list[Outcome]:
    return actions.assign_many(
        said.getlist("ref"),
        said.get("handler", ""),
        reason=said.get("reason", ""),
        actor=request.actor,
        at=time.now(),
    )


def _remind(request: StaffRequest, said: QueryDict) -> list[Outcome]:
    return actions.remind_many(
        said.getlist("ref"), said.get("text", ""), actor=request.actor, at=time.now()
    )


def _handlers(request: StaffRequest) -> dict[str, Any]:
    people = queries.handlers_for(request.actor).select_related("unit")
    return {"people": away.choices(people, time.now())}


DONE = "cases/dialogs/bulk_done.html"
ASSIGN = Bulk(
    "assign",
    "cases:bulk_assign",
    "cases/dialogs/bulk_assign.html",
    DONE,
    pgettext_lazy("bulk", "Assigned"),
    ("ref", "handler", "reason"),
    _assign,
    _handlers,
)
REMIND = Bulk(
    "remind",
    "cases:bulk_remind",
    "cases/dialogs/bulk_remind.html",
    DONE,
    pgettext_lazy("bulk", "Reminded"),
    ("ref", "text"),
    _remind,
)


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.work")
def assign(request: StaffRequest) -> HttpResponse:
    """Give the selected cases to one handler."""
    return act_on_many(request, ASSIGN)


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.work")
def remind(request: StaffRequest) -> HttpResponse:
    """Remind the handlers of the selected cases."""
    return act_on_many(request, REMIND)


def act_on_many(request: StaffRequest, bulk: Bulk) -> HttpResponse:
    """Ask for what an act needs, or do it once and say what became of each row."""
    if request.method == "GET":
        return _dialog(request, bulk)
    outcomes: list[Outcome] = []

    def work() -> str:
        outcomes.extend(bulk.do(request, request.POST))
        return bulk.act

    body = {name: request.POST.getlist(name) for name in bulk.parts}
    scope = f"page:{bulk.address}:{request.actor.ref}"
    try:
        idempotency.do_once(scope, idempotency_key(request), body, work, at=time.now())
    except Invalid as error:
        return _dialog(request, bulk, wrong=error)
    response = render(
        request,
        bulk.done,
        {
            "refused": [outcome for outcome in outcomes if outcome.problem],
            "done": [outcome for outcome in outcomes if not outcome.problem],
            "title": str(bulk.title),
        },
    )
    # The ledger behind the dialog fetches itself, and lets go of what was selected.
    trigger_client_event(response, "sw-unselect", {})
    return trigger_client_event(response, f"person-{request.actor.ref}", {})


def _dialog(request: StaffRequest, bulk: Bulk, wrong: Invalid | None = None) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {
        "act": bulk.act,
        "address": reverse(bulk.address),
        "refs": asked.getlist("ref")[: actions.MOST_ROWS + 1],
        "said": asked,
        "fields": wrong.fields if wrong else {},
        **bulk.context(request),
    }
    status = wrong.status if wrong else 200
    return render(request, bulk.dialog, context, status=status)
