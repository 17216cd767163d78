"""What those who write and approve have to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.kernel.time import day_of
from shouwen.service.knowledge import access
from shouwen.service.knowledge.models import (
    ArticleVersion,
    MissingRequest,
    RequestState,
    State,
)
from shouwen.service.knowledge.queries.scope import in_force
from shouwen.service.knowledge.queries.searching import RELATIONS

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Work:
    """Versions to write on, to decide about and to look at again, the longest waiting first."""

    drafts: list[ArticleVersion]
    submitted: list[ArticleVersion]
    to_review: list[ArticleVersion]


def to_do(actor: Actor, *, at: datetime) -> Work:
    """Give what is to be written, approved and reviewed. Raises NotAllowed."""
    if not access.may_see_drafts(actor):
        raise NotAllowed
    rows = ArticleVersion.objects.filter(institution_id=actor.institution_id or 0)
    rows = rows.select_related(*RELATIONS)
    today = day_of(at)
    due = rows.filter(in_force(at), state=State.PUBLISHED, review_on__lte=today)
    return Work(
        drafts=list(rows.filter(state=State.DRAFT).order_by("pk")[:SHOWN]),
        submitted=list(rows.filter(state=State.SUBMITTED).order_by("submitted_at", "pk")[:SHOWN]),
        to_review=list(due.order_by("review_on", "pk")[:SHOWN]),
    )


def badge_count(actor: Actor) -> int:
    """Count what waits for this person: what others handed in, or what the desk misses."""
    if not actor.is_person:
        return 0
    institution_id = actor.institution_id or 0
    if access.may_approve(actor):
        waiting = ArticleVersion.objects.filter(
            institution_id=institution_id, state=State.SUBMITTED
        ).exclude(author__public_id=actor.ref)
        return waiting.order_by("-pk")[:SHOWN].count()
    if access.may_write(actor):
        asked = MissingRequest.objects.filter(
            institution_id=institution_id, state=RequestState.OPEN, article__isnull=True
        )
        return asked.order_by("-pk")[:SHOWN].count()
    return 0
