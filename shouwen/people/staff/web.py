"""From a request or a socket to the actor behind it.

Pages write `@staff_required("case.read")` above a view of a `StaffRequest`; sockets find
`scope["actor"]` and ask `actor_again(scope)` before each act.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.aio import in_thread
from shouwen.ground.kernel.gathering import Gatherer
from shouwen.people.staff import access, actions, again, queries
from shouwen.people.staff.models import Person
from shouwen.people.staff.queries import actors
from shouwen.people.staff.sessions import SessionStore

P = ParamSpec("P")
UNAUTHENTICATED = 401
# Whoever is disabled or signed out is cut off within seconds; a quarter of one is not felt.
TOGETHER_SECONDS = 0.25

_looked_up = Gatherer(again.people_again, apart_seconds=TOGETHER_SECONDS)


class StaffRequest(HttpRequest):
    """A request whose sender is a signed-in member of staff with all factors given."""

    actor: Actor
    person: Person


class ActorMiddleware:
    """Sets `request.actor` (an Actor or None) and `request.person` (a Person or None).

    A session that is closed, or whose person is disabled, is emptied on the spot; parts of a page
    that refresh by themselves notice it within two seconds. A person who
    must still enrol a second factor has no actor. Pages speak the person's language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Take the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Find the actor, then go on."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not _refreshes(request):
            again.forget_seen(key)
        elif seen := again.seen_lately(key):
            request.user = seen.person
            return self._go_on(request, seen.person, seen.actor)
        person = request.user if isinstance(request.user, Person) else None
        if person is not None and not self._stands(person, request):
            request.session.flush()
            person = None
            request.user = AnonymousUser()
        actor = queries.actor_of_session(person, request.session)
        if person is not None and actor is not None and _refreshes(request):
            again.note_seen(key, person, actor)
        return self._go_on(request, person, actor)

    def _go_on(
        self, request: HttpRequest, person: Person | None, actor: Actor | None
    ) -> HttpResponseBase:
        request.person = person  # type: ignore[attr-defined]  # see StaffRequest
        request.actor = actor  # type: ignore[attr-defined]  # see StaffRequest
        if person is None:
            return self.get_response(request)
        translation.activate(person.language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        # A signed-in page in a shared cache or behind the back button would outlive its session.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _stands(self, person: Person, request: HttpRequest) -> bool:
        if not actors.session_stands(person, request.session):
            return False
        # At one factor while an app is enrolled: the way in is to sign in again, with the code.
        return not (actors.lacks_factor(request.session) and queries.has_factor(person))


def _refreshes(request: HttpRequest) -> bool:
    """Whether a part of a page asks for itself again."""
    return request.method == "GET" and request.headers.get("HX-Request") == "true"


def sign_in_url(request: HttpRequest) -> str:
    """Give the address of the sign-in page, coming back to this page after it."""
    return f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}"


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "person", None) is not None:
        target = reverse("mfa_activate_totp")
    elif request.headers.get("HX-Request"):
        # The fragment's own address is no page to come back to.
        target = settings.LOGIN_URL
    else:
        target = sign_in_url(request)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=UNAUTHENTICATED, headers={"HX-Redirect": target})
    return redirect(target)


def staff_required(
    *rights: str,
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponse]],
    Callable[Concatenate[Any, P], HttpResponse],
]:
    """Open a page only to staff who hold *all* these rights.

    Others are led to sign in (htmx: 401 with HX-Redirect) or see the 403 page. Raises ValueError
    when the program starts if no role bears a right named here.
    """
    for right in rights:
        access.has_right(None, right)

    def guard(
        view: Callable[Concatenate[StaffRequest, P], HttpResponse],
    ) -> Callable[Concatenate[Any, P], HttpResponse]:
        @wraps(view)
        def guarded(request: Any, /, *args: P.args, **options: P.kwargs) -> HttpResponse:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return _ask_to_sign_in(request)
            if not all(access.has_right(actor, right) for right in rights):
                return render(request, "staff/not_allowed.html", status=403)
            return view(request, *args, **options)

        # The route matrix test reads what a door asks for.
        guarded.rights = rights  # type: ignore[attr-defined]  # functions take attributes
        return guarded

    return guard


def keep_preference(request: HttpRequest, name: str, value: str) -> None:
    """Keep with the person what they chose for their pages; plugged into kit by the wiring."""
    person: Person | None = getattr(request, "person", None)
    actor: Actor | None = getattr(request, "actor", None)
    if person is None or actor is None or name not in ("language", "theme", "density"):
        return
    actions.set_preferences(person, actor=actor, at=time.now(), **{name: value})


class ActorSocketMiddleware:
    """Puts `scope["actor"]` (Actor or None), `scope["person_id"]` and `scope["session"]`."""

    def __init__(self, inner: ASGI3Application) -> None:
        """Take the next layer."""
        self.inner = inner

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Find the actor behind the session cookie, then go on."""
        found: dict[str, Any] = dict(scope)
        session = SessionStore(_cookie(found, settings.SESSION_COOKIE_NAME))
        found["session"] = session
        found["person_id"], found["actor"] = (
            await in_thread(again.of_session, session) if session.session_key else again.NOBODY
        )
        await self.inner(found, receive, send)  # type: ignore[arg-type]  # a scope with our keys


def _cookie(scope: dict[str, Any], name: str) -> str | None:
    for header, value in scope.get("headers", []):
        if header == b"cookie":
            cookies: dict[str, str] = parse_cookie(value.decode("latin1"))
            return cookies.get(name) or None
    return None


async def actor_again(scope: dict[str, Any]) -> Actor | None:
    """Give the actor as of now: None once the session is closed or the person disabled."""
    key = scope["session"].session_key
    found = await _looked_up.ask(key) if key else None
    scope["person_id"], scope["actor"] = found or again.NOBODY
    actor: Actor | None = scope["actor"]
    return actor
