"""Pages of the kit itself: preferences, the sheet of components, the error pages."""

from __future__ import annotations

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere

from . import beside, live, palette, preferences, samples


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Keep one preference (`name`, `value`) and go back to `next`."""
    name, value = request.POST.get("name", ""), request.POST.get("value", "")
    if not preferences.is_choice(name, value):
        return HttpResponseBadRequest()
    preferences.keep(request, name, value)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME if name == "language" else name,
        value,
        max_age=preferences.COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
    return response


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in each state, light beside dark."""
    return render(request, "kit/components.html", samples.everything(time.now()))


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Show the palette's places and what one had open, or what the posted words find.

    Words are posted: a telephone number stands in no address.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]  # the address is guarded
    if request.method == "GET":
        return render(request, "kit/palette_rows.html", {"groups": palette.welcome(actor)})
    words, further = request.POST.get("words", ""), request.POST.get("further") == "yes"
    answer = palette.look(actor, words, at=time.now(), further=further)
    shown = {"groups": answer.groups, "answer": answer, "words": words.strip()}
    return render(request, "kit/palette_rows.html", shown)


@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """Hear a page whose network blocks sockets; give the time in milliseconds, as a pong does."""
    now = time.now()
    live.heartbeat([request.actor], now)  # type: ignore[attr-defined]  # the address is guarded
    return JsonResponse({"now": int(now.timestamp() * 1000)})


def _topic_beside(request: HttpRequest, ref: str) -> str:
    """Give the topic of those who look at a thing within the asker's reach. Raises NotThere."""
    topic = beside.topic_of(ref)
    if not live.may_follow(request.actor, topic):  # type: ignore[attr-defined]  # guarded
        raise NotThere
    return topic


@require_GET
def neighbours(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who else looks at a thing; nothing where the page knows (`mark`)."""
    topic = _topic_beside(request, ref)
    found = beside.neighbours(topic, request.actor.ref)  # type: ignore[attr-defined]  # guarded
    mark = beside.mark_of(found)
    if request.GET.get("mark") == mark:
        # Nothing to say anew: a screen reader would say it again.
        return HttpResponse(status=204)
    return render(request, "kit/neighbours.html", {"neighbours": found, "mark": mark})


@require_POST
def types(request: HttpRequest, ref: str) -> HttpResponse:
    """Hear that the asker types into a thing."""
    topic = _topic_beside(request, ref)
    beside.type_in(topic, request.actor.ref)  # type: ignore[attr-defined]  # guarded
    return HttpResponse(status=204)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form is too old to be trusted, and what to do."""
    return render(request, "403_csrf.html", status=403)
