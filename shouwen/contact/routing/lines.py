"""Who waits in a queue, in order.

Everybody who waits asks for their place every few seconds, and the answers differ only by place, so
the line is read once a second for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.contact.routing import spikes
from shouwen.contact.routing.models import WAITING_ENTRY_STATES, Queue, QueueEntry
from shouwen.ground.kernel import kept

KEPT_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Line:
    """The places of a queue's entries by row id (1 is next), and whether spike mode is on."""

    places: dict[int, int]
    in_spike: bool


def of(queue: Queue, now: datetime) -> Line:
    """Give a queue's line, at most a second old."""
    key = f"routing.line.{queue.pk}.{int(now.timestamp()) // KEPT_SECONDS}"
    return kept.for_seconds(key, KEPT_SECONDS, lambda: _read(queue))


def _read(queue: Queue) -> Line:
    waiting = QueueEntry.objects.filter(queue=queue, state__in=WAITING_ENTRY_STATES).order_by(
        "rank_at", "pk"
    )
    places = {pk: place for place, pk in enumerate(waiting.values_list("pk", flat=True), 1)}
    return Line(places, bool(spikes.of([queue], queue.institution_id)))
