"""Requests for missing articles: editors see all, others their own."""

from __future__ import annotations

from django.db.models import QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge import access
from shouwen.service.knowledge.models import MissingRequest, RequestState

SHOWN = 50


def _within_sight(actor: Actor) -> QuerySet[MissingRequest]:
    staff_access.require(actor, "knowledge.read")
    rows = MissingRequest.objects.filter(institution_id=actor.institution_id or 0)
    if not access.may_see_drafts(actor):
        rows = rows.filter(asked_by__public_id=actor.ref)
    return rows.select_related("asked_by", "settled_by", "article")


def requests(actor: Actor) -> tuple[list[MissingRequest], list[MissingRequest]]:
    """Give the open requests and the settled ones within sight, newest first."""
    rows = _within_sight(actor).order_by("-pk")
    return (
        list(rows.filter(state=RequestState.OPEN)[:SHOWN]),
        list(rows.exclude(state=RequestState.OPEN)[:SHOWN]),
    )


def request_for(actor: Actor, ref: str) -> MissingRequest:
    """Give one request within sight. Raises NotAllowed, NotThere."""
    request = _within_sight(actor).filter(public_id=ref).first()
    if request is None:
        raise NotThere
    return request
