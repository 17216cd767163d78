"""The list of callbacks and what those who call do with it; each makes one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.forms import answers_of
from shouwen.assurance.satisfaction.models import CallState, Score, Solved
from shouwen.assurance.satisfaction.queries import CallView
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kit.web import close_dialogs, toast
from shouwen.people.staff.web import StaffRequest, staff_required

STEPS: dict[str, Callable[..., None]] = {
    "start": actions.start_call,
    "reach": actions.reach,
    "miss": actions.miss,
    "waive": actions.waive_call,
}


def _view(word: str) -> CallView:
    return CallView(word) if word in set(CallView) else CallView.DUE


def _address(view: CallView, page: int = 0) -> str:
    asked = {"view": view.value if view is not CallView.DUE else "", "page": page or ""}
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('callbacks:list')}?{said}" if said else reverse("callbacks:list")


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """Give the lists of those who call: words, address, whether it is this one."""
    words = {
        CallView.DUE: _("To call back"),
        CallView.MINE: _("In my hands"),
        CallView.RECORDED: _("On record"),
    }
    lists = [(said, _address(each), each == here) for each, said in words.items()]
    return [*lists, (_("Survey calls"), reverse("callbacks:surveys"), here == "surveys")]


def _list(
    request: StaffRequest, view: CallView, page: str, now: datetime, problem: str = ""
) -> dict[str, Any]:
    number = int(page) if page.isdecimal() and page.isascii() and len(page) < 6 else 1
    found = queries.callbacks(request.actor, view, number, now=now)
    return {
        "page": found,
        "view": view.value,
        "number": number,
        "tabs": tabs(view.value),
        "newer": _address(view, found.newer) if found.newer else "",
        "older": _address(view, found.older) if found.older else "",
        "problem": problem,
        "now": now,
    }


@require_GET
@staff_required("case.read")
def callbacks(request: StaffRequest) -> HttpResponse:
    """Show who is to be called back."""
    context = _list(
        request, _view(request.GET.get("view", "")), request.GET.get("page", ""), time.now()
    )
    return render(request, "satisfaction/callbacks.html", context)


def _after(request: StaffRequest, now: datetime, problem: str = "") -> HttpResponse:
    view = _view(request.POST.get("view", ""))
    context = _list(request, view, request.POST.get("page", ""), now, problem)
    return close_dialogs(render(request, "satisfaction/callbacks.html#list", context))


@require_POST
@staff_required("case.read", "case.work")
def step(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Begin a call, or note that the customer answered or did not."""
    now, problem = time.now(), ""
    callback = queries.callback_for(request.actor, ref)
    try:
        STEPS[act](callback, actor=request.actor, at=now)
    except Conflict as error:
        problem = str(error)
    return _after(request, now, problem)


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.work")
def record(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask what the customer said, then put it on record."""
    callback, now, problem = queries.callback_for(request.actor, ref), time.now(), ""
    if request.method == "GET":
        return _dialog(request, callback)
    try:
        actions.record_call(callback, answers_of(request.POST), actor=request.actor, at=now)
    except Invalid as error:
        answer = _dialog(request, callback, error)
        return reswap(retarget(answer, "#sw-dialogs"), "innerHTML")
    except Conflict as error:
        problem = str(error)
    response = _after(request, now, problem)
    return response if problem else toast(response, _("The callback is on record."))


def _dialog(request: StaffRequest, callback: Any, wrong: Invalid | None = None) -> HttpResponse:
    context = {
        "callback": callback,
        "was_reached": callback.state == CallState.REACHED,
        "scores": Score.choices[::-1],
        "solved": [choice for choice in Solved.choices if choice[0] != Solved.UNSAID],
        "said": request.POST,
        "view": request.GET.get("view", request.POST.get("view", "")),
        "number": request.GET.get("page", request.POST.get("page", "")),
        "fields": wrong.fields if wrong else {},
    }
    status = wrong.status if wrong else 200
    return render(request, "satisfaction/dialogs/record.html", context, status=status)
