"""Authentication backends that stand before the password check."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from axes.handlers.base import AxesHandler
from axes.signals import user_locked_out
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from shouwen.ground.kernel import time
from shouwen.people.staff.signing_in import guesses


def client_address(request: HttpRequest) -> str:
    """Give the address a request came from; plugged into axes.

    Behind `SHOUWEN_PROXIES` of our own proxies it is the entry which the outermost of them wrote.
    Whatever stands further left was sent by the client, and is ignored.
    """
    direct = str(request.META.get("REMOTE_ADDR") or "")
    proxies: int = settings.AXES_IPWARE_PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies < 1 or len(forwarded) < proxies:
        return direct
    try:
        return str(ip_address(forwarded[-proxies]))
    except ValueError:
        return direct


def source_of(request: HttpRequest) -> str:
    """Give the address axes determined for this request, by its proxy settings."""
    return str(getattr(request, "axes_ip_address", "") or "")


class GuessHandler(AxesHandler):  # type: ignore[misc]  # the library is untyped
    """What axes knows of failures: the counted guesses, instead of tables of its own.

    Its own table has no unique key, so on PostgreSQL parallel failures leave two rows for one
    place and every later failure there ends in an error.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Give the limit when a lock of this name is shut, else nothing."""
        username = str((credentials or {}).get("username") or "")
        at = time.now()
        locks = (
            guesses.name_and_source(username, source_of(request)),
            guesses.name_alone(username),
        )
        shut = any(guesses.is_shut(lock, at=at) for lock in locks)
        return int(settings.AXES_FAILURE_LIMIT) if shut else 0

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **_options: Any,
    ) -> None:
        """Mark the request for the lock-out page when this guess was the last, and say so."""
        if request is None:
            return
        shut = self.get_failures(request, credentials) > 0
        if shut or getattr(request, "axes_locked_out", False):
            request.axes_locked_out = True  # type: ignore[attr-defined]  # axes' own mark
            user_locked_out.send(
                "axes",
                request=request,
                username=str(credentials.get("username") or ""),
                ip_address=source_of(request),
            )

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **_options: Any) -> None:
        """Do nothing: the right password has opened the locks already."""

    def user_logged_out(
        self, sender: Any, request: HttpRequest, user: Any, **_options: Any
    ) -> None:
        """Do nothing."""


class GuessGuard:
    """Takes a guess before the password is looked at; it signs nobody in by itself.

    By itself django-axes counts failures after the check, so guesses sent at once all pass its
    limit. Here they are counted before, per name and source, and per name alone with a higher one.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, **_credentials: Any
    ) -> None:
        """Let the next backend look, or raise PermissionDenied when no guess is free."""
        if request is None or username is None:
            raise PermissionDenied
        at = time.now()
        # The narrow lock first: whoever is stopped there uses up nothing of the wide one.
        source = source_of(request)
        if guesses.take(guesses.name_and_source(username, source), at=at) and guesses.take(
            guesses.name_alone(username), at=at
        ):
            return
        # Axes' middleware answers with the lock-out page, and tells the trail.
        request.axes_locked_out = True  # type: ignore[attr-defined]  # axes' own mark
        raise PermissionDenied
