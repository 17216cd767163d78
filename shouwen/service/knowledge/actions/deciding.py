"""Deciding, by another person than the author: approve, send back, review, withdraw."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff.models import Person
from shouwen.service.knowledge import access
from shouwen.service.knowledge.actions.indexing import index
from shouwen.service.knowledge.actions.moving import move
from shouwen.service.knowledge.actions.people import person_of
from shouwen.service.knowledge.actions.refusals import NothingOpen, SamePerson
from shouwen.service.knowledge.actions.wording import reason_needed
from shouwen.service.knowledge.models import (
    REASON_MAX_CHARACTERS,
    ArticleVersion,
    MissingRequest,
    RequestState,
    State,
)
from shouwen.service.knowledge.rules.states import Act


def _decider(actor: Actor, version: ArticleVersion) -> Person:
    person = person_of(actor, "knowledge.approve")
    if access.is_author(actor, version):
        raise SamePerson
    return person


def _require_not_over(version: ArticleVersion, at: datetime) -> None:
    """Let go on what still counts or is to count. Raises NothingOpen."""
    if version.valid_until is not None and version.valid_until <= at:
        raise NothingOpen


@transaction.atomic
def approve(
    version: ArticleVersion, *, seen: int | None = None, actor: Actor, at: datetime
) -> None:
    """Let a version count from its day on, or from now; the one before it ends there.

    Raises NotAllowed, SamePerson, NothingOpen, ChangedMeanwhile, Invalid where its last day has
    passed while it waited. Serves OM-6.4-03.
    """
    approver = _decider(actor, version)
    begins = max(version.valid_from or at, at)
    if version.valid_until is not None and version.valid_until <= begins:
        words = _("Its last day has passed. Send it back for a new one.")
        raise Invalid(fields={"valid_until": words})
    changes: dict[str, Any] = {"approver": approver, "approved_at": at, "valid_from": begins}
    move(version, Act.APPROVE, actor=actor, at=at, seen=seen, changes=changes)
    _end_others(version, begins)
    index(version)
    MissingRequest.objects.filter(article=version.article, state=RequestState.OPEN).update(
        state=RequestState.ANSWERED, settled_by=approver, settled_at=at
    )


def _end_others(version: ArticleVersion, begins: datetime) -> None:
    """Let no other version of the article count from `begins` on."""
    others = ArticleVersion.objects.filter(article_id=version.article_id, state=State.PUBLISHED)
    others = others.exclude(pk=version.pk)
    # One that was to begin later never does.
    others.filter(valid_from__gte=begins).update(valid_until=F("valid_from"))
    others.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=begins)).filter(
        valid_from__lt=begins
    ).update(valid_until=begins)


@transaction.atomic
def send_back(
    version: ArticleVersion, reason: str, *, seen: int | None = None, actor: Actor, at: datetime
) -> None:
    """Give a version back to its author with what is to be changed.

    Raises NotAllowed, SamePerson, NothingOpen, ChangedMeanwhile, Invalid without a reason.
    """
    _decider(actor, version)
    changes = {"reason": reason_needed(reason, REASON_MAX_CHARACTERS), "submitted_at": None}
    move(version, Act.SEND_BACK, actor=actor, at=at, seen=seen, changes=changes)


@transaction.atomic
def review(
    version: ArticleVersion,
    next_on: date | None,
    *,
    seen: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Say after a look that a published version still holds, and when to look next.

    Raises NotAllowed, SamePerson, NothingOpen, Invalid for a day that is not to come.
    Serves OM-6.4-03, CG-1.2-04.
    """
    _decider(actor, version)
    _require_not_over(version, at)
    if next_on is None or next_on <= day_of(at):
        raise Invalid(fields={"review_on": _("Choose a day after today.")})
    move(version, Act.REVIEW, actor=actor, at=at, seen=seen, changes={"review_on": next_on})


@transaction.atomic
def retire(
    version: ArticleVersion, reason: str, *, seen: int | None = None, actor: Actor, at: datetime
) -> None:
    """Let a published version count no longer, from now on; what it was stays readable.

    Raises NotAllowed without the right, NothingOpen, ChangedMeanwhile, Invalid without a reason.
    """
    person_of(actor, "knowledge.approve")
    _require_not_over(version, at)
    ends = max(version.valid_from or at, at)
    changes = {
        "reason": reason_needed(reason, REASON_MAX_CHARACTERS),
        "retired_at": at,
        "valid_until": ends,
    }
    move(version, Act.RETIRE, actor=actor, at=at, seen=seen, changes=changes)
