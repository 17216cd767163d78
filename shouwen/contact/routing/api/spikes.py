"""Spike mode for programs: what runs and ran, switched on and off."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Header, Router, Schema, Status

from shouwen.contact.routing import actions, queries
from shouwen.contact.routing.models import Spike
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff.models import Institution

spikes_router = Router(tags=["queues"])


class SpikeIn(Strict):
    """Spike mode for one queue (its code), or without one for every queue of the institution."""

    queue: Annotated[str, Field(max_length=40)] = ""
    reason: Annotated[str, Field(max_length=80)]
    minutes: int | None = None


class SpikeOut(Schema):
    """One stretch of spike mode; `ended_at` is null while it runs."""

    id: str
    queue: str | None
    by_rule: bool
    reason: str
    began_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    ended_how: str


def _spike(spike: Spike) -> SpikeOut:
    return SpikeOut(
        id=spike.public_id,
        queue=spike.queue.code if spike.queue else None,
        by_rule=spike.by_rule,
        reason=spike.reason,
        began_at=spike.began_at,
        ends_at=spike.ends_at,
        ended_at=spike.ended_at,
        ended_how=spike.ended_how,
    )


@spikes_router.get(
    "", response={200: list[SpikeOut], **PROBLEMS}, summary="Spike mode, newest first"
)
def list_spikes(request: ApiRequest) -> list[SpikeOut]:
    """Give the latest stretches of the caller's institution, those that run among them."""
    return [_spike(spike) for spike in queries.spikes_of(request.actor)]


@spikes_router.post("", response={201: SpikeOut, **PROBLEMS}, summary="Switch spike mode on")
def begin_spike(
    request: ApiRequest,
    body: SpikeIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")],
) -> Status[SpikeOut]:
    """Switch it on for a queue or for all; it ends by itself. A 409 while it is on already."""
    actor, at = request.actor, time.now()
    if actor.institution_id is None:
        raise NotAllowed
    institution = Institution.objects.get(pk=actor.institution_id)
    queue = queries.queue_for(actor, body.queue) if body.queue else None

    def work() -> str:
        spike = actions.begin_spike(
            institution, queue=queue, reason=body.reason, minutes=body.minutes, actor=actor, at=at
        )
        return str(spike.public_id)

    scope = f"api:spike:{actor.ref}"
    ref = idempotency.do_once(scope, idempotency_key, body.model_dump(), work, at=at)
    return Status(201, _spike(queries.spike_for(actor, ref)))


@spikes_router.post(
    "/{public_id}/end", response={200: SpikeOut, **PROBLEMS}, summary="Switch spike mode off"
)
def end_spike(request: ApiRequest, public_id: str) -> SpikeOut:
    """End a stretch; ended twice is ended once."""
    spike = queries.spike_for(request.actor, public_id)
    actions.end_spike(spike, actor=request.actor, at=time.now())
    return _spike(spike)
