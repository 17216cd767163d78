"""Who may come in: tokens, origins, and how many from one address.

A visit's token is made by the server (256 random bits, signed for one institution), kept by the
page in its origin's local storage and sent in the first frame of a socket or in the `X-Visit-Token`
header. It is no cookie, on purpose: inside a frame on another site browsers drop third-party
cookies, and a cookie is sent by itself, which would open the socket and every POST to forgery
from other sites. A header or a first frame is sent by our own page alone. What a script could
steal is guarded by the content policy (no inline script, no outside host), and the token opens
one visit at one institution, nothing of the customer record.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import errors, tokens

TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}:[A-Za-z0-9_-]{43}")
SAME_SITE = frozenset({"same-origin", "none", ""})


class VisitUnknown(errors.Problem):
    """The token is not one of ours, or belongs to another institution."""

    status = 401
    message = _("This conversation could not be found again. A new one begins with your message.")


class OriginRefused(errors.NotAllowed):
    """A page of another site asks in the visitor's name."""

    message = _("This address does not answer pages of other sites.")


class ServerTrouble(errors.Problem):
    """Something broke on our side; the detail is in the log."""

    status = 500
    message = _("Something went wrong on our side. What you sent is tried again by itself.")


class TooManyConnections(errors.TooMany):
    """One address holds more sockets than people could."""

    message = _("Too many chats are open from this network. Close one, then reload the page.")


def _signer(institution_code: str) -> signing.Signer:
    return signing.Signer(salt=f"carriers.visit.{institution_code}")


def new_token(institution_code: str) -> str:
    """Make a token for a browser that has none; no row is written until it says something."""
    return _signer(institution_code).sign(tokens.new_token())


def token_digest(token: str, institution_code: str) -> str:
    """Give the digest under which the token's visit is kept. Raises VisitUnknown."""
    if not TOKEN_PATTERN.fullmatch(token):
        raise VisitUnknown
    try:
        secret = _signer(institution_code).unsign(token)
    except signing.BadSignature:
        raise VisitUnknown from None
    return tokens.digest_of(secret)


def _host_of(origin: str) -> str:
    parts = urlsplit(origin)
    return parts.netloc.lower() if parts.scheme in ("http", "https") else ""


def is_own_origin(origin: str | None, host: str) -> bool:
    """Whether a request comes from our own pages or from a site that may embed them.

    Only browsers send an origin. A program that sends none carries no one's cookies and must
    show the token like everybody else.
    """
    if not origin:
        return True
    if origin in settings.WIDGET_ORIGINS:
        return True
    return bool(host) and _host_of(origin) == host.lower()


def require_own_page(headers: Mapping[str, str], host: str) -> None:
    """Refuse requests that a page of another site makes. Raises OriginRefused."""
    if headers.get("Sec-Fetch-Site", "") not in SAME_SITE:
        raise OriginRefused
    if not is_own_origin(headers.get("Origin"), host):
        raise OriginRefused


def header_of(scope: Mapping[str, Any], name: bytes) -> str:
    """Give one header of an ASGI scope, or nothing."""
    found: Iterable[tuple[bytes, bytes]] = scope.get("headers", [])
    return next((value.decode("latin-1") for key, value in found if key.lower() == name), "")


def address_of(scope: Mapping[str, Any]) -> str:
    """Give the visitor's network address; forwarded headers count only behind our own proxies."""
    proxies = int(settings.AXES_IPWARE_PROXY_COUNT or 0)
    if proxies:
        hops = [h.strip() for h in header_of(scope, b"x-forwarded-for").split(",") if h.strip()]
        if len(hops) >= proxies:
            return hops[-proxies]
    client = scope.get("client") or ("unknown", 0)
    return str(client[0])


class Doorkeeper:
    """Counts the sockets each address holds in this process."""

    def __init__(self) -> None:
        """Begin with nobody inside."""
        self._inside: Counter[str] = Counter()
        self._lock = threading.Lock()

    def let_in(self, address: str) -> None:
        """Count one more. Raises TooManyConnections at the limit."""
        with self._lock:
            if self._inside[address] >= settings.VISITORS_PER_ADDRESS:
                raise TooManyConnections
            self._inside[address] += 1

    def let_out(self, address: str) -> None:
        """Count one fewer."""
        with self._lock:
            self._inside[address] -= 1
            if self._inside[address] <= 0:
                del self._inside[address]


doorkeeper = Doorkeeper()
