"""Which queues are closed, as customers, desks and the console are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import openings, rules
from shouwen.contact.routing.actions import queueing
from shouwen.contact.routing.models import Hours, Queue, QueueDay
from shouwen.contact.routing.words import hours_words
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff.models import Unit


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed queue: when it opens (None beyond a year), and its usual hours in words."""

    opens_at: datetime | None
    hours: Sequence[str]


def closed(queue: Queue, now: datetime) -> Closed | None:
    """Say that a queue is closed, in the reader's language; None while it is open."""
    calendar = openings.calendars([queue], now)[queue.pk]
    opening = rules.opening_at(calendar, now)
    if opening.is_open or calendar is None:
        return None
    return Closed(opening.opens_at, hours_words(calendar.periods))


def closed_to(institution_id: int, given: Mapping[str, str], now: datetime) -> Closed | None:
    """Say that whoever comes now with these facts finds a closed queue; None where one is open.

    `given` holds channel, intent, language, tier and risk.
    """
    queues = {q.code: q for q in Queue.objects.filter(institution_id=institution_id)}
    if all(queue.hours == Hours.ALWAYS for queue in queues.values()):
        return None
    return closed(_chosen(institution_id, queues, given), now)


def queue_called_for(contact: Contact) -> Queue | None:
    """Give the queue a contact waits in, or the one the table leads it to; None without any."""
    there = queueing.open_entry(contact)
    if there is not None:
        return there.queue
    queues = {q.code: q for q in Queue.objects.filter(institution_id=contact.institution_id)}
    if not queues:
        return None
    return _chosen(contact.institution_id, queues, queueing.given_of(contact))


def unit_of_contact(contact: Contact) -> Unit | None:
    """Give the unit of the queue a contact belongs to, if it has one."""
    queue = Queue.objects.filter(institution_id=contact.institution_id, code=contact.queue_code)
    found = queue.select_related("unit").first()
    return found.unit if found else None


def _chosen(institution_id: int, queues: Mapping[str, Queue], given: Mapping[str, str]) -> Queue:
    default = next((q for q in queues.values() if q.is_default), next(iter(queues.values())))
    code, _line = rules.choose_queue(queueing.table_of(institution_id), default.code, given)
    return queues[code]


def openings_of(queues: Sequence[Queue], now: datetime) -> list[tuple[Queue, rules.Opening]]:
    """Give each queue with how it stands, in the same order; at most one query."""
    found = openings.of(queues, now)
    return [(queue, found[queue.pk]) for queue in queues]


def week_words(queue: Queue, now: datetime) -> list[str]:
    """Say the hours a queue usually keeps, in the reader's language; nothing where it never
    closes."""
    calendar = openings.calendars([queue], now)[queue.pk]
    return hours_words(calendar.periods) if calendar else []


def days_of(queue: Queue, now: datetime) -> list[QueueDay]:
    """Give the dates from today on that differ for a queue, the nearest first."""
    today = day_of(now)
    return list(QueueDay.objects.filter(queue=queue, date__gte=today).order_by("date"))
