"""What each figure means: its formula over the roll-ups, its unit, its aim and its clause.

A definition is data: the page, the API and the tables read the same one. A share whose
denominator is zero has no value, which is never shown as 100%.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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

    `target` names the figure aimed at in the rule packs; `less_is_better` turns the comparison.
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

    @property
    def counters(self) -> frozenset[str]:
        """Every counter it needs."""
        return frozenset(self.over + self.under)

    def parts(self, sums: Mapping[str, float]) -> tuple[float, float]:
        """Give numerator and denominator; a plain count is its own numerator over one."""
        over = sum(sums.get(name) or 0 for name in self.over)
        return over, sum(sums.get(name) or 0 for name in self.under) if self.under else 1

    def value(self, sums: Mapping[str, float]) -> float | None:
        """Give its value, None where there is nothing to divide by."""
        return share(*self.parts(sums))

    def passes(self, value: float, aim: float) -> bool:
        """Whether a value is as good as what is aimed at."""
        return value <= aim if self.less_is_better else value >= aim


_FATE = ("answered", "abandoned")
_CLOCKS = ("clocks_met", "clocks_breached")

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "connect_rate",
        _("Connect rate"),
        Group.CONTACTS,
        Unit.SHARE,
        _("Answered by a person ÷ (answered + customers who left while waiting)"),
        over=("answered",),
        under=_FATE,
        clause="SN-17-01",
        target="connect_rate",
    ),
    Kpi(
        "service_level",
        pgettext_lazy("figure", "Service level"),
        Group.CONTACTS,
        Unit.SHARE,
        _("Answered within the queue's seconds ÷ (answered + customers who left while waiting)"),
        over=("answered_in_time",),
        under=_FATE,
        clause="SN-17-02",
    ),
    Kpi(
        "abandon_rate",
        _("Abandon rate"),
        Group.CONTACTS,
        Unit.SHARE,
        _("Customers who left while waiting ÷ (answered + customers who left while waiting)"),
        over=("abandoned",),
        under=_FATE,
        clause="SN-17-01",
        less_is_better=True,
    ),
    Kpi(
        "first_contact_resolution",
        _("Solved at first contact"),
        Group.CONTACTS,
        Unit.SHARE,
        _("Ended as answered or informed, without a case ÷ all ended by a person"),
        over=("solved_at_once",),
        under=("ended",),
        clause="SN-17-03",
    ),
    Kpi(
        "nonvoice_timeliness",
        _("Timeliness of non-voice"),
        Group.CONTACTS,
        Unit.SHARE,
        _("First responses and resolutions in time ÷ all due, without the telephone"),
        over=("nonvoice_met",),
        under=("nonvoice_met", "nonvoice_late"),
        clause="SN-17-04",
    ),
    Kpi(
        "average_wait",
        _("Mean wait"),
        Group.CONTACTS,
        Unit.SECONDS,
        _("Seconds in the queue of those answered ÷ answered"),
        over=("wait_seconds",),
        under=("answered",),
        clause="HB-1.3-03",
        less_is_better=True,
    ),
    Kpi(
        "average_reply",
        _("Mean first reply"),
        Group.CONTACTS,
        Unit.SECONDS,
        _("Seconds from the queue to a person's first words ÷ first replies"),
        over=("reply_seconds",),
        under=("replied",),
        clause="HB-1.3-03",
        less_is_better=True,
    ),
    Kpi(
        "average_handle",
        _("Mean handling"),
        Group.CONTACTS,
        Unit.SECONDS,
        _("Seconds from the answer to the end ÷ ended by a person"),
        over=("handle_seconds",),
        under=("ended",),
        clause="HB-1.3-03",
        is_neutral=True,
    ),
    Kpi(
        "average_wrap_up",
        _("Mean wrap-up"),
        Group.CONTACTS,
        Unit.SECONDS,
        _("Seconds of work after the talk ÷ contacts wrapped up"),
        over=("wrap_up_seconds",),
        under=("wrapped_up",),
        clause="HB-1.3-03",
        is_neutral=True,
    ),
    Kpi(
        "contacts_routed",
        _("Routed to people"),
        Group.CONTACTS,
        Unit.COUNT,
        _("Contacts put into a queue, each the first time only"),
        over=("queued",),
        clause="SN-17-01",
        is_neutral=True,
    ),
    Kpi(
        "contacts_answered",
        _("Answered by people"),
        Group.CONTACTS,
        Unit.COUNT,
        _("Contacts taken in hand by their first person"),
        over=("answered",),
        clause="SN-17-01",
        is_neutral=True,
    ),
    Kpi(
        "contacts_abandoned",
        _("Left while waiting"),
        Group.CONTACTS,
        Unit.COUNT,
        _("Contacts whose customer left before a person answered"),
        over=("abandoned",),
        clause="SN-17-01",
        less_is_better=True,
    ),
    Kpi(
        "resolution_rate",
        _("Resolution rate"),
        Group.CASES,
        Unit.SHARE,
        _("Cases closed with the customer's word ÷ (closed + results the customer objected to)"),
        over=("cases_closed",),
        under=("cases_closed", "cases_objected"),
        clause="HB-6.2-06",
        target="resolution_rate",
    ),
    Kpi(
        "first_dispatch",
        _("First dispatch right"),
        Group.CASES,
        Unit.SHARE,
        _("Closed cases that were given to one handler only ÷ closed cases given to a handler"),
        over=("dispatched_once",),
        under=("dispatched",),
        clause="OM-3.3.2-01",
    ),
    Kpi(
        "clocks_kept",
        _("Limits kept"),
        Group.CASES,
        Unit.SHARE,
        _("Hard limits met ÷ (met + passed)"),
        over=("clocks_met",),
        under=_CLOCKS,
        clause="HB-1.3-03",
    ),
    Kpi(
        "feedback_timeliness",
        _("Feedback in time"),
        Group.CASES,
        Unit.SHARE,
        _("Answers to feedback and complaint results told in time ÷ all that fell due"),
        over=("feedback_met",),
        under=("feedback_met", "feedback_late"),
        clause="CG-2.3.1-03",
    ),
    Kpi(
        "average_case_time",
        _("Mean case time"),
        Group.CASES,
        Unit.SECONDS,
        _("Seconds from opening to closing ÷ cases closed"),
        over=("open_seconds",),
        under=("cases_closed",),
        clause="HB-4.4-01",
        less_is_better=True,
    ),
    Kpi(
        "cases_opened",
        _("Cases opened"),
        Group.CASES,
        Unit.COUNT,
        _("Cases registered"),
        over=("cases_opened",),
        clause="HB-2.3-06",
        is_neutral=True,
    ),
    Kpi(
        "cases_classified",
        _("Cases classified"),
        Group.CASES,
        Unit.COUNT,
        _("How often the third-level category was chosen"),
        over=("classified",),
        clause="HB-2.3-06",
        is_neutral=True,
    ),
    Kpi(
        "cases_closed",
        _("Cases closed"),
        Group.CASES,
        Unit.COUNT,
        _("Cases that both sides agreed to close"),
        over=("cases_closed",),
        clause="HB-2.3-06",
        is_neutral=True,
    ),
    Kpi(
        "time_spent",
        _("Time spent"),
        Group.CASES,
        Unit.SECONDS,
        _("Time that people noted on cases, without what they took back"),
        over=("effort_seconds",),
        clause="HB-2.2-03",
        is_neutral=True,
    ),
    Kpi(
        "clocks_met",
        _("Limits met"),
        Group.CASES,
        Unit.COUNT,
        _("Hard limits whose duty was done before they passed"),
        over=("clocks_met",),
        clause="HB-2.3-06",
        is_neutral=True,
    ),
    Kpi(
        "clocks_late",
        _("Limits passed"),
        Group.CASES,
        Unit.COUNT,
        _("Hard limits that passed before their duty was done"),
        over=("clocks_breached",),
        clause="HB-2.3-06",
        less_is_better=True,
    ),
    Kpi(
        "satisfaction_rate",
        _("Satisfaction rate"),
        Group.VOICES,
        Unit.SHARE,
        _("Customers who answered satisfied or very satisfied ÷ customers who answered"),
        over=("satisfied",),
        under=("rated",),
        clause="SN-21-01",
        target="csat",
    ),
    Kpi(
        "average_score",
        _("Mean score"),
        Group.VOICES,
        Unit.POINTS,
        _("Sum of the scores from 1 to 5 ÷ customers who answered"),
        over=("score_sum",),
        under=("rated",),
        clause="OM-4.3-02",
    ),
    Kpi(
        "ratings",
        _("Ratings given"),
        Group.VOICES,
        Unit.COUNT,
        _("Contacts and cases rated by their customer"),
        over=("rated",),
        clause="SN-21-01",
        is_neutral=True,
    ),
)


@cache
def by_code() -> dict[str, Kpi]:
    """Give every definition by its code."""
    return {kpi.code: kpi for kpi in KPIS}


def counted_by(counters: frozenset[str]) -> list[Kpi]:
    """Give the definitions that these counters suffice for, in their order."""
    return [kpi for kpi in KPIS if kpi.counters <= counters]
