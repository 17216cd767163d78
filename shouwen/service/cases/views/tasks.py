"""Tasks: the list of the asked unit, and the dialogs that end one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import reswap, retarget

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kit.web import close_dialogs, idempotency_key, toast
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, ports, queries
from shouwen.service.cases.models import CaseTask
from shouwen.service.cases.queries import TaskView
from shouwen.service.cases.rules.tasks import TaskAct
from shouwen.service.cases.views import showing
from shouwen.service.cases.views.ledger import Tab

ROWS = 30
FROM_CASE = "case"
Ender = Callable[..., None]
ENDERS: dict[TaskAct, Ender] = {
    TaskAct.ANSWER: actions.answer_task,
    TaskAct.DECLINE: actions.decline_task,
    TaskAct.WITHDRAW: actions.withdraw_task,
}


def _view(word: str) -> TaskView:
    return TaskView(word) if word in set(TaskView) else TaskView.UNIT


def _address(view: TaskView, after: str = "") -> str:
    asked = {"view": view.value if view is not TaskView.UNIT else "", "after": after}
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('cases:tasks')}?{said}" if said else reverse("cases:tasks")


def _list(
    request: StaffRequest, view: TaskView, at: datetime, after: str = "", problem: str = ""
) -> dict[str, Any]:
    actor = request.actor
    page = queries.tasks_for(actor, view, cursor=after, limit=ROWS, at=at)
    words = {
        TaskView.UNIT: _("Asked of my unit"),
        TaskView.REACH: _("Asked of all my units"),
        TaskView.ASKED: _("Asked by me"),
        TaskView.ENDED: _("Ended"),
    }
    count = queries.task_count_words(actor)
    return {
        "page": page,
        "view": view.value,
        "here": _address(view, after),
        "older": _address(view, page.next) if page.next else "",
        "tabs": [
            Tab(said, _address(each), count if each is TaskView.UNIT else "", each is view)
            for each, said in words.items()
        ],
        "my_unit": request.person.unit.public_id,
        "problem": problem,
        "summons": ports.summons_of(actor),
        "now": at,
    }


@require_GET
@staff_required("case.read")
def tasks(request: StaffRequest) -> HttpResponse:
    """Show what is asked of the reader's unit, or by the reader."""
    view, after = _view(request.GET.get("view", "")), request.GET.get("after", "")
    part = "#list" if request.headers.get("HX-Request") else ""
    return render(request, f"cases/tasks.html{part}", _list(request, view, time.now(), after))


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.work")
def answer(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask for the unit's answer, then take it."""
    return _act(request, ref, TaskAct.ANSWER)


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.work")
def decline(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask why the unit will not do it, then take that."""
    return _act(request, ref, TaskAct.DECLINE)


@require_http_methods(["GET", "POST"])
@staff_required("case.read", "case.work")
def withdraw(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask why it is no longer needed, then take the task back."""
    return _act(request, ref, TaskAct.WITHDRAW)


def _act(request: StaffRequest, ref: str, act: TaskAct) -> HttpResponse:
    task = queries.task_for(request.actor, ref)
    if request.method == "GET":
        return _dialog(request, task, act, request.GET.get("from", ""))
    came_from, at = request.POST.get("from", ""), time.now()
    problem = ""
    try:
        _once(request, task, act, at)
    except Invalid as error:
        response = _dialog(request, task, act, came_from, wrong=error)
        return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
    except Conflict as error:
        problem = str(error)
    response = close_dialogs(_after(request, task, came_from, at, problem))
    return response if problem else toast(response, _done_words(act))


def _once(request: StaffRequest, task: CaseTask, act: TaskAct, at: datetime) -> None:
    text, actor = request.POST.get("text", ""), request.actor

    def work() -> str:
        ENDERS[act](task, text, actor=actor, at=at)
        return str(task.public_id)

    scope, body = f"page:task.{act}:{actor.ref}", {"task": task.public_id, "text": text}
    idempotency.do_once(scope, idempotency_key(request), body, work, at=at)


def _after(
    request: StaffRequest, task: CaseTask, came_from: str, at: datetime, problem: str
) -> HttpResponse:
    if came_from != FROM_CASE:
        context = _list(request, _view(came_from), at, problem=problem)
        return render(request, "cases/tasks.html#list", context)
    case = queries.case_for(request.actor, task.case.public_id)
    context = showing.case_page(request.actor, case, at) | {"problem": problem, "after_act": True}
    return render(request, "cases/case.html#after", context)


def _dialog(
    request: StaffRequest,
    task: CaseTask,
    act: TaskAct,
    came_from: str,
    wrong: Invalid | None = None,
) -> HttpResponse:
    title, press, label, icon = _words(act)
    context = {
        "task": task,
        "title": title,
        "press": press,
        "label": label,
        "icon": icon,
        "address": reverse(f"cases:task_{act}", args=[task.public_id]),
        "from": came_from if came_from == FROM_CASE else _view(came_from).value,
        "target": "#case-top" if came_from == FROM_CASE else "#task-list",
        "said": request.POST,
        "fields": wrong.fields if wrong else {},
    }
    status = wrong.status if wrong else 200
    return render(request, "cases/dialogs/task.html", context, status=status)


def _words(act: TaskAct) -> tuple[str, str, str, str]:
    match act:
        case TaskAct.ANSWER:
            return _("Answer the task"), _("Send the answer"), _("Your answer"), "check"
        case TaskAct.DECLINE:
            return _("Decline the task"), _("Decline"), _("Why not, and who can"), "arrow-back-up"
        case _:
            return _("Withdraw the task"), _("Withdraw"), _("Why it is not needed"), "x"


def _done_words(act: TaskAct) -> str:
    match act:
        case TaskAct.ANSWER:
            return _("Answered.")
        case TaskAct.DECLINE:
            return _("Declined; the asker sees why.")
        case _:
            return _("Withdrawn.")
