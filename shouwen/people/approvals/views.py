"""The page of the approvals: what waits for me, what I asked for, what has ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from shouwen.ground.kit.web import toast
from shouwen.people.approvals import actions, queries
from shouwen.people.approvals.models import Approval
from shouwen.people.approvals.queries import View
from shouwen.people.staff.web import StaffRequest, staff_required

ROWS = 30
Doer = Callable[[Approval, QueryDict, Actor, datetime], None]


def _view(word: str) -> View:
    return View(word) if word in set(View) else View.WAITING


def _address(view: View, after: str = "") -> str:
    asked = {"view": view.value if view is not View.WAITING else "", "after": after}
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('approvals:home')}?{said}" if said else reverse("approvals:home")


def _list(request: StaffRequest, view: View, at: datetime, after: str = "") -> dict[str, Any]:
    actor = request.actor
    page = queries.approvals_for(actor, view, cursor=after, limit=ROWS, at=at)
    words = {
        View.WAITING: pgettext("approvals", "To decide"),
        View.MINE: pgettext("approvals", "Asked by me"),
        View.ENDED: pgettext("approvals", "Ended"),
    }
    waiting = queries.badge_count(actor)
    return {
        "page": page,
        "view": view.value,
        "here": _address(view, after),
        "older": _address(view, page.next) if page.next else "",
        "tabs": [
            (said, _address(each), waiting if each is View.WAITING and waiting else "", each)
            for each, said in words.items()
        ],
        "institution": request.person.institution.code,
        "now": at,
    }


@require_GET
@staff_required("approval.read")
def approvals(request: StaffRequest) -> HttpResponse:
    """Show what waits for the reader's decision, what they asked for, or what has ended."""
    view, after = _view(request.GET.get("view", "")), request.GET.get("after", "")
    part = "#list" if request.headers.get("HX-Request") else ""
    return render(
        request, f"approvals/approvals.html{part}", _list(request, view, time.now(), after)
    )


def _door(do: Doer, done: Callable[[], str]) -> Callable[..., HttpResponse]:
    """Make the door of one act on a request; it answers with the list as it is now."""

    @require_POST
    @staff_required("approval.read")
    def door(request: StaffRequest, ref: str) -> HttpResponse:
        at, said = time.now(), request.POST
        approval = queries.approval_for(request.actor, ref)
        problem: Problem | None = None
        try:
            do(approval, said, request.actor, at)
        except (Invalid, Conflict, NotAllowed) as error:
            problem = error
        context = _list(request, _view(said.get("view", "")), at)
        if problem is None:
            return toast(render(request, "approvals/approvals.html#list", context), done())
        wrong = problem.fields.get("opinion", "")
        context |= {"wrong": wrong, "wrong_ref": ref if wrong else "", "said": said}
        context["problem"] = "" if wrong else str(problem)
        # Who came second sees what is true now, which is no error of theirs.
        status = 200 if isinstance(problem, Conflict) else problem.status
        return render(request, "approvals/approvals.html#list", context, status=status)

    return door


approve = _door(
    lambda approval, said, actor, at: actions.approve(
        approval, said.get("opinion", ""), actor=actor, at=at
    ),
    lambda: pgettext("approvals", "Approved."),
)
decline = _door(
    lambda approval, said, actor, at: actions.decline(
        approval, said.get("opinion", ""), actor=actor, at=at
    ),
    lambda: _("Sent back; the asker sees why."),
)
withdraw = _door(
    lambda approval, _said, actor, at: actions.withdraw(approval, actor=actor, at=at),
    lambda: pgettext("approvals", "Withdrawn."),
)
