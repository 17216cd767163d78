"""Versions as another person decides about them: approved, sent back, looked at again, withdrawn.

Who wrote a version decides nothing about it, by a program either; each takes a key that is bound
to a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.moments import Day
from shouwen.ground.kit.api import ApiRequest, Key
from shouwen.service.knowledge import actions
from shouwen.service.knowledge.api.versions import (
    VERSION,
    StepIn,
    VersionOut,
    take_step,
    versions_router,
)
from shouwen.service.knowledge.models import REASON_MAX_CHARACTERS, ArticleVersion


class ReasonIn(StepIn):
    """What is to be changed, or why a version counts no longer."""

    reason: Annotated[str, Field(min_length=1, max_length=REASON_MAX_CHARACTERS)]


class ReviewIn(StepIn):
    """The day, to come, by which somebody looks again."""

    review_on: Day


@versions_router.post("/{ref}/approve", response=VERSION, by_alias=True, summary="Approve")
def approve_version(request: ApiRequest, ref: str, body: StepIn, key: Key = "") -> VersionOut:
    """Let a version count from its day on, or from now; the one before it ends there."""
    return take_step(request, "knowledge.approve", ref, key, body, actions.approve)


@versions_router.post("/{ref}/send-back", response=VERSION, by_alias=True, summary="Send back")
def send_version_back(request: ApiRequest, ref: str, body: ReasonIn, key: Key = "") -> VersionOut:
    """Give a version back to its author, who rewords it and hands it in again."""

    def step(version: ArticleVersion, *, seen: int, actor: Actor, at: datetime) -> None:
        actions.send_back(version, body.reason, seen=seen, actor=actor, at=at)

    return take_step(request, "knowledge.send-back", ref, key, body, step)


@versions_router.post("/{ref}/review", response=VERSION, by_alias=True, summary="Look again")
def review_version(request: ApiRequest, ref: str, body: ReviewIn, key: Key = "") -> VersionOut:
    """Say after a look that an approved version still holds, and when to look next."""

    def step(version: ArticleVersion, *, seen: int, actor: Actor, at: datetime) -> None:
        actions.review(version, body.review_on, seen=seen, actor=actor, at=at)

    return take_step(request, "knowledge.review", ref, key, body, step)


@versions_router.post("/{ref}/retire", response=VERSION, by_alias=True, summary="Withdraw")
def retire_version(request: ApiRequest, ref: str, body: ReasonIn, key: Key = "") -> VersionOut:
    """Let an approved version count no longer from now on; it stays readable."""

    def step(version: ArticleVersion, *, seen: int, actor: Actor, at: datetime) -> None:
        actions.retire(version, body.reason, seen=seen, actor=actor, at=at)

    return take_step(request, "knowledge.retire", ref, key, body, step)
