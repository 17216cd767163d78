"""Moments that come from outside: with a time zone, and near enough to our time to be shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

FIRST_YEAR, LAST_YEAR = 1900, 2199


def _near(moment: datetime) -> datetime:
    """Refuse what overflows when it is brought into another zone."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"Send a moment between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_near)]
