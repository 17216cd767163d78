"""How fast a queue moves: who can take from it, and how long they had the last contacts in hand.

Everybody who waits asks every few seconds, and all of one queue get the same answer, so it is
worked out once for some seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, DurationField, F, OuterRef, QuerySet, Subquery, Value

from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.contact.routing import rules
from shouwen.contact.routing.actions import snapshots
from shouwen.contact.routing.models import Queue
from shouwen.ground.kernel import kept
from shouwen.people.staff import queries as staff
from shouwen.people.staff.queries.people import RoutablePerson

RECENT_CONTACTS = 20
KEPT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """What a queue's wait follows from; `handle_seconds` is None before the first contact."""

    takers: int
    handle_seconds: float | None

    def wait_seconds(self, place: int) -> int | None:
        """Estimate the wait at this place (1 is next); None when nobody can say."""
        return rules.expected_wait_seconds(place, self.takers, self.handle_seconds)


def of(queue: Queue, channel: str, now: datetime) -> Pace:
    """Give the pace of a queue for one channel, at most five seconds old."""
    stretch = int(now.timestamp()) // KEPT_SECONDS
    key = f"routing.pace.{queue.pk}.{channel}.{stretch}"
    return kept.for_seconds(key, KEPT_SECONDS, lambda: of_all([queue], channel, now)[queue.pk])


def _answered(institution_id: OuterRef, code: OuterRef) -> QuerySet[Contact]:
    """Give what was answered and ended in a queue, the latest first."""
    return Contact.objects.filter(
        institution_id=institution_id,
        state=ContactState.ENDED,
        queue_code=code,
        answered_at__isnull=False,
        ended_at__isnull=False,
    ).order_by("-pk")


def of_all(queues: Sequence[Queue], channel: str, now: datetime) -> dict[int, Pace]:
    """Give the pace of each queue of one institution by its row id; eight queries at most."""
    if not queues:
        return {}
    home = queues[0].institution_id
    people = staff.people_for_routing(home, now)
    asked = snapshots.demands(queues, home)
    # A slice inside a slice: of each queue the last contacts alone, whatever came before them.
    recent = _answered(OuterRef(OuterRef("institution_id")), OuterRef(OuterRef("code")))
    mean = (
        Contact.objects.filter(pk__in=Subquery(recent.values("pk")[:RECENT_CONTACTS]))
        .order_by()
        .annotate(one=Value(1))
        .values("one")
        .annotate(mean=Avg(F("ended_at") - F("answered_at")))
        .values("mean")
    )
    means = Queue.objects.filter(pk__in=[queue.pk for queue in queues]).annotate(
        mean=Subquery(mean, output_field=DurationField())
    )
    handled = dict(means.order_by("pk").values_list("pk", "mean"))
    return {
        queue.pk: Pace(
            _takers(snapshots.comer(asked[queue.pk], channel, now), channel, people),
            handled[queue.pk].total_seconds() if handled[queue.pk] else None,
        )
        for queue in queues
    }


def _takers(wanted: rules.Waiting, channel: str, people: Sequence[RoutablePerson]) -> int:
    usual = rules.DEFAULT_CAPACITY.get(channel, rules.OTHER_CAPACITY)
    most = wanted.capacities.get(channel, usual)
    return sum(
        most
        for person in people
        if wanted.skills.keys() <= person.skills.keys()
        and (not wanted.unit_ids or person.unit_id in wanted.unit_ids)
    )
