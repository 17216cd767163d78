"""What a person presses on a complaint's page: ask first where words are needed, then do it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kit.web import close_dialogs, form_body, idempotency_key, toast
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases.actions import Sent
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.views import showing
from shouwen.service.complaints.views.steps import PRESSES, STEPS, act_words


def _dialog(
    request: StaffRequest,
    one: Complaint,
    act: str,
    said: QueryDict | None = None,
    wrong: Invalid | None = None,
    *,
    anew: bool = False,
) -> HttpResponse:
    step = STEPS[act]
    fields = wrong.fields if wrong else {}
    rows = [
        (
            field,
            field.value
            if said is None or (anew and not field.is_kept)
            else said.get(field.name, field.value),
            fields.get(field.name, ""),
        )
        for field in step.fields(one, request.actor, said or QueryDict())
    ]
    known = {field.name for field, _value, _error in rows}
    context = {
        "complaint": one,
        "act": act,
        "title": step.title(),
        "icon_name": step.icon,
        "rows": rows,
        "others": [str(words) for name, words in fields.items() if name not in known],
    }
    status = wrong.status if wrong else 200
    return render(request, "complaints/dialog.html", context, status=status)


@require_GET
@staff_required("complaint.work")
def ask(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Open the dialog of a step that needs words."""
    if act not in STEPS:
        raise Http404
    return _dialog(request, queries.complaint_for(request.actor, ref), act)


@require_POST
@staff_required("complaint.work")
def ask_anew(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Give the dialog for what was said so far, where one answer says what else is asked.

    It writes nothing. It is sent in a body, for no address may hold what was typed.
    """
    if act not in STEPS:
        raise Http404
    one = queries.complaint_for(request.actor, ref)
    return _dialog(request, one, act, request.POST, anew=True)


@require_POST
@staff_required("complaint.work")
def do(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Do it, and show what is true now, whoever was first."""
    if act not in STEPS and act not in PRESSES:
        raise Http404
    actor, at = request.actor, time.now()
    one = queries.complaint_for(actor, ref)
    problem = ""
    outcome: list[object] = []

    def work() -> str:
        if act in STEPS:
            outcome.append(STEPS[act].do(one, request.POST, actor, at))
        else:
            outcome.append(PRESSES[act](one, actor, at))
        return str(one.public_id)

    body = form_body(request)
    body["complaint"] = [one.public_id]
    scope = f"page:complaint.{act}:{actor.ref}"
    try:
        idempotency.do_once(scope, idempotency_key(request), body, work, at=at)
    except Invalid as error:
        if act in STEPS:
            fresh = queries.complaint_for(actor, ref)
            response = _dialog(request, fresh, act, request.POST, error)
            return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
        problem = " ".join(str(words) for words in (error, *error.fields.values()))
    except Conflict as error:
        problem = str(error)
    context: dict[str, Any] = showing.complaint_page(
        actor, queries.complaint_for(actor, ref), at
    ) | {"problem": problem}
    sent = outcome[0] if outcome and isinstance(outcome[0], Sent) else None
    if sent is not None and not sent.in_chat:
        context["link"] = request.build_absolute_uri(sent.link)
    response = close_dialogs(render(request, "complaints/complaint.html#body", context))
    return response if problem else toast(response, _("Done: %(act)s") % {"act": act_words(act)})
