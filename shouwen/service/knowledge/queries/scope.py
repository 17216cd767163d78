"""What of the versions an asker may see."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge import access
from shouwen.service.knowledge.models import ArticleVersion


def in_force(at: datetime, prefix: str = "") -> Q:
    """Ask for what counts at a moment, whatever became of it later."""
    return Q(**{f"{prefix}approved_at__isnull": False, f"{prefix}valid_from__lte": at}) & (
        Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gt": at})
    )


def published_as_of(actor: Actor, at: datetime) -> QuerySet[ArticleVersion]:
    """Give what the centre may say at a moment, in the actor's institution. Raises NotAllowed."""
    staff_access.require(actor, "knowledge.read")
    return ArticleVersion.objects.filter(in_force(at), institution_id=actor.institution_id or 0)


def within_sight(actor: Actor, at: datetime) -> QuerySet[ArticleVersion]:
    """Give every version for those who write or approve; to readers what has counted by then.

    Raises NotAllowed.
    """
    staff_access.require(actor, "knowledge.read")
    rows = ArticleVersion.objects.filter(institution_id=actor.institution_id or 0)
    if access.may_see_drafts(actor):
        return rows
    return rows.filter(approved_at__isnull=False, valid_from__lte=at)
