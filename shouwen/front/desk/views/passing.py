"""Passing a conversation on: the dialog with its three steps."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shouwen.contact.conversations.queries import contact_for
from shouwen.front.desk import forms, queries
from shouwen.front.desk.actions import passing
from shouwen.front.desk.web import go_to
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.web import close_dialogs, dialog, idempotency_key, toast
from shouwen.people.staff.web import StaffRequest, staff_required


@require_http_methods(["GET", "POST"])
@staff_required("contact.take")
def transfer(request: StaffRequest, ref: str) -> HttpResponse:
    """Open the dialog, or pass the conversation on and leave it."""
    if request.method == "GET":
        return _dialog(request, ref)
    try:
        passing.pass_on(
            contact_for(request.actor, ref),
            forms.transfer_form(request.POST),
            key=idempotency_key(request),
            actor=request.actor,
            at=time.now(),
        )
    except Invalid as problem:
        return _dialog(request, ref, problem)
    return toast(close_dialogs(go_to(request, "")), _("Passed on. The customer has been told."))


def _dialog(request: StaffRequest, ref: str, problem: Invalid | None = None) -> HttpResponse:
    sheet = queries.transfer_sheet(request.actor, ref, time.now(), forms.typed(request.POST))
    return dialog(request, "desk/transfer.html", {"sheet": sheet}, problem)
