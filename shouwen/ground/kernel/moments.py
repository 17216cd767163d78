"""Moments and days that come from outside, near enough to our time to be shown and counted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

FIRST_YEAR, LAST_YEAR = 1900, 2199


def _near(moment: datetime) -> datetime:
    """Refuse what overflows when it is brought into another zone."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"Send a moment between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return moment


def _near_day(day: date) -> date:
    """Refuse what overflows when a day begins or ends."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"Send a day between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return day


Moment = Annotated[AwareDatetime, AfterValidator(_near)]
Day = Annotated[date, AfterValidator(_near_day)]
