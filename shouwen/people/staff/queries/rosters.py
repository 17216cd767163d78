"""Who is planned when, who is away, and who of the planned is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access
from shouwen.people.staff.models import (
    Absence,
    Person,
    Planned,
    PresenceSpan,
    PresenceState,
    RosterWeek,
    Shift,
    Unit,
)
from shouwen.people.staff.queries.limits import limits_of
from shouwen.people.staff.queries.people import people_of
from shouwen.people.staff.queries.units import unit_for
from shouwen.people.staff.rules import rosters as rules

MOST_PEOPLE = 300
OWN_DAYS = 14
# Whoever comes a little before the beginning is there for it.
EARLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person's week: for each day what is planned, and the absence that covers it, if any."""

    person: Person
    days: Sequence[tuple[date, Sequence[Planned], Absence | None]]


@dataclass(frozen=True, slots=True)
class Roster:
    """One unit's week; `published_at` is None while only planners see it."""

    unit: Unit
    monday: date
    days: Sequence[date]
    rows: Sequence[RosterRow]
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class TodayLine:
    """One planned shift of today: how it stands, and when the person was first seen for it."""

    planned: Planned
    attendance: rules.Attendance
    came_at: datetime | None


def _week(monday: date) -> list[date]:
    return [monday + timedelta(days=n) for n in range(rules.WEEK_DAYS)]


def roster(actor: Actor, unit_ref: str, day: date) -> Roster:
    """Give the week of a unit in which a day lies, for planners; a constant number of queries.

    Raises NotAllowed, NotThere.
    """
    if not access.may_plan(actor):
        raise NotAllowed
    unit = unit_for(actor, unit_ref)
    days = _week(rules.monday_of(day))
    people = list(people_of(actor).filter(unit=unit, is_active=True)[:MOST_PEOPLE])
    found = Planned.objects.filter(unit=unit, day__gte=days[0], day__lte=days[-1])
    planned: dict[tuple[int, date], list[Planned]] = defaultdict(list)
    for one in found.select_related("shift", "person__unit").order_by("begins_at", "pk"):
        planned[one.person_id, one.day].append(one)
    ids = {one.pk for one in people}
    # Somebody who has left the unit since stays on the week they were planned in.
    gone = {one.person_id: one.person for held in planned.values() for one in held}
    people += [person for pk, person in sorted(gone.items()) if pk not in ids]
    away = _absences([one.pk for one in people], days[0], days[-1])
    week = RosterWeek.objects.filter(unit=unit, monday=days[0]).first()
    rows = [
        RosterRow(
            person,
            [(day, planned[person.pk, day], _covering(away[person.pk], day)) for day in days],
        )
        for person in people
    ]
    return Roster(unit, days[0], days, rows, week.published_at if week else None)


def _absences(people: Sequence[int], first: date, last: date) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = defaultdict(list)
    rows = Absence.objects.filter(person__in=people, to_on__gte=first, from_on__lte=last)
    for absence in rows.order_by("from_on", "pk"):
        found[absence.person_id].append(absence)
    return found


def _covering(absences: Sequence[Absence], day: date) -> Absence | None:
    return next((one for one in absences if one.from_on <= day <= one.to_on), None)


def shifts_of(actor: Actor) -> list[Shift]:
    """Give the shifts in use at the actor's institution, the earliest first; for planners."""
    if not access.may_plan(actor):
        raise NotAllowed
    found = Shift.objects.filter(institution_id=actor.institution_id or 0, closed_at__isnull=True)
    return list(found.order_by("begins", "ends", "pk"))


def shift_for(actor: Actor, public_id: str) -> Shift:
    """Give one shift in use. Raises NotAllowed, NotThere."""
    found = next((one for one in shifts_of(actor) if one.public_id == public_id), None)
    if found is None:
        raise NotThere
    return found


def to_plan(
    actor: Actor, unit_ref: str, shift_ref: str, refs: Sequence[str]
) -> tuple[Unit, Shift, list[Person]]:
    """Give what a plan names, all of it within reach. Raises NotAllowed, NotThere."""
    shift = shift_for(actor, shift_ref)
    unit = unit_for(actor, unit_ref)
    wanted = {ref for ref in refs if ref.isprintable()}
    people = list(people_of(actor).filter(public_id__in=wanted))
    if len(people) != len(set(refs)):
        raise NotThere
    return unit, shift, people


