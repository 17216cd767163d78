"""The snapshot that the rule decides over, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Window
from django.db.models.functions import RowNumber

from shouwen.contact.conversations.models import Contact, ContactState, Handling
from shouwen.contact.routing import access, openings, rules, spikes
from shouwen.contact.routing.models import (
    EntryState,
    Offer,
    OfferState,
    PersonCapacity,
    Queue,
    QueueEntry,
    QueueSkill,
    QueueStep,
    Spike,
)
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import PresenceState, RoleGrant, Unit

# Of each queue the foremost are looked at: more than any round could offer.
FOREMOST = 50
IDLE_MEMORY_HOURS = 8


def take(institution_id: int, at: datetime) -> rules.Snapshot:
    """Read what waits and who is there at this moment."""
    there = people(institution_id, at)
    waiting = _waiting(institution_id, at) if any(p.is_ready for p in there) else []
    return rules.Snapshot(now=at, waiting=waiting, people=there)


def _waiting(institution_id: int, at: datetime) -> list[rules.Waiting]:
    entries = list(
        QueueEntry.objects.filter(
            institution_id=institution_id,
            state=EntryState.WAITING,
            contact__state=ContactState.QUEUED,
        )
        .annotate(
            place=Window(RowNumber(), partition_by=F("queue"), order_by=[F("rank_at"), F("pk")])
        )
        .filter(place__lte=FOREMOST)
        .select_related("contact", "queue__unit")
        .order_by("rank_at", "pk")
    )
    queues = {entry.queue_id: entry.queue for entry in entries}
    opened = openings.of(queues.values(), at)
    entries = [entry for entry in entries if opened[entry.queue_id].is_open]
    asked = demands({e.queue_id: e.queue for e in entries}.values(), institution_id)
    let_go = _let_go(entries, at)
    return [_as_waiting(entry, asked[entry.queue_id], let_go[entry.pk]) for entry in entries]


@dataclass(frozen=True, slots=True)
class Demand:
    """What a queue asks of the people who take from it."""

    queue: str
    skills: Mapping[str, int]
    unit_ids: frozenset[int]
    widening: tuple[rules.Widening, ...]
    ageing_seconds: int
    capacities: Mapping[str, int]
    spike: Spike | None = None
    extra: int = 0


def demands(queues: Iterable[Queue], institution_id: int) -> dict[int, Demand]:
    """Give what each of these queues asks for, by its row id; four queries for any number."""
    listed = list(queues)
    steps: dict[int, list[QueueStep]] = defaultdict(list)
    found = QueueStep.objects.filter(queue__in=listed).select_related("unit")
    for step in found.order_by("after_seconds", "pk"):
        steps[step.queue_id].append(step)
    skills: dict[int, dict[str, int]] = defaultdict(dict)
    needed = QueueSkill.objects.filter(queue__in=listed).order_by("pk")
    for queue_id, code, least in needed.values_list("queue_id", "skill__code", "min_level"):
        skills[queue_id][code] = least
    spiking = spikes.of(listed, institution_id)
    tops = [queue.unit for queue in listed] + [s.unit for of in steps.values() for s in of]
    units = units_below([unit for unit in tops if unit is not None], institution_id)
    return {
        queue.pk: Demand(
            queue=queue.code,
            skills=skills[queue.pk],
            unit_ids=units[queue.unit_id] if queue.unit_id else frozenset(),
            widening=tuple(
                rules.Widening(
                    step.after_seconds,
                    levels_less=step.levels_less,
                    unit_ids=units[step.unit_id] if step.unit_id else frozenset(),
                    any_unit=step.any_unit,
                )
                for step in steps[queue.pk]
            ),
            ageing_seconds=queue.ageing_seconds,
            capacities=queue.capacities,
            spike=spiking.get(queue.pk),
            extra=spikes.relief_of(queue).extra if queue.pk in spiking else 0,
        )
        for queue in listed
    }


def _as_waiting(entry: QueueEntry, asked: Demand, let_go: Sequence[rules.LetGo]) -> rules.Waiting:
    return replace(
        comer(asked, entry.contact.channel, entry.enqueued_at),
        entry_id=entry.pk,
        priority=entry.priority,
        preferred=(entry.preferred_person_id,) if entry.preferred_person_id else (),
        let_go=tuple(let_go),
    )


def comer(asked: Demand, channel: str, since: datetime) -> rules.Waiting:
    """Give a contact of this channel as if it waited in a queue since this moment."""
    return rules.Waiting(
        entry_id=0,
        queue=asked.queue,
        channel=channel,
        priority=0,
        waiting_since=since,
        skills=asked.skills,
        unit_ids=asked.unit_ids,
        widening=asked.widening,
        ageing_seconds=asked.ageing_seconds,
        capacities=asked.capacities,
        in_spike=asked.spike is not None,
        extra=asked.extra,
    )


def waiting_as(entry: QueueEntry, at: datetime) -> rules.Waiting:
    """Give one waiting entry, with its queue and contact, as the rule sees it at this moment."""
    asked = demands([entry.queue], entry.institution_id)[entry.queue_id]
    return _as_waiting(entry, asked, _let_go([entry], at)[entry.pk])


def newcomer(queue: Queue, channel: str, at: datetime) -> rules.Waiting:
    """Give a contact of this channel as if it had come into the queue at this moment."""
    return comer(demands([queue], queue.institution_id)[queue.pk], channel, at)


def units_below(tops: list[Unit], institution_id: int) -> dict[int, frozenset[int]]:
    """Give, for each unit, the ids of itself and all below it."""
    if not tops:
        return {}
    tree = list(Unit.objects.filter(institution_id=institution_id).values_list("pk", "path"))
    return {top.pk: frozenset(pk for pk, path in tree if path.startswith(top.path)) for top in tops}


def _let_go(entries: Sequence[QueueEntry], at: datetime) -> dict[int, list[rules.LetGo]]:
    found: dict[int, list[rules.LetGo]] = defaultdict(list)
    lately = at - timedelta(seconds=rules.LET_GO_SECONDS)
    passed = Offer.objects.filter(
        entry__in=[e.pk for e in entries],
        state__in=(OfferState.DECLINED, OfferState.EXPIRED),
        ended_at__gt=lately,
    )
    for entry_id, person_id, ended_at in passed.order_by("pk").values_list(
        "entry_id", "person_id", "ended_at"
    ):
        if ended_at is not None:
            found[entry_id].append(rules.LetGo(person_id, ended_at))
    for entry in entries:
        if entry.returned_by_id is not None and entry.returned_at is not None:
            found[entry.pk].append(rules.LetGo(entry.returned_by_id, entry.returned_at))
    return found


def people(institution_id: int, at: datetime) -> list[rules.Candidate]:
    """Give everyone at their desk as the rule sees them, whether free or not."""
    listed = staff.people_for_routing(institution_id, at)
    ids = [person.person_id for person in listed]
    takers = set(
        RoleGrant.objects.filter(person__in=ids, role__in=access.TAKERS).values_list(
            "person_id", flat=True
        )
    )
    loads, offered = _loads(ids)
    capacities: dict[int, dict[str, int]] = defaultdict(dict)
    for person_id, channel, most in PersonCapacity.objects.filter(person__in=ids).values_list(
        "person_id", "channel", "most"
    ):
        capacities[person_id][channel] = most
    lately = at - timedelta(hours=IDLE_MEMORY_HOURS)
    last_busy = dict(
        Handling.objects.filter(person__in=ids, until_at__gte=lately)
        .values_list("person_id")
        .annotate(last=Max("until_at"))
    )
    return [
        rules.Candidate(
            person_id=person.person_id,
            is_ready=person.state == PresenceState.READY and person.person_id in takers,
            idle_since=max(person.since, last_busy.get(person.person_id) or person.since),
            unit_id=person.unit_id,
            skills=person.skills,
            capacities=capacities[person.person_id],
            loads=loads[person.person_id],
            has_open_offer=person.person_id in offered,
        )
        for person in listed
    ]


def _loads(ids: list[int]) -> tuple[dict[int, dict[str, int]], set[int]]:
    """Give what each person has in hand by channel, open offers included, and who has one."""
    loads: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    in_hand = Contact.objects.filter(handler__in=ids, state=ContactState.ACTIVE)
    for person_id, channel, count in in_hand.values_list("handler_id", "channel").annotate(
        count=Count("pk")
    ):
        if person_id is not None:
            loads[person_id][channel] += count
    offered = set()
    for person_id, channel in Offer.objects.filter(
        person__in=ids, state=OfferState.OPEN
    ).values_list("person_id", "entry__contact__channel"):
        loads[person_id][channel] += 1
        offered.add(person_id)
    return loads, offered


def candidate(institution_id: int, person_id: int, at: datetime) -> rules.Candidate | None:
    """Give one person as the rule sees them, or None when they are not at their desk."""
    there = people(institution_id, at)
    return next((person for person in there if person.person_id == person_id), None)
