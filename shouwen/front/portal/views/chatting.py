"""The portal's home, the chat's own page, and the script that embeds it elsewhere."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from shouwen.contact.channels.chat import forms as chat_forms
from shouwen.front.portal import queries

WIDGET_SECONDS = 300


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the institution's doors, with the chat beside them on a wide screen."""
    institution = queries.institution_chosen(request.GET.get("institution", ""))
    context = {"institution": institution, "questions": queries.questions_for(institution)}
    return render(request, "portal/home.html", context)


@require_safe
@xframe_options_exempt
def chat(request: HttpRequest, institution: str) -> HttpResponse:
    """Show the chat alone: on a phone, or in the frame that the widget makes."""
    found = queries.institution_chosen(institution)
    is_framed = request.GET.get("framed") == "1"
    wanted = request.GET.get("lang", "")
    language = chat_forms.language_of(wanted) if wanted else translation.get_language()
    with translation.override(language):
        response = render(
            request, "portal/chat.html", {"institution": found, "is_framed": is_framed}
        )
    # The old header knows no list of sites, so the content policy alone says who may frame us.
    response._csp_replace = {  # type: ignore[attr-defined]  # django-csp reads it off the response
        "frame-ancestors": ["'self'", *settings.WIDGET_ORIGINS]
    }
    return response


@cache
def _widget() -> bytes:
    path = finders.find("carriers/widget.js")
    if not isinstance(path, str):
        raise Http404
    with open(path, "rb") as file:
        return file.read()


@require_safe
@cache_control(public=True, max_age=WIDGET_SECONDS)
def widget(request: HttpRequest) -> HttpResponse:
    """Give the script that other sites embed; it reads its institution off its own address."""
    response = HttpResponse(_widget(), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def embed_demo(request: HttpRequest) -> HttpResponse:
    """Show a page as another site would have it, with the one script tag; in the demo only."""
    if not settings.DEMO:
        raise Http404
    institution = queries.institution_chosen(request.GET.get("institution", ""))
    response = render(request, "portal/embed_demo.html", {"institution": institution})
    response._csp_replace = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]  # as above
    return response
