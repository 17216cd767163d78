"""What the team is doing now, what they did on which day, and who stays too long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access
from shouwen.people.staff.models import Person, Presence, PresenceSpan, PresenceState
from shouwen.people.staff.queries.limits import limits_of
from shouwen.people.staff.queries.people import people_of
from shouwen.people.staff.rules import presence as rules

MOST_PEOPLE = 300
# A period of a report; longer ones are asked for in parts.
MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One person now: when their state should end, whether it should have, and their day so far.

    `seconds` has every state but offline, by state.
    """

    person: Person
    due_at: datetime | None
    is_over: bool
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayLine:
    """How many seconds one person spent in one state on one civil day."""

    person_id: int
    day: date
    state: str
    seconds: float


def presence_due_at(presence: Presence, institution_id: int) -> datetime | None:
    """Give when a presence should end by the institution's limits, or None where none bounds it.

    Asks the database only for states that have a limit.
    """
    if presence.state not in rules.LIMIT_OF:
        return None
    return rules.due_at(presence.state, presence.since, limits_of(institution_id))


def _spans(
    people: QuerySet[Person] | list[int], begins: datetime, ends: datetime
) -> QuerySet[PresenceSpan]:
    lasts = Q(ended_at__isnull=True) | Q(ended_at__gt=begins)
    return PresenceSpan.objects.filter(lasts, person__in=people, began_at__lt=ends)


def presence_by_day(actor: Actor, first: date, last: date, at: datetime) -> list[DayLine]:
    """Give the time of each person within reach by civil day and state, for reports.

    From `first` through `last`, at most 92 days: `last` is drawn in to that. Stretches that last
    count up to `at`. Needs `contact.supervise` or `staff.review`. Raises NotAllowed.
    """
    if not access.has_right(actor, "contact.supervise"):
        access.require(actor, "staff.review")
    last = min(last, date.fromordinal(first.toordinal() + MOST_DAYS - 1))
    begins, ends = rules.day_bounds(first)[0], rules.day_bounds(last)[1]
    rows = _spans(people_of(actor).order_by(), begins, ends).order_by("person_id", "began_at")
    clipped = [
        (span.person_id, span.state, max(span.began_at, begins), min(span.ended_at or at, ends))
        for span in rows.iterator()
    ]
    found = rules.seconds_by_day(clipped)
    return [DayLine(*key, seconds) for key, seconds in sorted(found.items())]


def team_now(actor: Actor, at: datetime) -> list[TeamLine]:
    """Give who of the team is there now, whoever stays too long first; four queries in all.

    Needs `contact.supervise`. Raises NotAllowed.
    """
    access.require(actor, "contact.supervise")
    people = list(
        people_of(actor)
        .filter(is_active=True)
        .exclude(presence__state=PresenceState.OFFLINE)[:MOST_PEOPLE]
    )
    limits = limits_of(actor.institution_id or 0)
    begins, ends = rules.day_bounds(day_of(at))
    spans = _spans([one.pk for one in people], begins, ends).order_by("pk")
    found = rules.seconds_by_day(
        (span.person_id, span.state, max(span.began_at, begins), span.ended_at or at)
        for span in spans
    )
    today: dict[int, dict[str, float]] = {one.pk: {} for one in people}
    for (person_id, _day, state), seconds in found.items():
        today[person_id][state] = seconds
    lines = [_line(one, limits, today[one.pk], at) for one in people]
    return sorted(lines, key=lambda line: (not line.is_over, line.person.presence.state))


def _line(
    person: Person, limits: dict[str, int], today: dict[str, float], at: datetime
) -> TeamLine:
    due = rules.due_at(person.presence.state, person.presence.since, limits)
    return TeamLine(person, due_at=due, is_over=due is not None and due < at, seconds=today)


def over_limit_count(actor: Actor, at: datetime) -> int:
    """Count those of the team who stay in a state for too long, for the rail."""
    if not access.has_right(actor, "contact.supervise"):
        return 0
    limits = limits_of(actor.institution_id or 0)
    there = people_of(actor).filter(is_active=True, presence__state__in=list(rules.LIMIT_OF))
    moments = there.values_list("presence__state", "presence__since")
    dues = [rules.due_at(state, since, limits) for state, since in moments]
    return sum(due is not None and due < at for due in dues)
