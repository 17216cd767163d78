"""Why a contact went where it went: the kept decisions, the offers they led to, and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact, ContactState, Handling
from shouwen.contact.routing import rules
from shouwen.contact.routing.actions import snapshots
from shouwen.contact.routing.models import Decision, EntryState, Offer, Queue, QueueEntry
from shouwen.contact.routing.queries.live import Place, position
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Person, Skill

STEPS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """One person as the decision saw them; `person` is None for one who is no longer known."""

    person: Person | None
    verdict: rules.Verdict
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One skill that was asked for, at the level of that moment; no name for one since removed."""

    code: str
    level: int
    skill: Skill | None

    @property
    def name(self) -> str:
        """The skill as people call it."""
        return self.skill.name if self.skill else self.code


def asked_of(levels: Mapping[str, int], skills: Mapping[str, Skill]) -> list[Asked]:
    """Give the skills asked for with their names."""
    return [Asked(code, level, skills.get(code)) for code, level in levels.items()]


@dataclass(frozen=True, slots=True)
class Placed:
    """The contact came into a queue: by a rule, by the default, or back with a reason."""

    at: datetime
    queue: Queue | None
    code: str
    inputs: Mapping[str, Any]

    kind = "queue"

    @property
    def rule(self) -> Mapping[str, str]:
        """The conditions of the line that fitted; empty where none did."""
        line = self.inputs.get("rule") or {}
        return {n: v for n, v in line.items() if v and n not in ("queue", "position")}


@dataclass(frozen=True, slots=True)
class Ranked:
    """The customer was recognised later, and the place got what their tiers give."""

    at: datetime
    inputs: Mapping[str, Any]

    kind = "rank"


