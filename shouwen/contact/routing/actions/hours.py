"""When a queue is open: its week, and the dates that differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.routing.models import Hours, Queue, QueueDay
from shouwen.ground.kernel import wake
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy.actions import check_periods
from shouwen.ground.vault import audit
from shouwen.people.staff import access as rights

PeriodTexts = list[list[str]]
PERIODS_AT_MOST = 3
DAYS_AT_MOST = 200
REASON_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """By which calendar a queue opens; `week` and `keeps_holidays` count for hours of its own.

    `week`: {0: [["09:00", "12:00"], ["13:00", "18:00"]], …}, 0 is Monday; 24:00 is midnight.
    """

    hours: str = Hours.ALWAYS
    week: Mapping[int, PeriodTexts] = field(default_factory=dict)
    keeps_holidays: bool = True


def hours_of(queue: Queue) -> OpeningHours:
    """Give a queue's opening hours as they stand."""
    week = {int(day): periods for day, periods in queue.week.items()}
    return OpeningHours(queue.hours, week, queue.keeps_holidays)


def _require(actor: Actor, queue: Queue) -> None:
    rights.require(actor, "routing.edit")
    if not rights.same_institution(actor, queue.institution_id):
        raise NotThere


def _checked(wanted: OpeningHours) -> dict[str, PeriodTexts]:
    wrong: dict[str, Words] = {}
    if wanted.hours not in Hours.values:
        wrong["hours"] = _("Choose one of the values offered.")
    week = {str(day): list(held) for day, held in sorted(wanted.week.items()) if held}
    for day, periods in week.items():
        if day not in "0123456" or len(day) != 1:
            wrong["week"] = _("A week has the days 0 (Monday) to 6 (Sunday).")
        wrong |= _wrong_periods(f"week.{day}", periods)
    if wanted.hours == Hours.OWN and not week:
        wrong["week"] = _("Give the hours of at least one day.")
    if wrong:
        raise Invalid(fields=wrong)
    return week


def _wrong_periods(name: str, periods: PeriodTexts) -> dict[str, Words]:
    if len(periods) > PERIODS_AT_MOST:
        return {name: _("A day has at most three periods.")}
    try:
        check_periods(name, periods)
    except Invalid as error:
        return dict(error.fields)
    return {}


def _plain(week: object) -> str:
    return json.dumps(week, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _touch(queue: Queue, seen: int) -> Queue:
    if not Queue.objects.filter(pk=queue.pk, revision=seen).update(revision=seen + 1):
        raise Conflict
    return Queue.objects.get(pk=queue.pk)


@transaction.atomic
def set_hours(queue: Queue, wanted: OpeningHours, *, seen: int, actor: Actor, at: datetime) -> None:
    """Set when a queue is open, from now on; what waits is told or offered at the next round.

    `seen` is the revision that was on the screen. A week that is not used is kept for later.
    Raises Conflict when somebody changed the queue meanwhile, Invalid naming each wrong field,
    NotAllowed, NotThere. Serves OM-4.1-05.
    """
    _require(actor, queue)
    week = _checked(wanted)
    fresh = _touch(queue, seen)
    before = {"hours": fresh.hours, "week": fresh.week, "keeps_holidays": fresh.keeps_holidays}
    after = {"hours": str(wanted.hours), "week": week, "keeps_holidays": wanted.keeps_holidays}
    Queue.objects.filter(pk=queue.pk).update(**after)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        detail = {
            "code": fresh.code,
            "before": _plain({name: before[name] for name in changed}),
            "after": _plain({name: after[name] for name in changed}),
        }
        audit.record(actor, "queue.hours_set", fresh, at=at, detail=detail)
    queue.refresh_from_db()
    transaction.on_commit(wake.route.set)


@transaction.atomic
def set_day(
    queue: Queue, day: date, periods: PeriodTexts, *, reason: str, actor: Actor, at: datetime
) -> QueueDay:
    """Let one date differ: open in these periods, or closed all day when there are none.

    It counts while the queue has hours of its own, over its week, holidays and the institution's
    own dates. Raises Invalid for a date that is over or a wrong period, NotAllowed, NotThere.
    """
    _require(actor, queue)
    reason = reason.strip()
    wrong = _wrong_periods("periods", periods)
    if day < day_of(at):
        wrong["date"] = _("Choose today or a day to come.")
    if not reason or len(reason) > REASON_CHARACTERS or not reason.isprintable():
        wrong["reason"] = _("Say why in up to 80 characters.")
    held = QueueDay.objects.select_for_update().filter(queue=queue)
    old = held.filter(date=day).first()
    if old is None and held.count() >= DAYS_AT_MOST:
        wrong["date"] = _("A queue keeps at most 200 such dates. Remove some first.")
    if wrong:
        raise Invalid(fields=wrong)
    kept, _made = QueueDay.objects.update_or_create(
        queue=queue, date=day, defaults={"periods": periods, "reason": reason}
    )
    detail = {
        "code": queue.code,
        "date": day.isoformat(),
        "before": _plain(old.periods) if old else "",
        "after": _plain(periods),
    }
    audit.record(actor, "queue.day_set", queue, at=at, purpose=reason, detail=detail)
    transaction.on_commit(wake.route.set)
    return kept


@transaction.atomic
def remove_day(queue: Queue, day: date, *, actor: Actor, at: datetime) -> None:
    """Let a date be as its weekday again. Raises NotAllowed, NotThere."""
    _require(actor, queue)
    old = QueueDay.objects.select_for_update().filter(queue=queue, date=day).first()
    if old is None:
        raise NotThere
    old.delete()
    detail = {"code": queue.code, "date": day.isoformat(), "before": _plain(old.periods)}
    audit.record(actor, "queue.day_removed", queue, at=at, detail=detail)
    transaction.on_commit(wake.route.set)
