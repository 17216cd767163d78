"""Opening a masked value on a page: ask for the purpose, show it for half a minute, hide it."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotSignedIn, Words
from shouwen.ground.kit import web
from shouwen.ground.vault import access, actions, scopes
from shouwen.ground.vault.templatetags.vault import mask_context

SHOWN_SECONDS = 30
# What is stored is the word on the left, the same in every language.
PURPOSES: dict[str, Words] = {
    "verify-identity": _("Verify who is calling"),
    "contact-customer": _("Call or write back"),
    "handle-business": _("Handle their business"),
    "correct-record": _("Correct the record"),
}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn
    access.require(access.may_reveal(actor))
    return actor


def _row(actor: Actor, kind: str, ref: str, field: str) -> models.Model:
    row = scopes.load(actor, kind, ref)
    scopes.sealed_field(row, field)
    return row


@never_cache
@require_GET
def ask(request: HttpRequest, kind: str, ref: str, field: str) -> HttpResponse:
    """Open the dialog in which the purpose is chosen."""
    actor = _actor(request)
    row = _row(actor, kind, ref, field)
    used = actions.reveals_used(actor, time.now())
    return render(
        request,
        "vault/ask.html",
        {
            **mask_context(row, field, actor),
            "purposes": PURPOSES,
            "used": used,
            "quota": actions.REVEALS_PER_DAY,
        },
    )


@never_cache
@require_POST
def reveal(request: HttpRequest) -> HttpResponse:
    """Show one value for 30 seconds; the trail has it before the page does."""
    actor = _actor(request)
    field = request.POST.get("field", "")
    row = _row(actor, request.POST.get("kind", ""), request.POST.get("ref", ""), field)
    reason = request.POST.get("reason", "")
    if reason not in PURPOSES:
        raise Invalid(fields={"reason": _("Choose what you need this for.")})
    plain = actions.reveal(row, field, actor=actor, at=time.now(), reason=reason)
    response = render(
        request,
        "vault/revealed.html",
        {**mask_context(row, field, actor), "plain": plain, "seconds": SHOWN_SECONDS},
    )
    return web.close_dialogs(response)


@never_cache
@require_GET
def masked(request: HttpRequest, kind: str, ref: str, field: str) -> HttpResponse:
    """Show the mask again."""
    actor = _actor(request)
    row = _row(actor, kind, ref, field)
    return render(request, "vault/mask.html", mask_context(row, field, actor))


for _view in (ask, reveal, masked):
    # The route matrix test reads what a door asks for.
    _view.__dict__["rights"] = ("customer.reveal",)