def planned_for(actor: Actor, public_id: str) -> Planned:
    """Give one line of a roster the actor plans. Raises NotAllowed, NotThere."""
    if not access.may_plan(actor):
        raise NotAllowed
    askable = public_id if public_id.isprintable() else ""
    found = Planned.objects.filter(public_id=askable, institution_id=actor.institution_id or 0)
    planned = found.select_related("unit", "person", "shift").first()
    if planned is None or not access.within(actor, planned.unit_id):
        raise NotThere
    return planned


def absence_for(actor: Actor, public_id: str) -> Absence:
    """Give one absence of somebody the actor plans for. Raises NotAllowed, NotThere."""
    if not access.may_plan(actor):
        raise NotAllowed
    askable = public_id if public_id.isprintable() else ""
    found = Absence.objects.filter(public_id=askable, person__in=people_of(actor))
    absence = found.select_related("person__unit").first()
    if absence is None:
        raise NotThere
    return absence


def today(actor: Actor, at: datetime) -> list[TodayLine]:
    """Give how the published shifts of this moment's day stand, whoever is missing first.

    A shift of the night before counts while it lasts. For planners; a constant number of queries.
    """
    if not access.may_plan(actor):
        raise NotAllowed
    day = day_of(at)
    near = Planned.objects.filter(
        person__in=people_of(actor).order_by(), day__gte=day - timedelta(days=1), day__lte=day
    )
    related = near.select_related("person__unit", "person__presence", "shift")
    listed = [
        one
        for one in related.order_by("begins_at", "pk")[:MOST_PEOPLE]
        if one.day == day or one.ends_at > at
    ]
    shown = _published(listed)
    listed = [one for one in listed if (one.unit_id, rules.monday_of(one.day)) in shown]
    ids = [one.person_id for one in listed]
    away = _absences(ids, day - timedelta(days=1), day)
    spans: dict[int, list[PresenceSpan]] = defaultdict(list)
    if listed:
        since = min(one.begins_at for one in listed) - EARLY
        rows = PresenceSpan.objects.filter(person__in=ids, began_at__lte=at)
        for span in rows.exclude(ended_at__lt=since).order_by("began_at", "pk"):
            spans[span.person_id].append(span)
    late = timedelta(minutes=limits_of(actor.institution_id or 0)["late-minutes"])
    lines = [_line(one, spans[one.person_id], away[one.person_id], late, at) for one in listed]
    order = list(rules.Attendance)
    first = (rules.Attendance.MISSING, rules.Attendance.LEFT, rules.Attendance.LATE)
    return sorted(
        lines, key=lambda line: (line.attendance not in first, order.index(line.attendance))
    )


def _published(listed: Sequence[Planned]) -> set[tuple[int, date]]:
    weeks = RosterWeek.objects.filter(
        unit__in={one.unit_id for one in listed},
        monday__in={rules.monday_of(one.day) for one in listed},
    )
    return set(weeks.values_list("unit_id", "monday"))


def _line(
    one: Planned,
    spans: Sequence[PresenceSpan],
    away: Sequence[Absence],
    late: timedelta,
    at: datetime,
) -> TodayLine:
    within = [
        max(span.began_at, one.begins_at - EARLY)
        for span in spans
        if span.began_at < one.ends_at
        and (span.ended_at is None or span.ended_at > one.begins_at - EARLY)
    ]
    came = min(within, default=None)
    stands = rules.attendance(
        one.begins_at,
        one.ends_at,
        came_at=came,
        is_there=one.person.presence.state != PresenceState.OFFLINE,
        is_away=_covering(away, one.day) is not None,
        late_after=late,
        now=at,
    )
    return TodayLine(one, stands, came)


def own_days(actor: Actor, at: datetime) -> list[tuple[date, list[Planned], Absence | None]]:
    """Give a person's own next two weeks, day by day: published shifts and absences."""
    first = day_of(at)
    days = [first + timedelta(days=n) for n in range(OWN_DAYS)]
    found = Planned.objects.filter(person__public_id=actor.ref, day__gte=days[0], day__lte=days[-1])
    listed = list(found.select_related("shift", "unit").order_by("begins_at", "pk"))
    shown = _published(listed)
    held: dict[date, list[Planned]] = defaultdict(list)
    for one in listed:
        if (one.unit_id, rules.monday_of(one.day)) in shown:
            held[one.day].append(one)
    rows = Absence.objects.filter(
        person__public_id=actor.ref, to_on__gte=days[0], from_on__lte=days[-1]
    )
    away = list(rows.order_by("from_on", "pk"))
    return [(day, held[day], _covering(away, day)) for day in days]
