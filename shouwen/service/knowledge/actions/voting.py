"""Saying whether an article was of use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.vault import audit
from shouwen.service.knowledge.actions.people import person_of, require_own_institution
from shouwen.service.knowledge.actions.refusals import NotInForce
from shouwen.service.knowledge.models import ArticleVersion, Audience, PublicVote, Vote


@transaction.atomic
def vote(version: ArticleVersion, *, is_useful: bool, actor: Actor, at: datetime) -> None:
    """Count one voice for or against a version; the same person's later word replaces it.

    Raises NotAllowed for programs, NotInForce.
    """
    person = person_of(actor, "knowledge.read")
    require_own_institution(actor, version.institution_id)
    # Two voices at once are counted one after the other.
    locked = ArticleVersion.objects.select_for_update().get(pk=version.pk)
    if not locked.is_in_force(at):
        raise NotInForce
    Vote.objects.update_or_create(
        version=locked, person=person, defaults={"is_useful": is_useful, "at": at}
    )
    version.useful_count, version.useless_count = _voices(Vote.objects.filter(version=locked))
    version.save(update_fields=["useful_count", "useless_count"])
    _record(version, actor=actor, is_useful=is_useful, at=at)


@transaction.atomic
def vote_as_public(
    version: ArticleVersion, *, is_useful: bool, voter: str, actor: Actor, at: datetime
) -> None:
    """Say as a reader of the help centre whether a text was of use; the later word counts.

    `voter` is a keyed digest of the browser's session; `actor` is the unnamed reader. Raises
    NotInForce, NotThere for what is for staff alone.
    """
    locked = ArticleVersion.objects.select_for_update().get(pk=version.pk)
    if locked.audience != Audience.PUBLIC or locked.institution_id != actor.institution_id:
        raise NotThere
    if not locked.is_in_force(at):
        raise NotInForce
    PublicVote.objects.update_or_create(
        version=locked, voter=voter, defaults={"is_useful": is_useful, "at": at}
    )
    useful, useless = _voices(PublicVote.objects.filter(version=locked))
    version.public_useful_count, version.public_useless_count = useful, useless
    version.save(update_fields=["public_useful_count", "public_useless_count"])
    _record(version, actor=actor, is_useful=is_useful, at=at)


def _voices(votes: QuerySet[Any]) -> tuple[int, int]:
    """Count the voices for and against."""
    counted = votes.aggregate(
        useful=Count("pk", filter=Q(is_useful=True)),
        useless=Count("pk", filter=Q(is_useful=False)),
    )
    return counted["useful"], counted["useless"]


def _record(version: ArticleVersion, *, actor: Actor, is_useful: bool, at: datetime) -> None:
    audit.record(
        actor,
        "knowledge.voted",
        version.article,
        at=at,
        detail={"version": version.number, "useful": is_useful},
    )
