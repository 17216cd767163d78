"""Why a contact went where it went, for programs."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from shouwen.contact.routing import queries
from shouwen.contact.routing.queries import Hand, Judged, Made, Placed, Ranked
from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest

contacts_router = Router(tags=["routing"])


class CandidateOut(Schema):
    """One person as the rule saw them; `obstacles` is empty for one who fitted."""

    person: str | None
    is_chosen: bool
    fits: bool
    obstacles: list[str]
    levels: dict[str, int]
    in_hand: int
    of_channel: int
    capacity: int
    idle_seconds: int
    is_preferred: bool


class OfferOut(Schema):
    """An offer and how it ended; `ended_at` is null while it is open."""

    id: str
    state: str
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class StepOut(Schema):
    """One step: `queue` (put into one), `rank` (by a tier learnt later), `offer`, `hand`."""

    kind: str
    at: datetime
    queue: str | None = None
    reason: str | None = None
    rule: dict[str, str] | None = None
    inputs: dict[str, str] | None = None
    person: str | None = None
    waited_seconds: int | None = None
    effective_priority: float | None = None
    skills: dict[str, int] | None = None
    candidates: list[CandidateOut] | None = None
    others: int | None = None
    offer: OfferOut | None = None
    until_at: datetime | None = None
    was_offered: bool | None = None


class RoutingOut(Schema):
    """A contact's way; `now` judges everybody at this moment and is empty unless it waits."""

    contact: str
    state: str
    queue: str | None
    position: int | None
    expected_wait_seconds: int | None
    steps: list[StepOut]
    now: list[CandidateOut]


def _candidate(judged: Judged) -> CandidateOut:
    verdict = judged.verdict
    return CandidateOut(
        person=judged.person.public_id if judged.person else None,
        is_chosen=judged.is_chosen,
        fits=verdict.fits,
        obstacles=[one.value for one in verdict.obstacles],
        levels=dict(verdict.levels),
        in_hand=verdict.in_hand,
        of_channel=verdict.of_channel,
        capacity=verdict.capacity,
        idle_seconds=verdict.idle_seconds,
        is_preferred=verdict.is_preferred,
    )


INPUTS = ("channel", "intent", "language", "tier", "risk")


def _step(step: Placed | Ranked | Made | Hand) -> StepOut:
    if isinstance(step, Ranked):
        points = {name: str(step.inputs[name]) for name in ("had_points", "tier_points")}
        return StepOut(kind="rank", at=step.at, inputs=points)
    if isinstance(step, Placed):
        inputs = {name: str(step.inputs.get(name) or "") for name in INPUTS}
        return StepOut(
            kind="queue",
            at=step.at,
            queue=step.code,
            reason=str(step.inputs.get("reason") or ""),
            rule=dict(step.rule) or None,
            inputs=None if step.inputs.get("returns") else inputs,
        )
    if isinstance(step, Hand):
        return StepOut(
            kind="hand",
            at=step.at,
            person=step.person.public_id,
            reason=step.reason,
            until_at=step.until_at,
            was_offered=step.was_offered,
        )
    offer = step.offer
    return StepOut(
        kind="offer",
        at=step.at,
        person=step.person.public_id if step.person else None,
        waited_seconds=step.inputs.get("waited_seconds"),
        effective_priority=step.inputs.get("effective_priority"),
        skills={asked.code: asked.level for asked in step.asked},
        candidates=[_candidate(one) for one in step.judged],
        others=step.others,
        offer=OfferOut(
            id=offer.public_id,
            state=offer.state,
            offered_at=offer.offered_at,
            expires_at=offer.expires_at,
            ended_at=offer.ended_at,
        )
        if offer
        else None,
    )


@contacts_router.get(
    "/{public_id}/routing",
    response={200: RoutingOut, **PROBLEMS},
    summary="Why a contact went where it went",
)
def routing_of(request: ApiRequest, public_id: str) -> RoutingOut:
    """Give each decision with its inputs, each offer and its end; for lead, inspector, auditor."""
    story = queries.story_of(request.actor, public_id, time.now())
    return RoutingOut(
        contact=story.contact.public_id,
        state=story.contact.state,
        queue=story.entry.queue.code if story.entry else None,
        position=story.place.position if story.place else None,
        expected_wait_seconds=story.place.wait_seconds if story.place else None,
        steps=[_step(step) for step in story.steps],
        now=[_candidate(one) for one in story.now],
    )
