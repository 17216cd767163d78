"""What pages and other rooms ask about queues, offers and waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.queries import ContactRow
from shouwen.contact.routing import lines, openings, pace, rules
from shouwen.contact.routing.actions import snapshots
from shouwen.contact.routing.models import (
    OPEN_ENTRY_STATES,
    SERVICE_LEVEL_SECONDS,
    WAITING_ENTRY_STATES,
    EntryState,
    Offer,
    OfferState,
    Queue,
    QueueEntry,
    Spike,
    Transfer,
)
from shouwen.contact.routing.queries.opening import Closed, closed
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy.rules.working_time import WorkingCalendar
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Person

WAITING_ROWS = 50
RECEIVERS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """One queue now. `longest_wait_seconds` is 0 when nobody waits, and counts open time alone."""

    code: str
    name: str
    waiting: int
    offered: int
    in_hand: int
    longest_wait_seconds: float
    free: int
    service_level_seconds: int
    service_level_percent: int
    is_open: bool = True
    opens_at: datetime | None = None
    spike: Spike | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A contact's place: 1 is next; `wait_seconds` is None when nobody can say how long.

    `closed` says that nobody serves the queue now, and when it opens; `in_spike` that too many
    wait for the people there are.
    """

    queue: str
    position: int
    wait_seconds: int | None
    closed: Closed | None = None
    in_spike: bool = False


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One line of the waiting list."""

    entry: QueueEntry
    row: ContactRow
    wait_seconds: float


def queues_of(institution_id: int) -> list[Queue]:
    """Give the institution's queues by code."""
    found = Queue.objects.filter(institution_id=institution_id)
    return list(found.select_related("unit").order_by("code", "pk"))


def service_level_seconds(institution_id: int, queue_code: str) -> int:
    """Give within how many seconds this queue promises a person; the usual for an unknown one."""
    found = Queue.objects.filter(institution_id=institution_id, code=queue_code)
    promised = found.values_list("service_level_seconds", flat=True).first()
    return SERVICE_LEVEL_SECONDS if promised is None else promised


def open_seconds(
    institution_id: int, queue_code: str, since: datetime, until: datetime
) -> float | None:
    """Count the seconds between two moments while this queue was open; None for an unknown one."""
    queue = Queue.objects.filter(institution_id=institution_id, code=queue_code).first()
    if queue is None:
        return None
    return openings.open_seconds(openings.calendars([queue], since)[queue.pk], since, until)


def unit_of_queue(institution_id: int, queue_code: str) -> int | None:
    """Give the unit (id) that a queue belongs to; None for a queue of no unit, or none at all."""
    found = Queue.objects.filter(institution_id=institution_id, code=queue_code)
    return found.values_list("unit_id", flat=True).first()


def live_counts(institution_id: int, now: datetime) -> list[QueueCounts]:
    """Give every queue's figures of this moment, by code; queries do not grow with anything.

    `free` counts the qualified people who are ready and have room for one more chat.
    """
    queues = queues_of(institution_id)
    counted = {
        row["queue_id"]: row
        for row in QueueEntry.objects.filter(
            institution_id=institution_id, state__in=OPEN_ENTRY_STATES
        )
        .values("queue_id")
        .annotate(
            waiting=Count("pk", filter=Q(state=EntryState.WAITING)),
            offered=Count("pk", filter=Q(state=EntryState.OFFERED)),
            in_hand=Count("pk", filter=Q(state=EntryState.ASSIGNED)),
            since=Min("enqueued_at", filter=Q(state__in=WAITING_ENTRY_STATES)),
        )
        .order_by("queue_id")
    }
    people = snapshots.people(institution_id, now)
    asked = snapshots.demands(queues, institution_id)
    hours = openings.calendars(queues, now)
    return [
        _counts(queue, counted.get(queue.pk, {}), people, asked[queue.pk], hours[queue.pk], now)
        for queue in queues
    ]


