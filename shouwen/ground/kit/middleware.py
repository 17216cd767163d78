"""What the kit adds to every request: when it was read, and problems told to a person."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import reswap

from shouwen.ground.kernel import time
from shouwen.ground.kernel.connections import refused_turn
from shouwen.ground.kernel.errors import Problem

from .web import toast


class ReadMiddleware:
    """Note on the request when its reading began, as `read_at`.

    A page says it when it follows its topics: what changed since is told to it again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the moment and go on."""
        setattr(request, "read_at", time.now())  # noqa: B010  mypy knows no such attribute
        return self.get_response(request)


class ProblemMiddleware:
    """Answer a view's `errors.Problem` in words, as a page or over htmx as a toast.

    So is told who was refused a turn at the database.

    The API answers its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Do nothing on the way in and out."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Put a Problem into words; everything else goes on to Django."""
        problem = exception if isinstance(exception, Problem) else refused_turn(exception)
        if problem is None:
            return None
        if request.headers.get("HX-Request"):
            words = [str(problem), *(str(field) for field in problem.fields.values())]
            # 422 is swapped in where a form shows its errors; these words are all there is.
            response = reswap(HttpResponse(status=problem.status), "none")
            return toast(response, " ".join(dict.fromkeys(words)), tone="over")
        return render(request, "kit/problem.html", {"problem": problem}, status=problem.status)
