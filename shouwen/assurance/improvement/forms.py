"""From an address to the days it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from shouwen.assurance.monitoring import periods
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit import web

USUAL = "month"
NAMES = ("month", "last-month", "30d", "12m")


def period_of(first: date | None, last: date | None, now: datetime) -> Period:
    """Give the period of these days, both included; without any, this month up to now.

    Raises Invalid, naming `from` or `to`.
    """
    if first is None and last is None:
        return periods.named(USUAL, now)
    if first is None or last is None:
        missing = "from" if first is None else "to"
        raise Invalid(fields={missing: _("Give both the first and the last day.")})
    try:
        return periods.between(first, last, now)
    except periods.PeriodTooLong:
        raise Invalid(fields={"to": _("Up to two years at once. Choose fewer days.")}) from None
    except periods.PeriodTurnedRound:
        words = _("The last day comes before the first. Turn them round.")
        raise Invalid(fields={"to": words}) from None


def asked_period(said: Mapping[str, str], now: datetime) -> Period:
    """Read `from` and `to`, else `period` by name. Raises Invalid, naming the field."""
    first, last = web.day(said, "from"), web.day(said, "to")
    name = said.get("period", "")
    if name in NAMES and first is None and last is None:
        return periods.named(name, now)
    return period_of(first, last, now)
