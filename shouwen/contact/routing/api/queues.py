"""Queues for programs: their settings, their figures, and when they are open."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema

from shouwen.contact.routing import actions, queries
from shouwen.contact.routing.actions import SkillSettings, StepSettings
from shouwen.contact.routing.models import Queue
from shouwen.contact.routing.queries import QueueCounts
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict

queues_router = Router(tags=["queues"])
LIMITS = frozenset(
    {
        "overflow_after_seconds",
        "overflow_above",
        "spike_above_waiting",
        "spike_above_wait_seconds",
        "spike_hold_seconds",
        "spike_minutes",
        "spike_extra",
        "spike_overflow_percent",
    }
)


class StepIn(Strict):
    """From so many seconds of waiting on: levels less, and a unit more (`any` for every unit)."""

    after_seconds: int
    levels_less: int = 0
    unit: Annotated[str, Field(max_length=48)] = ""


class SkillIn(Strict):
    """One skill whoever takes from the queue must have, from this level (1 to 5) on."""

    skill: Annotated[str, Field(max_length=40)]
    min_level: int = 1


class QueueChangeIn(Strict):
    """What is to change of a queue; what is left out stays. `revision` as it was read."""

    revision: int
    name_zh: str | None = None
    name_en: str | None = None
    unit: Annotated[str, Field(max_length=48)] | None = None
    skills: list[SkillIn] | None = None
    priority: int | None = None
    is_default: bool | None = None
    offer_seconds: int | None = None
    service_level_seconds: int | None = None
    service_level_percent: int | None = None
    ageing_seconds: int | None = None
    prefers_last_person: bool | None = None
    capacities: dict[str, int] | None = None
    overflow_queue: Annotated[str, Field(max_length=40)] | None = None
    overflow_after_seconds: int | None = None
    overflow_above: int | None = None
    spike_above_waiting: int | None = None
    spike_above_wait_seconds: int | None = None
    spike_hold_seconds: int | None = None
    spike_minutes: int | None = None
    spike_extra: int | None = None
    spike_overflow_percent: int | None = None
    steps: list[StepIn] | None = None


class QueueOut(Schema):
    """A queue's settings and its figures of this moment."""

    code: str
    revision: int
    name_zh: str
    name_en: str
    unit: str
    skills: list[SkillIn]
    priority: int
    is_default: bool
    offer_seconds: int
    service_level_seconds: int
    service_level_percent: int
    ageing_seconds: int
    prefers_last_person: bool
    capacities: dict[str, int]
    overflow_queue: str
    overflow_after_seconds: int | None
    overflow_above: int | None
    spike_above_waiting: int | None
    spike_above_wait_seconds: int | None
    spike_hold_seconds: int | None
    spike_minutes: int | None
    spike_extra: int | None
    spike_overflow_percent: int | None
    steps: list[StepIn]
    waiting: int
    in_hand: int
    free: int
    longest_wait_seconds: float
    is_open: bool
    opens_at: datetime | None
    spike_until: datetime | None


def _queue(queue: Queue, now: QueueCounts) -> QueueOut:
    return QueueOut(
        code=queue.code,
        revision=queue.revision,
        waiting=now.waiting,
        in_hand=now.in_hand,
        free=now.free,
        longest_wait_seconds=now.longest_wait_seconds,
        is_open=now.is_open,
        opens_at=now.opens_at,
        spike_until=now.spike.ends_at if now.spike else None,
        **asdict(actions.settings_of(queue)),
    )


@queues_router.get(
    "", response={200: list[QueueOut], **PROBLEMS}, summary="Queues with settings and figures"
)
def list_queues(request: ApiRequest) -> list[QueueOut]:
    """Give the queues of the caller's institution, the default one first."""
    listed = queries.queues_set_up(request.actor)
    return [_queue(queue, now) for queue, now in queries.with_counts(listed, time.now())]


