"""Roles: what each may do, which exclude one another, and which wait for a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.front.console import roles_page
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff import access, words
from shouwen.people.staff.models import Role
from shouwen.people.staff.web import StaffRequest, staff_required


def _page(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    waiting, decided = roles_page.requests(request.actor, time.now())
    done = {
        "approved": _("The role counts from now on."),
        "declined": _("The request is declined."),
        "withdrawn": _("The request is taken back."),
    }
    wrong = next(iter(problem.fields.values()), None) if problem else None
    context: dict[str, Any] = {
        "waiting": waiting,
        "decided": decided,
        "roles": [Role(code) for code in access.RIGHTS],
        "rights": [
            (text, [right in access.RIGHTS[role] for role in access.RIGHTS])
            for right, text in words.RIGHTS.items()
        ],
        "apart": [
            ([Role(role).label for role in sorted(pair.roles)], pair.clause, pair.why)
            for pair in access.APART
        ],
        "done": done.get(request.GET.get("done", ""), ""),
        "problem": wrong or problem,
    }
    status = problem.status if problem else 200
    return render(request, "console/people/roles.html", context, status=status)


@require_GET
@staff_required("staff.review")
def roles(request: StaffRequest) -> HttpResponse:
    """Show roles, rights, pairs that stay apart, and requests."""
    return _page(request)


def _door(
    done: str, act: Callable[[Approval, StaffRequest], object], *rights: str
) -> Callable[..., HttpResponse]:
    """Make the door of one act on a request; it leads back to the list."""

    @require_POST
    @staff_required("staff.review", *rights)
    def door(request: StaffRequest, ref: str) -> HttpResponse:
        found = roles_page.request_for(request.actor, ref)
        try:
            act(found, request)
        except (Invalid, Conflict, NotAllowed) as problem:
            return _page(request, problem)
        return redirect(f"{reverse('console:roles')}?done={done}")

    return door


approve = _door(
    "approved",
    lambda found, request: approvals.approve(
        found, request.POST.get("opinion", ""), actor=request.actor, at=time.now()
    ),
    "staff.approve",
)
decline = _door(
    "declined",
    lambda found, request: approvals.decline(
        found, request.POST.get("opinion", ""), actor=request.actor, at=time.now()
    ),
    "staff.approve",
)
withdraw = _door(
    "withdrawn",
    lambda found, request: approvals.withdraw(found, actor=request.actor, at=time.now()),
    "staff.edit",
)
