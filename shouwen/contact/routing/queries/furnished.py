"""How an institution's queues are set up, and where a contact would go by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shouwen.contact.routing import rules
from shouwen.contact.routing.actions import moving, queueing, snapshots
from shouwen.contact.routing.models import Queue, QueueRule
from shouwen.contact.routing.queries.explaining import Asked, Judged, asked_of
from shouwen.contact.routing.queries.live import QueueCounts, live_counts
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Person, Skill


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a contact of these facts would go at this moment, and who would be offered it."""

    queue: Queue
    line: rules.QueueCondition | None
    overflow_from: Queue | None
    judged: Sequence[Judged]
    others: int
    asked: Sequence[Asked]


def _home(actor: Actor) -> int:
    rights.require(actor, "routing.read")
    if actor.institution_id is None:
        raise NotThere
    return actor.institution_id


def queues_set_up(actor: Actor) -> list[Queue]:
    """Give the queues of the actor's institution with all they name; needs `routing.read`."""
    found = Queue.objects.filter(institution_id=_home(actor))
    related = found.select_related("unit", "overflow_queue", "institution")
    ordered = related.order_by("-is_default", "code", "pk")
    return list(ordered.prefetch_related("steps__unit", "skills__skill"))


def with_counts(listed: Sequence[Queue], now: datetime) -> list[tuple[Queue, QueueCounts]]:
    """Give queues of one institution with their figures of this moment, in the same order."""
    if not listed:
        return []
    counts = {one.code: one for one in live_counts(listed[0].institution_id, now)}
    return [(queue, counts[queue.code]) for queue in listed]


def skills_set_up(actor: Actor) -> list[Skill]:
    """Give the skills a queue of the actor's institution can ask for; needs `routing.read`."""
    return list(Skill.objects.filter(institution_id=_home(actor)).order_by("code", "pk"))


def queue_for(actor: Actor, code: str) -> Queue:
    """Give one queue of the actor's institution by its code. Raises NotAllowed, NotThere."""
    home = _home(actor)
    found = Queue.objects.filter(institution_id=home, code=code if code.isprintable() else "")
    related = found.select_related("unit", "overflow_queue", "institution")
    queue = related.prefetch_related("steps__unit", "skills__skill").first()
    if queue is None:
        raise NotThere
    return queue


def table_lines(actor: Actor) -> list[QueueRule]:
    """Give the lines of the queue table in order; needs `routing.read`."""
    lines = QueueRule.objects.filter(institution_id=_home(actor)).select_related("queue")
    return list(lines.order_by("position", "pk"))


def would_go(actor: Actor, given: Mapping[str, str], now: datetime) -> Answer | None:
    """Say where a contact of these facts would go now, by the very rules of the live centre.

    `given` holds channel, intent, language, tier and risk. None where no queue is set up yet.
    Raises NotAllowed.
    """
    home = _home(actor)
    queues = {queue.code: queue for queue in queues_set_up(actor)}
    if not queues:
        return None
    default = next((q for q in queues.values() if q.is_default), next(iter(queues.values())))
    code, line = rules.choose_queue(queueing.table_of(home), default.code, given)
    moved = rules.overflows_to(
        moving.plans_of(home), code, waited_seconds=0.0, ahead=moving.ahead_of(home)
    )
    queue = queues[moved or code]
    asked = snapshots.newcomer(queue, given.get("channel", ""), now)
    verdicts, left_out = rules.ranking(snapshots.people(home, now), asked, now)
    people = {
        person.pk: person
        for person in Person.objects.filter(
            pk__in=[verdict.person_id for verdict in verdicts]
        ).select_related("unit")
    }
    first = next((v.person_id for v in verdicts if v.fits), None)
    return Answer(
        queue=queue,
        line=line,
        overflow_from=queues[code] if moved else None,
        judged=[Judged(people.get(v.person_id), v, v.person_id == first) for v in verdicts],
        others=sum(left_out.values()),
        asked=asked_of(asked.levels_asked(now), {s.code: s for s in skills_set_up(actor)}),
    )
