"""Whether somebody has done the work for long enough, in plain Python. Serves HB-1.1-06."""

from __future__ import annotations

from datetime import date


def latest_start(today: date, years: int) -> date:
    """Give the last day on which one can have begun to have so many whole years today."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        # 29 February, where the earlier year has none.
        return today.replace(year=today.year - years, day=28)
