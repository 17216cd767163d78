"""Small helpers for views: toasts, dialogs, one-time keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext_lazy as _
from django_htmx.http import reswap, retarget, trigger_client_event

from shouwen.ground.kernel.errors import Invalid, Problem, Words
from shouwen.ground.kernel.moments import FIRST_YEAR, LAST_YEAR

LONGEST_KEY = 200
# What every form sends beside what was said in it.
NOT_OF_THE_BODY = frozenset({"csrfmiddlewaretoken", "idempotency_key"})
DIGITS = 9


def toast(
    response: HttpResponse, text: Words, *, tone: str = "", act: str = "", href: str = ""
) -> HttpResponse:
    """Have the page show a toast after this htmx answer; tone `over` stays until closed.

    `act` and `href` give it one link, such as to undo.
    """
    words = {"text": str(text), "tone": tone, "act": act, "href": href}
    trigger_client_event(response, "sw-toast", words)
    return response


def close_dialogs(response: HttpResponse) -> HttpResponse:
    """Have the page close its open dialogs after this htmx answer."""
    trigger_client_event(response, "sw-close", {})
    return response


def download(data: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Answer with a file that no browser opens in place, runs, or keeps in a shared cache."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def idempotency_key(request: HttpRequest) -> str:
    """Give the one-time key of a post, from htmx's header or the form's field; may be empty."""
    key = request.headers.get("Idempotency-Key") or request.POST.get("idempotency_key", "")
    return key[:LONGEST_KEY]


def form_body(request: HttpRequest) -> dict[str, list[str]]:
    """Give what a form said, for telling a repeated post from another one under its key."""
    said = request.POST
    return {name: said.getlist(name) for name in said if name not in NOT_OF_THE_BODY}


def whole_number(said: QueryDict, name: str, *, default: int | None = None) -> int:
    """Read a count from 0 up; `default` stands where nothing was sent. Raises Invalid."""
    text = said.get(name, "")
    if not text and default is not None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise Invalid(fields={name: _("Enter a whole number.")})
    return int(text)


def number_or_none(said: Mapping[str, str], name: str, wrong: dict[str, Words]) -> int | None:
    """Read a number that may be absent or negative; what is none is told in `wrong`.

    A field of a row, `steps_of_2_after`, is told under the name of its list, `steps`.
    """
    text = said.get(name, "").strip()
    if not text:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > DIGITS:
        wrong[name.split("_of_")[0]] = _("Enter a whole number.")
        return None
    return int(text)


def day(said: Mapping[str, str], name: str) -> date | None:
    """Read a day; None where nothing was sent. Raises Invalid for what is no day."""
    text = said.get(name, "").strip()
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Invalid(fields={name: _("Write the day as 2026-06-16.")})
    return found


def moment(said: Mapping[str, str], name: str) -> datetime | None:
    """Read a moment, of Shanghai where it names no zone; None where nothing was sent.

    Raises Invalid for what is no moment.
    """
    text = said.get(name, "").strip()
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Invalid(fields={name: _("Enter a date and a time.")})
    return make_aware(found) if is_naive(found) else found


def dialog(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    problem: Problem | None = None,
) -> HttpResponse:
    """Open a dialog; with a problem it takes the place of the one that was sent, and says so.

    The template finds the words for each wrong field in `fields`.
    """
    if problem is None:
        return render(request, template, {**context, "fields": {}})
    fields = {name: str(words) for name, words in problem.fields.items()}
    shown = {**context, "fields": fields}
    response = render(request, template, shown, status=problem.status)
    return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
