"""What a figure is made of: its unit, what it is about, and how its counters give its value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from shouwen.assurance.monitoring.rules import share
from shouwen.ground.kit.words import Words


class Unit(StrEnum):
    """What a value is measured in."""

    SHARE = "share"
    SECONDS = "seconds"
    COUNT = "count"
    POINTS = "points"


class Group(StrEnum):
    """What a figure is about, which is also what stands behind it."""

    CONTACTS = "contacts"
    CASES = "cases"
    VOICES = "voices"


GROUP_WORDS: dict[Group, Words] = {
    Group.CONTACTS: _("Contacts"),
    Group.CASES: _("Cases and clocks"),
    Group.VOICES: _("What customers say"),
}


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure: `over` / `under`, each a sum of counters; without `under`, a plain count.

    `target` names the figure aimed at in the rule packs; `less_is_better` turns the comparison;
    `worth` is what one of the counted is worth, 0.01 where hundredths are counted.
    """

    code: str
    name: Words
    group: Group
    unit: Unit
    formula: Words
    over: tuple[str, ...]
    under: tuple[str, ...] = ()
    clause: str = ""
    target: str = ""
    less_is_better: bool = False
    is_neutral: bool = False
    worth: float = 1

    @property
    def counters(self) -> frozenset[str]:
        """Every counter it needs."""
        return frozenset(self.over + self.under)

    def parts(self, sums: Mapping[str, float]) -> tuple[float, float]:
        """Give numerator and denominator; a plain count is its own numerator over one."""
        over = sum(sums.get(name) or 0 for name in self.over) * self.worth
        return over, sum(sums.get(name) or 0 for name in self.under) if self.under else 1

    def value(self, sums: Mapping[str, float]) -> float | None:
        """Give its value, None where there is nothing to divide by."""
        return share(*self.parts(sums))

    def passes(self, value: float, aim: float) -> bool:
        """Whether a value is as good as what is aimed at."""
        return value <= aim if self.less_is_better else value >= aim
