"""What the desk's views share: problems as JSON for the page's own scripts, and going elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django_htmx.http import HttpResponseLocation

from shouwen.front.desk.actions.speaking import ForbiddenPhrase
from shouwen.ground.kernel.errors import Problem
from shouwen.people.staff.web import StaffRequest

P = ParamSpec("P")
WORK_TARGET = "#desk-work"


def told_in_json(
    view: Callable[Concatenate[StaffRequest, P], HttpResponse],
) -> Callable[Concatenate[StaffRequest, P], HttpResponse]:
    """Answer a problem as `{code, message, fields, hits}`, for scripts that keep what was typed."""

    @wraps(view)
    def told(request: StaffRequest, /, *args: P.args, **options: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **options)
        except Problem as problem:
            said = " ".join(str(words) for words in problem.fields.values())
            body: dict[str, Any] = {
                "code": problem.code,
                "message": said or str(problem),
                "fields": {name: str(words) for name, words in problem.fields.items()},
            }
            if isinstance(problem, ForbiddenPhrase):
                body["hits"] = [slip.as_json() for slip in problem.slips]
            return JsonResponse(body, status=problem.status)

    return told


def go_to(request: StaffRequest, contact_ref: str) -> HttpResponse:
    """Lead the page to a conversation, or to the desk without one; a plain form is redirected."""
    url = reverse("desk:contact", args=[contact_ref]) if contact_ref else reverse("desk:home")
    if not request.headers.get("HX-Request"):
        response = HttpResponse(status=303)
        response["Location"] = url
        return response
    return HttpResponseLocation(url, target=WORK_TARGET, swap="outerHTML")
