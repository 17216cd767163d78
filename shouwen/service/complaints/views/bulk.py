"""The same act on the selected rows of the ledger of complaints."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import time
from shouwen.people.staff import queries as staff
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases.actions import Outcome
from shouwen.service.cases.views import away
from shouwen.service.cases.views.bulk import Bulk, act_on_many
from shouwen.service.complaints import actions
from shouwen.service.complaints.views.steps import POSTS

DONE = "complaints/bulk_done.html"


def _assign(request: StaffRequest, said: QueryDict) -> list[Outcome]:
    return actions.assign_many(
        said.getlist("ref"),
        handler=said.get("handler", ""),
        supervisor=said.get("supervisor", ""),
        reason=said.get("reason", ""),
        actor=request.actor,
        at=time.now(),
    )


def _remind(request: StaffRequest, said: QueryDict) -> list[Outcome]:
    return actions.remind_many(
        said.getlist("ref"), said.get("text", ""), actor=request.actor, at=time.now()
    )


def _people(request: StaffRequest) -> dict[str, Any]:
    rows = staff.people_of(request.actor).filter(is_active=True, grants__role__in=POSTS)
    rows = rows.select_related("unit").distinct().order_by("staff_no", "pk")
    return {"people": away.choices(rows, time.now())}


ASSIGN = Bulk(
    "assign",
    "complaints:bulk_assign",
    "complaints/bulk_assign.html",
    DONE,
    pgettext_lazy("complaints bulk", "People named"),
    ("ref", "handler", "supervisor", "reason"),
    _assign,
    _people,
)
REMIND = Bulk(
    "remind",
    "complaints:bulk_remind",
    "complaints/bulk_remind.html",
    DONE,
    pgettext_lazy("complaints bulk", "Reminded"),
    ("ref", "text"),
    _remind,
)


@require_http_methods(["GET", "POST"])
@staff_required("complaint.read", "complaint.work")
def assign(request: StaffRequest) -> HttpResponse:
    """Name who handles and supervises the selected complaints."""
    return act_on_many(request, ASSIGN)


@require_http_methods(["GET", "POST"])
@staff_required("complaint.read", "complaint.work")
def remind(request: StaffRequest) -> HttpResponse:
    """Remind the handlers of the selected complaints."""
    return act_on_many(request, REMIND)
