"""Searching, what is to do, and what is missing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kit.web import idempotency_key
from shouwen.ground.vault import masking
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.knowledge import access, actions, queries
from shouwen.service.knowledge.models import Kind
from shouwen.service.knowledge.queries import Asked

ROWS = 20
SEARCH_MAX_CHARACTERS = 80


def _asked(request: StaffRequest) -> Asked:
    """Read the search from the address; what is not known asks nothing."""
    kind = request.GET.get("class", "")
    return Asked(
        q=request.GET.get("q", "")[:SEARCH_MAX_CHARACTERS],
        kind=kind if kind in Kind.values else "",
        category=request.GET.get("category", "")[:60],
        after=request.GET.get("after", "")[:48],
        limit=ROWS,
    )


def _address(asked: Asked, **changes: str) -> str:
    """Give the search's address with these parts changed, from its first page."""
    values = {"q": asked.q, "class": asked.kind, "category": asked.category} | changes
    wanted = {name: value for name, value in values.items() if value}
    home = reverse("knowledge:home")
    return f"{home}?{urlencode(wanted)}" if wanted else home


def shell(request: StaffRequest, tab: str) -> dict[str, Any]:
    """Give what every page of the room shows."""
    return {
        "tab": tab,
        "now": time.now(),
        "may_write": access.may_write(request.actor),
        "may_approve": access.may_approve(request.actor),
        "sees_work": access.may_see_drafts(request.actor),
    }


@require_GET
@staff_required("knowledge.read")
def home(request: StaffRequest) -> HttpResponse:
    """Show what is found, or the newest articles."""
    asked = _asked(request)
    if masking.redact(asked.q) != asked.q:
        # Such a number must not stay in an address, and no article holds one.
        return redirect(_address(asked, q=""))
    found = queries.find(request.actor, asked, at=time.now())
    context = shell(request, "search") | {
        "asked": asked,
        "found": found,
        "kinds": [("", _("All classes"), _address(asked, **{"class": ""}))]
        + [(kind.value, kind.label, _address(asked, **{"class": kind.value})) for kind in Kind],
        "categories": queries.categories_of(request.actor),
        "older": _address(asked, after=found.next) if found.next else "",
        "without_filters": _address(Asked(q=asked.q)) if asked.kind or asked.category else "",
    }
    return render(request, "knowledge/search.html", context)


@require_GET
@staff_required("knowledge.read")
def work(request: StaffRequest) -> HttpResponse:
    """Show what is to be written, decided and looked at again."""
    to_do = queries.to_do(request.actor, at=time.now())
    return render(request, "knowledge/work.html", shell(request, "work") | {"work": to_do})


def _requests(request: StaffRequest, **more: Any) -> HttpResponse:
    waiting, settled = queries.requests(request.actor)
    context = shell(request, "requests") | {"waiting": waiting, "settled": settled, **more}
    return render(request, "knowledge/requests.html", context, status=more.get("status", 200))


@require_GET
@staff_required("knowledge.read")
def requests(request: StaffRequest) -> HttpResponse:
    """Show what is missing, and the form to ask for more."""
    done = request.GET.get("done") == "asked"
    return _requests(
        request,
        said={"words": request.GET.get("words", "")[:SEARCH_MAX_CHARACTERS]},
        done=_("Thank you. The editors see your request.") if done else "",
    )


@require_POST
@staff_required("knowledge.read")
def ask(request: StaffRequest) -> HttpResponse:
    """Take down what somebody looked for and did not find."""
    said = {"words": request.POST.get("words", ""), "note": request.POST.get("note", "")}
    try:
        actions.ask_once(**said, key=idempotency_key(request), actor=request.actor, at=time.now())
    except Invalid as error:
        return _requests(request, said=said, fields=error.fields, status=error.status)
    return redirect(f"{reverse('knowledge:requests')}?done=asked")


@require_POST
@staff_required("knowledge.write")
def decline(request: StaffRequest, ref: str) -> HttpResponse:
    """Say why no article will be written."""
    asked = queries.request_for(request.actor, ref)
    reason = request.POST.get("reason", "")
    try:
        actions.decline_request(asked, reason, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        wrong = next(iter(error.fields.values()), error)
        return _requests(request, problem=str(wrong), status=error.status)
    return redirect("knowledge:requests")
