"""The statutory calendar behind its port: seeded from the `chinesecalendar` library."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from chinese_calendar import constants

# Day-fixed statutory holidays (国务院令第795号, 2025). Past the library's last year the moving
# ones are not known until the State Council publishes them; dated exceptions carry them then.
FIXED: dict[tuple[int, int], str] = {
    (1, 1): "New Year's Day",
    (5, 1): "Labour Day",
    (5, 2): "Labour Day",
    (10, 1): "National Day",
    (10, 2): "National Day",
    (10, 3): "National Day",
}
FIRST_YEAR: int = min(constants.holidays).year
LAST_YEAR: int = max(constants.holidays).year


class ChineseHolidays:
    """Holidays and make-up working days of the People's Republic of China."""

    def known(self, year: int) -> bool:
        """Whether the library holds the State Council's arrangement for this year."""
        return FIRST_YEAR <= year <= LAST_YEAR

    def off_days(self, year: int) -> Mapping[date, str]:
        """Give the days off of a year with English names; only the fixed ones where not known."""
        return _off_days(year)

    def makeup_days(self, year: int) -> Mapping[date, str]:
        """Give the worked weekend days of a year; none where not known."""
        return _makeup_days(year)


@cache
def _off_days(year: int) -> Mapping[date, str]:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return {day: str(name) for day, name in constants.holidays.items() if day.year == year}
    return {date(year, month, day): name for (month, day), name in FIXED.items()}


@cache
def _makeup_days(year: int) -> Mapping[date, str]:
    return {day: str(name) for day, name in constants.workdays.items() if day.year == year}


CHINA = ChineseHolidays()