def _counts(
    queue: Queue,
    row: Mapping[str, object],
    people: Sequence[rules.Candidate],
    asked: snapshots.Demand,
    hours: WorkingCalendar | None,
    now: datetime,
) -> QueueCounts:
    as_if = snapshots.comer(asked, "chat", now)
    since = row.get("since")
    opening = rules.opening_at(hours, now)
    # A night in a closed queue is no wait that anybody could have shortened.
    waited = openings.open_seconds(hours, since, now) if isinstance(since, datetime) else 0.0
    return QueueCounts(
        code=queue.code,
        name=queue.name,
        waiting=_number(row.get("waiting")),
        offered=_number(row.get("offered")),
        in_hand=_number(row.get("in_hand")),
        longest_wait_seconds=max(0.0, waited),
        free=sum(rules.may_be_offered(person, as_if, now) for person in people),
        service_level_seconds=queue.service_level_seconds,
        service_level_percent=queue.service_level_percent,
        is_open=opening.is_open,
        opens_at=opening.opens_at,
        spike=asked.spike,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def my_offers(actor: Actor, now: datetime) -> list[Offer]:
    """Give the actor's offers that can still be answered, the one that ends first on top."""
    found = Offer.objects.filter(
        person__public_id=actor.ref, state=OfferState.OPEN, expires_at__gt=now
    )
    related = found.select_related(
        "person", "entry__queue", "entry__contact__institution", "entry__contact__customer"
    )
    return list(related.order_by("expires_at", "pk"))


def position(contact: Contact, now: datetime) -> Place | None:
    """Give a contact's place in its queue, or None when it waits no more.

    A contact on offer counts as waiting until somebody takes it. The place is at most a second old.
    """
    waiting = QueueEntry.objects.filter(contact=contact, state__in=WAITING_ENTRY_STATES)
    entry = waiting.select_related("queue").first()
    if entry is None:
        return None
    line = lines.of(entry.queue, now)
    # Who came within this second stands behind all the others.
    place = line.places.get(entry.pk, len(line.places) + 1)
    shut = closed(entry.queue, now)
    if shut is not None:
        return Place(entry.queue.code, place, None, shut)
    wait = pace.of(entry.queue, contact.channel, now).wait_seconds(place)
    return Place(entry.queue.code, place, wait, in_spike=line.in_spike)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a customer who came now would meet: how many wait, and for how many seconds.

    `wait_seconds` is None when nobody can say: nobody is there to take it, nothing was handled yet.
    """

    waiting: int
    wait_seconds: int | None


def expected_waits(queues: Sequence[Queue], now: datetime) -> dict[int, Expected]:
    """Give what the next chat would meet in each queue of one institution, by its row id.

    A constant number of queries. Of a queue that is closed it is as if it opened now.
    """
    rows = QueueEntry.objects.filter(
        queue__in=[q.pk for q in queues], state__in=WAITING_ENTRY_STATES
    )
    counted = dict(rows.values_list("queue_id").annotate(n=Count("pk")).order_by("queue_id"))
    paces = pace.of_all(queues, "chat", now)
    return {
        pk: Expected(counted.get(pk, 0), found.wait_seconds(counted.get(pk, 0) + 1))
        for pk, found in paces.items()
    }


def waiting(actor: Actor, now: datetime) -> list[WaitingRow]:
    """Give what waits in the actor's institution, soonest served first, at most 50."""
    rights.require(actor, "contact.read")
    entries = QueueEntry.objects.filter(state=EntryState.WAITING)
    if actor.institution_id is not None:
        entries = entries.filter(institution_id=actor.institution_id)
    listed = list(
        entries.select_related(
            "queue", "contact__institution", "contact__customer", "contact__owner"
        ).order_by("rank_at", "pk")[:WAITING_ROWS]
    )
    rows = conversations.rows_of(entry.contact for entry in listed)
    return [
        WaitingRow(entry, row, (now - entry.enqueued_at).total_seconds())
        for entry, row in zip(listed, rows, strict=True)
    ]


def queue_by_code(institution_id: int, code: str) -> Queue | None:
    """Give the institution's queue of this code, if there is one."""
    askable = code.isprintable()
    found = Queue.objects.filter(institution_id=institution_id, code=code if askable else "")
    return found.select_related("unit", "institution").first()


def receivers_of(actor: Actor, contact: Contact, now: datetime) -> list[Person]:
    """Give the colleagues to whom the contact can be passed now, whoever is freest first.

    They are ready, have room, and are qualified for the queue it came from.
    """
    entry = QueueEntry.objects.filter(contact=contact, state__in=OPEN_ENTRY_STATES)
    place = entry.select_related("queue__unit").first()
    there = snapshots.people(contact.institution_id, now)
    if place is not None:
        wanted = snapshots.newcomer(place.queue, contact.channel, now)
        there = [person for person in there if rules.may_be_offered(person, wanted, now)]
    else:
        there = [person for person in there if person.is_ready]
    busy = {person.person_id: sum(person.loads.values()) for person in there}
    found = Person.objects.filter(pk__in=busy).exclude(public_id=actor.ref)
    if contact.handler_id is not None:
        found = found.exclude(pk=contact.handler_id)
    listed = list(found.select_related("unit").order_by("name", "pk"))
    return sorted(listed, key=lambda person: busy[person.pk])[:RECEIVERS_SHOWN]


def transfers_by_note(note_ids: Sequence[int]) -> dict[int, Transfer]:
    """Give the transfers whose records these notes are, by the note's row id; one query."""
    found = Transfer.objects.filter(note__in=note_ids)
    related = found.select_related("contact", "from_person", "to_person", "to_queue")
    return {transfer.note_id: transfer for transfer in related}


def last_transfers(entry_ids: Sequence[int]) -> dict[int, Transfer]:
    """Give by whom and why these places were passed on last, by the place's row id; one query."""
    found = Transfer.objects.filter(entry__in=entry_ids)
    related = found.select_related("contact", "from_person").order_by("pk")
    return {transfer.entry_id: transfer for transfer in related}
