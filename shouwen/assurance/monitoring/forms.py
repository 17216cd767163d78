"""From the names and texts of an address to the question they ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from shouwen.assurance.monitoring import kpis, periods
from shouwen.assurance.monitoring.periods import Interval, Period
from shouwen.assurance.monitoring.queries import By, Question
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kit import web

USUAL_PERIOD = "7d"
REF_MAX_CHARACTERS = 60
FILTERS = ("queue", "unit", "person", "channel", "category")
NAMES = ("period", "from", "to", "interval", "by", "kpi", *FILTERS)

E = TypeVar("E", bound=StrEnum)


def question_of(asked: Mapping[str, str], now: datetime) -> Question:
    """Read a question. Raises Invalid, naming each wrong field.

    `from` and `to` (dates, both included) come before `period`, a name of `periods.NAMES`. An
    interval too fine for the period is wrong; without one, a usual one is taken.
    """
    wrong: dict[str, Words] = {}
    period = _period(asked, now, wrong)
    interval = _one_of(Interval, asked, "interval", periods.usual_interval(period), wrong)
    if interval not in periods.intervals_of(period):
        wrong["interval"] = _("This is too fine for so many days. Choose a longer one.")
    by = _one_of(By, asked, "by", By.QUEUE, wrong)
    kpi = asked.get("kpi") or kpis.KPIS[0].code
    if kpi not in kpis.by_code():
        wrong["kpi"] = _("There is no such figure.")
    for name in FILTERS:
        value = asked.get(name, "")
        if len(value) > REF_MAX_CHARACTERS or not value.isprintable():
            wrong[name] = _("There is no such entry.")
    if wrong:
        raise Invalid(fields=wrong)
    filters = {name: asked.get(name, "") for name in FILTERS}
    return Question(period=period, interval=interval, by=by, kpi=kpi, **filters)


def _one_of(
    kind: type[E], asked: Mapping[str, str], name: str, usual: E, wrong: dict[str, Words]
) -> E:
    value = asked.get(name, "")
    if not value:
        return usual
    try:
        return kind(value)
    except ValueError:
        wrong[name] = " ".join(kind)
        return usual


def _period(asked: Mapping[str, str], now: datetime, wrong: dict[str, Words]) -> Period:
    usual = periods.named(USUAL_PERIOD, now)
    first, last = (_date(asked, name, wrong) for name in ("from", "to"))
    if wrong:
        return usual
    if first or last:
        if first is None or last is None:
            wrong["to" if last is None else "from"] = _("Give both the first and the last day.")
            return usual
        try:
            return periods.between(first, last, now)
        except periods.PeriodTooLong:
            wrong["to"] = _("Up to two years at once. Choose fewer days.")
        except periods.PeriodTurnedRound:
            wrong["to"] = _("The last day comes before the first. Turn them round.")
        return usual
    name = asked.get("period") or USUAL_PERIOD
    if name not in periods.NAMES:
        wrong["period"] = " ".join(periods.NAMES)
        return usual
    return periods.named(name, now)


def _date(asked: Mapping[str, str], name: str, wrong: dict[str, Words]) -> date | None:
    try:
        return web.day(asked, name)
    except Invalid as error:
        wrong.update(error.fields)
        return None
