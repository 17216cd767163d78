"""What holds at every door of the web server, before a room is asked."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from config import pacing
from config.reading import is_storable
from config.schema import PROBLEM_JSON

API = "/api/"
FORM = "application/x-www-form-urlencoded"


class DoorMiddleware:
    """Refuses texts that no database keeps, and lets the API speak problem+json throughout.

    A wrong address or method under `/api/` is answered by Django itself, outside the API's own
    error handlers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the address and the form, then go on."""
        if _is_readable(request):
            response = self.get_response(request)
        else:
            response = defaults.bad_request(request, BadRequest())
        if not request.path.startswith(API):
            return response
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            response = _as_problem(response)
        pacing.tell(request, response)
        return response


def _is_readable(request: HttpRequest) -> bool:
    asked = request.META.get("QUERY_STRING", "")
    if not is_storable(request.path) or "\x00" in asked or "%00" in asked:
        return False
    if request.method != "POST" or request.content_type != FORM:
        return True
    return all(is_storable(text) for values in request.POST.lists() for text in _texts(values))


def _texts(values: tuple[str, list[str]]) -> list[str]:
    return [values[0], *values[1]]


def _as_problem(response: HttpResponse) -> HttpResponse:
    if response.headers.get("Content-Type", "").startswith(PROBLEM_JSON):
        return response
    status = HTTPStatus(response.status_code)
    code = status.phrase.lower().replace(" ", "-")
    body = {
        "type": f"urn:shouwen:problem:{code}",
        "code": code,
        "title": f"{status.phrase}. {status.description}.".replace("..", "."),
        "status": status.value,
    }
    kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    return JsonResponse(body, status=status, content_type=PROBLEM_JSON, headers=kept)