@dataclass(frozen=True, slots=True)
class Made:
    """The contact was offered to a person, out of those judged; `offer` tells how it ended."""

    at: datetime
    person: Person | None
    offer: Offer | None
    inputs: Mapping[str, Any]
    judged: Sequence[Judged]
    asked: Sequence[Asked]

    kind = "offer"

    @property
    def others(self) -> int:
        """How many more were judged than are kept one by one."""
        return sum((self.inputs.get("others") or {}).values())

    @property
    def answered_after_seconds(self) -> float | None:
        """How long the offer stood; None while it is open."""
        if self.offer is None or self.offer.ended_at is None:
            return None
        return (self.offer.ended_at - self.offer.offered_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Hand:
    """A person had the contact in hand."""

    at: datetime
    person: Person
    until_at: datetime | None
    reason: str
    was_offered: bool

    kind = "hand"


@dataclass(frozen=True, slots=True)
class Story:
    """All of one contact's routing in order; `now` judges the people of this moment."""

    contact: Contact
    entry: QueueEntry | None
    steps: Sequence[Placed | Ranked | Made | Hand]
    place: Place | None = None
    now: Sequence[Judged] = ()
    others_now: int = 0
    asked: Sequence[Asked] = ()
    priority_now: float = 0.0
    totals: Mapping[str, int] = field(default_factory=dict)


def decisions_of(contact: Contact) -> list[Decision]:
    """Give why the contact went where it went, in order."""
    found = Decision.objects.filter(entry__contact=contact)
    return list(found.select_related("entry").order_by("pk"))


def story_of(actor: Actor, public_id: str, now: datetime) -> Story:
    """Give the routing of one contact within the actor's reach; needs `routing.read`.

    A constant number of queries. Raises NotAllowed, NotThere. Serves HB-2.1-02, OM-2.3-02.
    """
    rights.require(actor, "routing.read")
    contact = conversations.contact_for(actor, public_id)
    decisions = list(Decision.objects.filter(entry__contact=contact).order_by("pk")[:STEPS_SHOWN])
    offers = {
        offer.public_id: offer
        for offer in Offer.objects.filter(entry__contact=contact).select_related("person")
    }
    hands = conversations.handlings_of(contact)
    queues = {q.code: q for q in Queue.objects.filter(institution_id=contact.institution_id)}
    skills = {s.code: s for s in Skill.objects.filter(institution_id=contact.institution_id)}
    entry = (
        QueueEntry.objects.filter(contact=contact)
        .select_related("queue__unit", "contact", "preferred_person")
        .order_by("-pk")
        .first()
    )
    live: tuple[rules.Verdict, ...] = ()
    asked, others_now = None, 0
    waits = contact.state == ContactState.QUEUED
    if entry is not None and entry.state == EntryState.WAITING and waits:
        asked = snapshots.waiting_as(entry, now)
        there = snapshots.people(contact.institution_id, now)
        live, left_out = rules.ranking(there, asked, now)
        others_now = sum(left_out.values())
    people = _people(contact.institution_id, decisions, live)
    steps = _steps(decisions, offers, hands, queues, skills, people)
    return Story(
        contact=contact,
        entry=entry,
        steps=steps,
        place=position(contact, now) if asked else None,
        now=[Judged(people.get(verdict.person_id), verdict) for verdict in live],
        others_now=others_now,
        asked=asked_of(asked.levels_asked(now), skills) if asked else (),
        priority_now=asked.points(now) if asked else 0.0,
        totals={
            "offers": len(offers),
            "hands": len(hands),
            "returns": entry.returns if entry else 0,
        },
    )


def _people(
    institution_id: int, decisions: Sequence[Decision], live: Sequence[rules.Verdict]
) -> dict[int, Person]:
    wanted = {verdict.person_id for verdict in live}
    for decision in decisions:
        wanted |= {int(row["person_id"]) for row in decision.inputs.get("verdicts", ())}
    found = Person.objects.filter(institution_id=institution_id, pk__in=wanted)
    return {person.pk: person for person in found.select_related("unit")}


def _steps(
    decisions: Sequence[Decision],
    offers: Mapping[str, Offer],
    hands: Sequence[Handling],
    queues: Mapping[str, Queue],
    skills: Mapping[str, Skill],
    people: Mapping[int, Person],
) -> list[Placed | Ranked | Made | Hand]:
    by_ref = {person.public_id: person for person in people.values()}
    by_ref |= {offer.person.public_id: offer.person for offer in offers.values()}
    steps: list[Placed | Ranked | Made | Hand] = []
    for row in decisions:
        if row.kind == "QUEUE":
            steps.append(Placed(row.decided_at, queues.get(row.chosen), row.chosen, row.inputs))
            continue
        if row.kind == "RANK":
            steps.append(Ranked(row.decided_at, row.inputs))
            continue
        chosen = by_ref.get(row.chosen)
        levels = _levels(row.inputs)
        verdicts = [_verdict(kept, levels) for kept in row.inputs.get("verdicts", ())]
        steps.append(
            Made(
                at=row.decided_at,
                person=chosen,
                offer=offers.get(row.inputs.get("offer", "")),
                inputs=row.inputs,
                judged=[
                    Judged(
                        people.get(verdict.person_id),
                        verdict,
                        chosen is not None and verdict.person_id == chosen.pk,
                    )
                    for verdict in verdicts
                ],
                asked=asked_of(levels, skills),
            )
        )
    taken = {(o.person_id, o.ended_at) for o in offers.values() if o.state == "ACCEPTED"}
    steps += [
        Hand(
            hand.from_at,
            hand.person,
            hand.until_at,
            hand.reason,
            (hand.person_id, hand.from_at) in taken,
        )
        for hand in hands
    ]
    return sorted(steps, key=lambda step: (step.at, step.kind == "hand"))


def _levels(inputs: Mapping[str, Any]) -> dict[str, int]:
    """Read the levels asked for; a decision of an earlier shape names one skill or none."""
    if "levels" in inputs:
        return dict(inputs["levels"])
    skill = inputs.get("skill", "")
    return {skill: int(inputs.get("needed_level", 1))} if skill else {}


def _verdict(kept: Mapping[str, Any], asked: Mapping[str, int]) -> rules.Verdict:
    """Read a kept judgement; one of an earlier shape lacks what did not exist then."""
    return rules.Verdict(
        person_id=int(kept["person_id"]),
        obstacles=tuple(rules.Obstacle(one) for one in kept.get("obstacles", ())),
        levels=kept.get("levels") or dict.fromkeys(asked, int(kept.get("level", 0))),
        in_hand=int(kept.get("in_hand", 0)),
        of_channel=int(kept.get("of_channel", 0)),
        capacity=int(kept.get("capacity", 0)),
        idle_seconds=int(kept.get("idle_seconds", 0)),
        is_preferred=bool(kept.get("is_preferred", False)),
    )
