"""How often programs may call the API: by key, and by address for whoever shows no valid one.

People at their pages are not counted here; the doors of customers and of signing in have limits
of their own.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from shouwen.ground.kernel import rates, time
from shouwen.ground.kernel.errors import TooMany
from shouwen.ground.policy import figures
from shouwen.people.staff.queries import KeyHolder
from shouwen.people.staff.signing_in.backends import client_address

ALLOWANCE = "allowance"


def count(request: HttpRequest, holder: KeyHolder | None) -> None:
    """Count a call; what is left goes out with the answer. Raises TooMany."""
    if holder is None:
        limit = figures.figure("api-strangers-per-minute").value
        # An address is somebody's: the cache holds a keyed digest of it.
        who = salted_hmac("config.pacing", client_address(request)).hexdigest()[:32]
        name = f"api.address.{who}"
    else:
        limit = holder.per_minute or figures.figure("api-per-minute").value
        name = f"api.key.{holder.ref}"
    allowance = rates.take(name, limit, time.now())
    setattr(request, ALLOWANCE, allowance)
    if allowance.is_over:
        raise TooMany


def tell(request: HttpRequest, response: HttpResponse) -> None:
    """Say in the answer's head what is allowed and what is left."""
    allowance: rates.Allowance | None = getattr(request, ALLOWANCE, None)
    if allowance is None:
        return
    response["RateLimit-Policy"] = f'"calls";q={allowance.limit};w={rates.WINDOW_SECONDS}'
    response["RateLimit"] = f'"calls";r={allowance.left};t={rates.WINDOW_SECONDS}'
    if allowance.is_over:
        response["RateLimit"] = f'"calls";r=0;t={allowance.again_in}'
        response["Retry-After"] = str(allowance.again_in)
