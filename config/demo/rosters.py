"""The demo's shifts, and who works which of them from today through next week."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import groupby, pairwise

from config.demo.founding import Founded
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import actions as staff
from shouwen.people.staff import queries
from shouwen.people.staff.models import AbsenceKind
from shouwen.people.staff.rules import rosters as rules

SHIFTS = (
    ("早班", "Early", time(8, 30), time(17, 30)),
    ("晚班", "Late", time(13), time(22)),
    ("夜班", "Night", time(22), time(8, 30)),
)
AWAY_FROM_DAYS, AWAY_DAYS = 8, 2
# Somebody else is away already, with a deputy in force.
SICK_DAYS = 2


def furnish(founded: Founded, now: datetime) -> None:
    """Plan every agent's weekdays, early and late in turn; publish this week, leave the next.

    One agent is to be away next week, another is today where there are three of the same roles:
    the same colleague stands in for both.
    """
    actor, today = founded.actor, day_of(now)
    shifts = [
        staff.define_shift(
            founded.institution,
            name_zh=name_zh,
            name_en=name_en,
            begins=begins,
            ends=ends,
            actor=actor,
            at=now,
        )
        for name_zh, name_en, begins, ends in SHIFTS
    ]
    monday = rules.monday_of(today)
    every = [monday + timedelta(days=n) for n in range(2 * rules.WEEK_DAYS)]
    days = [day for day in every if (day >= today and day.weekday() < 5) or day == today]
    agents = sorted(founded.agents(), key=lambda one: (one.unit_id, one.pk))
    first_away = today + timedelta(days=AWAY_FROM_DAYS)
    last_away = first_away + timedelta(days=AWAY_DAYS)
    # Somebody of the same roles stands in: an agent does not for a lead.
    away, deputy = next(
        (one, other)
        for one, other in pairwise(agents)
        if queries.actor_of(one).roles == queries.actor_of(other).roles
    )
    absent = {away: (AbsenceKind.LEAVE, first_away, last_away)}
    roles = queries.actor_of(away).roles
    others = [one for one in agents if one.unit_id == away.unit_id and one not in (away, deputy)]
    for sick in [one for one in others if queries.actor_of(one).roles == roles][-1:]:
        absent[sick] = (AbsenceKind.SICK, today, today + timedelta(days=SICK_DAYS))
    for person, (kind, first, last) in absent.items():
        staff.note_absence(person, kind, first, last, actor=actor, at=now)
        own = queries.actor_of(person)
        staff.name_deputy(person, deputy, first, last, actor=own, at=now)
    for _unit_id, team in groupby(agents, key=lambda one: one.unit_id):
        for number, person in enumerate(team):
            gone = absent.get(person)
            there = [d for d in days if gone is None or not gone[1] <= d <= gone[2]]
            shift = shifts[number % 2]
            staff.plan_shifts(person.unit, [person], there, shift, actor=actor, at=now)
        staff.publish_week(person.unit, monday, actor=actor, at=now)
