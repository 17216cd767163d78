"""The figures an institution may set for its people, each with where it comes from.

A row of `StaffSetting` overrides the figure here; without one this counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.errors import Words

MINUTES = pgettext_lazy("unit", "minutes")
HOURS = pgettext_lazy("unit", "hours")
DAYS = pgettext_lazy("unit", "days")
YEARS = pgettext_lazy("unit", "years")
SWITCH = pgettext_lazy("unit", "switch")
LOOKS = pgettext_lazy("unit", "looks")


@dataclass(frozen=True, slots=True)
class Limit:
    """One figure: its usual value, the least and most it may be, its clause (none: our own)."""

    name: str
    words: Words
    unit: Words
    usual: int
    least: int
    most: int
    clause: str = ""


LIMITS: dict[str, Limit] = {
    limit.name: limit
    for limit in (
        Limit("break-minutes", _("Longest break at a stretch"), MINUTES, 15, 1, 240),
        Limit("wrap-up-minutes", _("Longest wrap-up after a contact"), MINUTES, 5, 1, 120),
        Limit("busy-minutes", _("Longest time busy at a stretch"), MINUTES, 30, 1, 480),
        Limit("training-minutes", _("Longest training at a stretch"), MINUTES, 120, 1, 480),
        Limit(
            "experience-years",
            _("Least experience of an agent without a mentor"),
            YEARS,
            2,
            0,
            20,
            "HB-1.1-06",
        ),
        Limit(
            "expiry-warning-days", _("A certificate is shown as ending within"), DAYS, 30, 1, 365
        ),
        Limit(
            "look-on-shown",
            _("Agents see that a lead looks on (1 yes, 0 no)"),
            SWITCH,
            1,
            0,
            1,
        ),
        Limit("late-minutes", _("Whoever comes later than this is late"), MINUTES, 5, 0, 120),
        Limit(
            "customer-looks",
            _("Customers that one person looks up or opens in an hour"),
            LOOKS,
            200,
            10,
            5000,
        ),
        Limit("invitation-hours", _("An invitation link works for"), HOURS, 72, 1, 720),
    )
}
