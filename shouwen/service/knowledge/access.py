"""Who may see, write and approve knowledge."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge.models import ArticleVersion


def may_see_drafts(actor: Actor) -> bool:
    """Whether wordings that are not approved are shown: to those who write or approve."""
    return may_write(actor) or may_approve(actor)


def may_write(actor: Actor) -> bool:
    """Whether the actor writes articles."""
    return staff_access.has_right(actor, "knowledge.write")


def may_approve(actor: Actor) -> bool:
    """Whether the actor decides what the centre may say."""
    return staff_access.has_right(actor, "knowledge.approve")


def is_author(actor: Actor, version: ArticleVersion) -> bool:
    """Whether the actor wrote this version."""
    return actor.is_person and version.author.public_id == actor.ref
