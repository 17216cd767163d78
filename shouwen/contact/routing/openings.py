"""Which queues are open at a moment, and when the others open next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from shouwen.contact.routing.models import Hours, Queue, QueueDay
from shouwen.contact.routing.rules import Opening, opening_at
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy.book import periods_from, policy_of
from shouwen.ground.policy.holidays import CHINA
from shouwen.ground.policy.rules.working_time import (
    NoHolidays,
    Periods,
    WorkingCalendar,
)

# How far back a closed queue asks when it closed.
LOOK_BACK_DAYS = 31


def calendars(queues: Iterable[Queue], at: datetime) -> dict[int, WorkingCalendar | None]:
    """Give each queue's calendar by its row id, None where it never closes; one query for any."""
    listed = list(queues)
    own = [queue.pk for queue in listed if queue.hours == Hours.OWN]
    days: dict[int, dict[date, Periods]] = defaultdict(dict)
    if own:
        since = day_of(at) - timedelta(days=LOOK_BACK_DAYS)
        dated = QueueDay.objects.filter(queue__in=own, date__gte=since).order_by("pk")
        for day in dated:
            days[day.queue_id][day.date] = periods_from(day.periods)
    return {queue.pk: _calendar(queue, days[queue.pk]) for queue in listed}


def _calendar(queue: Queue, days: dict[date, Periods]) -> WorkingCalendar | None:
    if queue.hours == Hours.ALWAYS:
        return None
    institution = policy_of(queue.institution_id).calendar()
    if queue.hours == Hours.INSTITUTION:
        return institution
    return WorkingCalendar(
        week_of(queue),
        {**institution.exceptions, **days} if queue.keeps_holidays else days,
        CHINA if queue.keeps_holidays else NoHolidays(),
    )


def week_of(queue: Queue) -> dict[int, Periods]:
    """Give the queue's own periods by weekday, 0 is Monday."""
    return {int(day): periods_from(held) for day, held in queue.week.items()}


def of(queues: Iterable[Queue], at: datetime) -> dict[int, Opening]:
    """Say how these queues stand at a moment, by row id; at most one query for any number."""
    return {pk: opening_at(calendar, at) for pk, calendar in calendars(queues, at).items()}


def of_one(queue: Queue, at: datetime) -> Opening:
    """Say how one queue stands at a moment."""
    return of([queue], at)[queue.pk]


def open_seconds(calendar: WorkingCalendar | None, since: datetime, until: datetime) -> float:
    """Count the seconds between two moments in which a queue of this calendar was open."""
    if calendar is None:
        return max(0.0, (until - since).total_seconds())
    return calendar.working_seconds_between(since, until)
