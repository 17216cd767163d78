"""Which queues are in spike mode at this moment, and what that gives them."""

from __future__ import annotations

from collections.abc import Iterable

from shouwen.contact.routing.models import Queue, Spike
from shouwen.contact.routing.rules.spiking import Limits, Relief
from shouwen.ground.policy.figures import figure


def relief_of(queue: Queue) -> Relief:
    """Give what spike mode gives a queue: its own figures, or the usual ones."""
    extra, percent = queue.spike_extra, queue.spike_overflow_percent
    return Relief(
        extra=figure("spike-extra").value if extra is None else extra,
        overflow_percent=figure("spike-overflow").value if percent is None else percent,
    )


def limits_of(queue: Queue) -> Limits:
    """Give from when on a queue is under pressure."""
    hold = queue.spike_hold_seconds
    return Limits(
        above_waiting=queue.spike_above_waiting,
        above_wait_seconds=queue.spike_above_wait_seconds,
        hold_seconds=figure("spike-hold").value if hold is None else hold,
    )


def minutes_of(queue: Queue | None) -> int:
    """Give for how long spike mode lasts unless it is ended before."""
    own = queue.spike_minutes if queue else None
    return figure("spike-lasts").value if own is None else own


def running(institution_id: int) -> list[Spike]:
    """Give the stretches that run in an institution, the one of all queues first; one query."""
    found = Spike.objects.filter(institution_id=institution_id, ended_at__isnull=True)
    listed = found.select_related("queue").order_by("began_at", "pk")
    return sorted(listed, key=lambda spike: spike.queue_id is not None)


def of(queues: Iterable[Queue], institution_id: int) -> dict[int, Spike]:
    """Give the stretch that counts for each of these queues, by row id; one query for any number.

    Its own comes before that of the institution.
    """
    listed = running(institution_id)
    whole = next((spike for spike in listed if spike.queue_id is None), None)
    own = {spike.queue_id: spike for spike in listed if spike.queue_id is not None}
    found = {queue.pk: own.get(queue.pk) or whole for queue in queues}
    return {pk: spike for pk, spike in found.items() if spike is not None}
