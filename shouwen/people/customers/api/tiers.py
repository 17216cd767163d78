"""What each tier of customers gives, for programs: `/tiers`."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.customers import actions, queries
from shouwen.people.customers.rules.tiers import Service
from shouwen.people.staff.models import Institution

tiers_router = Router(tags=["customers"])


class TierIn(Strict):
    """What one tier is to give; null as a limit: as for everyone.

    Of the dimension `complexity`, a case's own, only `resolve_hours` is set.
    """

    dimension: Annotated[str, Field(max_length=12)]
    tier: Annotated[str, Field(max_length=16)]
    points: int = 0
    reply_seconds: int | None = None
    dedicated_first: bool = False
    resolve_hours: int | None = None


class TiersIn(Strict):
    """The tiers to set, all or none."""

    tiers: Annotated[list[TierIn], Field(max_length=20)]


class TierOut(Schema):
    """What one tier gives, what it usually gives, and the clause behind it."""

    dimension: str
    tier: str
    points: int
    reply_seconds: int | None
    dedicated_first: bool
    resolve_hours: int | None
    usual_points: int
    clause: str


def _lines(request: ApiRequest) -> list[TierOut]:
    return [
        TierOut(
            dimension=line.dimension.value,
            tier=line.tier,
            points=line.service.points,
            reply_seconds=line.service.reply_seconds,
            dedicated_first=line.service.dedicated_first,
            resolve_hours=line.service.resolve_hours,
            usual_points=line.usual.points,
            clause=line.clause,
        )
        for line in queries.tier_lines(request.actor)
    ]


@tiers_router.get("", response={200: list[TierOut], **PROBLEMS}, summary="What each tier gives")
def list_tiers(request: ApiRequest) -> list[TierOut]:
    """Give every tier by value, risk and type with what it gives, and cases by complexity."""
    return _lines(request)


@tiers_router.put(
    "", response={200: list[TierOut], **PROBLEMS}, summary="Set what tiers give from now on"
)
def set_tiers(request: ApiRequest, body: TiersIn) -> list[TierOut]:
    """Set the tiers that are named; the others stay. The same again changes nothing."""
    if request.actor.institution_id is None:
        raise NotAllowed
    institution = Institution.objects.get(pk=request.actor.institution_id)
    wanted = {
        (line.dimension, line.tier): Service(
            line.points, line.reply_seconds, line.dedicated_first, line.resolve_hours
        )
        for line in body.tiers
    }
    actions.set_tier_services(institution, wanted, actor=request.actor, at=time.now())
    return _lines(request)
