"""Who may be offered what, who comes first, and what stands in the others' way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shouwen.contact.routing.rules.queueing import (
    SECONDS_PER_POINT,
    Widening,
    effective_priority,
    needed_level,
    units_reached,
)

# A person who let a contact go is left in peace with it for this long.
LET_GO_SECONDS = 30
# A person on one of these does nothing else.
EXCLUSIVE_CHANNELS = frozenset({"voice"})
DEFAULT_CAPACITY: Mapping[str, int] = {"voice": 1, "chat": 3, "email": 5, "sms": 5, "fax": 5}
OTHER_CAPACITY = 3
# So many people stand in a kept decision; of the rest only the reasons are counted.
KEPT_VERDICTS = 20


class Obstacle(StrEnum):
    """Why a person is not offered a contact."""

    AWAY = "AWAY"
    ON_OFFER = "ON_OFFER"
    LET_GO = "LET_GO"
    FULL = "FULL"
    OTHER_UNIT = "OTHER_UNIT"
    NO_SKILL = "NO_SKILL"
    LOW_LEVEL = "LOW_LEVEL"


@dataclass(frozen=True, slots=True)
class LetGo:
    """A person had this contact, offered or in hand, and let it go."""

    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One contact that waits. `priority` is in points, more is more urgent.

    `skills` gives the least level of each skill a taker must have, all of them.
    """

    entry_id: int
    queue: str
    channel: str
    priority: int
    waiting_since: datetime
    skills: Mapping[str, int] = field(default_factory=dict)
    unit_ids: frozenset[int] = frozenset()
    preferred: tuple[int, ...] = ()
    let_go: tuple[LetGo, ...] = ()
    widening: tuple[Widening, ...] = ()
    ageing_seconds: int = SECONDS_PER_POINT
    capacities: Mapping[str, int] = field(default_factory=dict)
    # Spike mode: every step of widening counts at once, and each person takes so many more.
    in_spike: bool = False
    extra: int = 0

    def points(self, now: datetime) -> float:
        """Priority with what waiting has added."""
        return effective_priority(self.priority, self.waiting_since, now, self.ageing_seconds)

    def levels_asked(self, now: datetime) -> dict[str, int]:
        """The level of each skill asked for at this moment; widening lowers them all."""
        return {
            skill: needed_level(
                least, self.widening, self.waiting_since, now, at_once=self.in_spike
            )
            for skill, least in self.skills.items()
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person as the rule sees them. `loads` counts live contacts and open offers."""

    person_id: int
    is_ready: bool
    idle_since: datetime
    unit_id: int | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    capacities: Mapping[str, int] = field(default_factory=dict)
    loads: Mapping[str, int] = field(default_factory=dict)
    has_open_offer: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a decision rests on, at one moment."""

    now: datetime
    waiting: Sequence[Waiting]
    people: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One person judged for one contact: all figures that count, and what stands in the way.

    `levels` gives the held level of each skill asked for (0 for none); `in_hand` counts everything,
    `of_channel` the contacts of the same channel, of which `capacity` fit.
    """

    person_id: int
    obstacles: tuple[Obstacle, ...]
    levels: Mapping[str, int]
    in_hand: int
    of_channel: int
    capacity: int
    idle_seconds: int
    is_preferred: bool

    @property
    def fits(self) -> bool:
        """Whether the contact may be offered to this person."""
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Proposal:
    """Offer this contact to this person, and why: what the decision row keeps.

    `verdicts` holds at most `KEPT_VERDICTS` of those who fit, in their order, and as many of the
    others; `others` counts everybody left out by their first obstacle. `levels` are those asked
    for at that moment, by skill.
    """

    entry_id: int
    person_id: int
    effective_priority: float
    levels: Mapping[str, int]
    is_preferred: bool
    candidates: int
    waited_seconds: int = 0
    verdicts: tuple[Verdict, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)
    in_spike: bool = False


def capacity_of(
    person: Candidate, channel: str, of_queue: Mapping[str, int] | None = None, extra: int = 0
) -> int:
    """Give how many contacts of a channel the person takes at once.

    The person's own number is their limit; else the queue's counts, else the usual one. `extra`
    of spike mode comes on top of these two, but not to a channel that is done alone or not at all.
    """
    own = person.capacities.get(channel)
    if own is not None:
        return own
    most = (of_queue or {}).get(channel, DEFAULT_CAPACITY.get(channel, OTHER_CAPACITY))
    return most if channel in EXCLUSIVE_CHANNELS or not most else most + extra


def free_slots(
    person: Candidate, channel: str, of_queue: Mapping[str, int] | None = None, extra: int = 0
) -> int:
    """Give how many more contacts of this channel the person can take now; never negative."""
    busy = sum(person.loads.values())
    if any(person.loads.get(one, 0) for one in EXCLUSIVE_CHANNELS):
        return 0
    if channel in EXCLUSIVE_CHANNELS and busy:
        return 0
    return max(0, capacity_of(person, channel, of_queue, extra) - person.loads.get(channel, 0))


def is_qualified(person: Candidate, entry: Waiting, now: datetime) -> bool:
    """Whether the person has each skill at the level asked for, and sits in the queue's units."""
    return next(_lacks(person, entry, now), None) is None


def _lacks(person: Candidate, entry: Waiting, now: datetime) -> Iterator[Obstacle]:
    units = units_reached(
        entry.unit_ids, entry.widening, entry.waiting_since, now, at_once=entry.in_spike
    )
    if units and person.unit_id not in units:
        yield Obstacle.OTHER_UNIT
    held = [
        (person.skills.get(skill, 0), least) for skill, least in entry.levels_asked(now).items()
    ]
    if not all(level for level, _least in held):
        yield Obstacle.NO_SKILL
    if any(0 < level < least for level, least in held):
        yield Obstacle.LOW_LEVEL


def _obstacles(person: Candidate, entry: Waiting, now: datetime) -> Iterator[Obstacle]:
    if not person.is_ready:
        yield Obstacle.AWAY
    yield from _lacks(person, entry, now)
    if free_slots(person, entry.channel, entry.capacities, entry.extra) <= 0:
        yield Obstacle.FULL
    if person.has_open_offer:
        yield Obstacle.ON_OFFER
    if any(
        one.person_id == person.person_id and now < one.at + timedelta(seconds=LET_GO_SECONDS)
        for one in entry.let_go
    ):
        yield Obstacle.LET_GO


def may_be_offered(person: Candidate, entry: Waiting, now: datetime) -> bool:
    """Whether this contact may be offered to this person at this moment."""
    return next(_obstacles(person, entry, now), None) is None


def judge(person: Candidate, entry: Waiting, now: datetime) -> Verdict:
    """Say everything that counts for or against offering this contact to this person."""
    return Verdict(
        person_id=person.person_id,
        obstacles=tuple(_obstacles(person, entry, now)),
        levels={skill: person.skills.get(skill, 0) for skill in entry.skills},
        in_hand=sum(person.loads.values()),
        of_channel=person.loads.get(entry.channel, 0),
        capacity=capacity_of(person, entry.channel, entry.capacities, entry.extra),
        idle_seconds=max(0, int((now - person.idle_since).total_seconds())),
        is_preferred=person.person_id in entry.preferred,
    )


def ranking(
    people: Sequence[Candidate], entry: Waiting, now: datetime
) -> tuple[tuple[Verdict, ...], dict[str, int]]:
    """Judge everybody for one contact: who fits in their order, then the others, shortened.

    Also counts those who are left out, by their first obstacle ("" for those who would fit).
    """
    judged = [
        judge(person, entry, now)
        for person in sorted(people, key=lambda person: _order_of_people(person, entry))
    ]
    fit = [verdict for verdict in judged if verdict.fits]
    rest = sorted((v for v in judged if not v.fits), key=lambda v: len(v.obstacles))
    left_out: dict[str, int] = {}
    for verdict in (*fit[KEPT_VERDICTS:], *rest[KEPT_VERDICTS:]):
        name = verdict.obstacles[0].value if verdict.obstacles else ""
        left_out[name] = left_out.get(name, 0) + 1
    return (*fit[:KEPT_VERDICTS], *rest[:KEPT_VERDICTS]), left_out


def decide(snapshot: Snapshot) -> list[Proposal]:
    """Say who is offered what, best first: at most one offer for a contact and for a person.

    Contacts go by effective priority, then by waiting, then by id. Among the people who may be
    offered one, a preferred person comes first, then whoever has least in hand, then whoever
    has been idle longest, then the lower id. Serves HB-2.1-02, OM-3.1.3-02.
    """
    now = snapshot.now
    in_order = sorted(
        snapshot.waiting,
        key=lambda e: (-e.points(now), e.waiting_since, e.entry_id),
    )
    free = [p for p in snapshot.people if p.is_ready and not p.has_open_offer]
    taken: set[int] = set()
    proposals: list[Proposal] = []
    for entry in in_order:
        if not free:
            break
        fit = [person for person in free if may_be_offered(person, entry, now)]
        if not fit:
            continue
        chosen = min(fit, key=lambda p: _order_of_people(p, entry))
        free = [person for person in free if person.person_id != chosen.person_id]
        proposals.append(propose(entry, chosen, snapshot.people, taken, now))
        taken.add(chosen.person_id)
    return proposals


def propose(
    entry: Waiting,
    chosen: Candidate,
    people: Sequence[Candidate],
    taken: Set[int],
    now: datetime,
) -> Proposal:
    """Word one decision with everybody who was there; `taken` got another offer just before."""
    there = [
        replace(person, has_open_offer=True) if person.person_id in taken else person
        for person in people
    ]
    verdicts, others = ranking(there, entry, now)
    return Proposal(
        entry_id=entry.entry_id,
        person_id=chosen.person_id,
        effective_priority=entry.points(now),
        levels=entry.levels_asked(now),
        is_preferred=chosen.person_id in entry.preferred,
        candidates=sum(may_be_offered(person, entry, now) for person in there),
        waited_seconds=max(0, int((now - entry.waiting_since).total_seconds())),
        verdicts=verdicts,
        others=others,
        in_spike=entry.in_spike,
    )


def _order_of_people(person: Candidate, entry: Waiting) -> tuple[int, int, datetime, int]:
    try:
        preference = entry.preferred.index(person.person_id)
    except ValueError:
        preference = len(entry.preferred)
    return (preference, sum(person.loads.values()), person.idle_since, person.person_id)