@queues_router.patch(
    "/{code}", response={200: QueueOut, **PROBLEMS}, summary="Change a queue from now on"
)
def change_queue(request: ApiRequest, code: str, body: QueueChangeIn) -> QueueOut:
    """Change what is named; a null limit lifts it. Somebody else's change in between is a 409."""
    actor, at = request.actor, time.now()
    queue = queries.queue_for(actor, code)
    changed = body.model_dump(exclude_unset=True, exclude={"revision", "steps", "skills"})
    nulls = [n for n, value in changed.items() if value is None and n not in LIMITS]
    if nulls:
        raise Invalid(fields={name: _("Give a value, or leave it out.") for name in nulls})
    if body.steps is not None:
        changed["steps"] = tuple(
            StepSettings(step.after_seconds, step.levels_less, step.unit) for step in body.steps
        )
    if body.skills is not None:
        changed["skills"] = tuple(
            SkillSettings(asked.skill, asked.min_level) for asked in body.skills
        )
    wanted = actions.with_changes(queue, changed)
    actions.change_queue(queue, wanted, seen=body.revision, actor=actor, at=at)
    fresh = queries.queue_for(actor, code)
    return next(_queue(*pair) for pair in queries.with_counts([fresh], at))


Times = Annotated[list[Annotated[str, Field(max_length=5)]], Field(min_length=2, max_length=2)]
Periods = Annotated[list[Times], Field(max_length=actions.PERIODS_AT_MOST)]


class HoursIn(Strict):
    """When a queue is open: `ALWAYS`, as the `INSTITUTION` works, or hours of its `OWN`.

    `week` gives the periods by weekday, `0` is Monday: `{"0": [["09:00", "12:00"]]}`.
    """

    revision: int
    hours: Annotated[str, Field(max_length=12)]
    week: dict[Annotated[str, Field(max_length=1)], Periods] = {}
    keeps_holidays: bool = True


class DayIn(Strict):
    """What one date is like: these periods, or closed all day without any."""

    periods: Periods
    reason: Annotated[str, Field(max_length=80)]


class DayOut(Schema):
    """One date that differs."""

    date: date
    periods: list[list[str]]
    reason: str


class HoursOut(Schema):
    """A queue's hours, and how it stands at this moment."""

    code: str
    revision: int
    hours: str
    week: dict[str, list[list[str]]]
    keeps_holidays: bool
    days: list[DayOut]
    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None


def _hours(queue: Queue, at: datetime) -> HoursOut:
    opening = queries.openings_of([queue], at)[0][1]
    return HoursOut(
        code=queue.code,
        revision=queue.revision,
        hours=queue.hours,
        week=queue.week,
        keeps_holidays=queue.keeps_holidays,
        days=[
            DayOut(date=day.date, periods=day.periods, reason=day.reason)
            for day in queries.days_of(queue, at)
        ],
        is_open=opening.is_open,
        closes_at=opening.until_at,
        opens_at=opening.opens_at,
    )


@queues_router.get(
    "/{code}/hours", response={200: HoursOut, **PROBLEMS}, summary="When a queue is open"
)
def hours_of_queue(request: ApiRequest, code: str) -> HoursOut:
    """Give the week, the dates from today on that differ, and whether it is open now."""
    return _hours(queries.queue_for(request.actor, code), time.now())


@queues_router.put(
    "/{code}/hours", response={200: HoursOut, **PROBLEMS}, summary="Set when a queue is open"
)
def set_hours(request: ApiRequest, code: str, body: HoursIn) -> HoursOut:
    """Set the whole week from now on. Somebody else's change in between is a 409."""
    actor, at = request.actor, time.now()
    queue = queries.queue_for(actor, code)
    strange = [day for day in body.week if day not in "0123456"]
    if strange:
        raise Invalid(fields={"week": _("A week has the days 0 (Monday) to 6 (Sunday).")})
    week = {int(day): periods for day, periods in body.week.items()}
    wanted = actions.OpeningHours(body.hours, week, body.keeps_holidays)
    actions.set_hours(queue, wanted, seen=body.revision, actor=actor, at=at)
    return _hours(queue, at)


@queues_router.put(
    "/{code}/days/{day}", response={200: HoursOut, **PROBLEMS}, summary="Let one date differ"
)
def set_day(request: ApiRequest, code: str, day: date, body: DayIn) -> HoursOut:
    """Open in these periods on this date, or not at all; the same again changes nothing."""
    actor, at = request.actor, time.now()
    queue = queries.queue_for(actor, code)
    actions.set_day(queue, day, body.periods, reason=body.reason, actor=actor, at=at)
    return _hours(queue, at)


@queues_router.delete(
    "/{code}/days/{day}", response={200: HoursOut, **PROBLEMS}, summary="Let a date be as usual"
)
def remove_day(request: ApiRequest, code: str, day: date) -> HoursOut:
    """Let the date follow the week again."""
    actor, at = request.actor, time.now()
    queue = queries.queue_for(actor, code)
    actions.remove_day(queue, day, actor=actor, at=at)
    return _hours(queue, at)
