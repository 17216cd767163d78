"""Spike mode as pages and programs ask for it: what runs, what ran, and the floor it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shouwen.contact.routing import access, spikes
from shouwen.contact.routing.models import Spike
from shouwen.contact.routing.queries.live import QueueCounts, live_counts
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as rights

SPIKES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Floor:
    """The queues of one institution now; `whole` is the stretch that counts for all of them."""

    queues: Sequence[QueueCounts]
    whole: Spike | None
    ended: Sequence[Spike]
    may_switch: bool


def _home(actor: Actor) -> int:
    rights.require(actor, "routing.read")
    if actor.institution_id is None:
        raise NotThere
    return actor.institution_id


def floor_now(actor: Actor, now: datetime) -> Floor:
    """Give every queue with its figures, openings and spike mode; needs `routing.read`."""
    home = _home(actor)
    counts = live_counts(home, now)
    return Floor(
        queues=counts,
        whole=spike_of_all(home),
        ended=[spike for spike in spikes_of(actor) if spike.ended_at],
        may_switch=access.may_switch(actor, home),
    )


def spike_of_all(institution_id: int) -> Spike | None:
    """Give the stretch that runs for every queue of an institution, if one does."""
    return next((one for one in spikes.running(institution_id) if one.queue_id is None), None)


def spikes_running(institution_id: int) -> list[Spike]:
    """Give what runs in an institution, the one of all queues first."""
    return spikes.running(institution_id)


def spikes_of(actor: Actor) -> list[Spike]:
    """Give the latest stretches of the actor's institution, newest first; `routing.read`."""
    found = Spike.objects.filter(institution_id=_home(actor)).select_related("queue")
    return list(found.order_by("-began_at", "-pk")[:SPIKES_SHOWN])


def spike_for(actor: Actor, public_id: str) -> Spike:
    """Give one stretch of the actor's institution. Raises NotAllowed, NotThere."""
    found = Spike.objects.filter(institution_id=_home(actor))
    askable = public_id if public_id.isprintable() else ""
    spike = found.select_related("queue", "institution").filter(public_id=askable).first()
    if spike is None:
        raise NotThere
    return spike
