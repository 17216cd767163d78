"""What each figure of the complaints' report means: its formula, its kind and its clause.

A definition is data: page, file and API read the same one. A share of nothing has no value, which
is never shown as 100% (systems.md section 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.utils.translation import pgettext_lazy

from shouwen.ground.kit.words import Words


class Kind(StrEnum):
    """What a figure's value is."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"


class Section(StrEnum):
    """The parts of the report, in its order (systems.md section 4)."""

    VOLUMES = "volumes"
    LIMITS = "limits"
    REPEATS = "repeats"
    CAUSES = "causes"
    UNITS = "units"
    PRODUCTS = "products"
    SATISFACTION = "satisfaction"
    PARTNERS = "partners"


SECTION_WORDS: dict[Section, Words] = {
    Section.VOLUMES: pgettext_lazy("complaint report", "Volumes"),
    Section.LIMITS: pgettext_lazy("complaint report", "Limits met"),
    Section.REPEATS: pgettext_lazy("complaint report", "Repeated complaints"),
    Section.CAUSES: pgettext_lazy("complaint report", "Causes and responsibility"),
    Section.UNITS: pgettext_lazy("complaint report", "Units"),
    Section.PRODUCTS: pgettext_lazy("complaint report", "Products and business"),
    Section.SATISFACTION: pgettext_lazy("complaint report", "Satisfaction with the handling"),
    Section.PARTNERS: pgettext_lazy("complaint report", "Partner institutions"),
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure; `is_split` says that it is told once for each value of its list."""

    code: str
    section: Section
    kind: Kind
    name: Words
    formula: Words
    clause: str
    is_split: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One counted figure: `count` out of `of`; of a mean, `mean` over `count` answers.

    `key` is the value a split figure is told for; `zh` and `en` name it where an institution words
    it itself, as it was called when it was counted.
    """

    code: str
    count: int
    of: int | None = None
    mean: float | None = None
    key: str = ""
    zh: str = ""
    en: str = ""

    @property
    def value(self) -> float | None:
        """The figure itself; None where there is nothing to divide by."""
        match by_code()[self.code].kind:
            case Kind.COUNT:
                return float(self.count)
            case Kind.MEAN:
                return self.mean
            case _:
                return self.count / self.of if self.of else None


_OF_RECEIVED = pgettext_lazy("complaint report", "Of this value ÷ all received in the period")
_OF_JUDGED = pgettext_lazy(
    "complaint report", "Of this value ÷ all received whose responsibility is determined"
)
_MEAN = pgettext_lazy("complaint report", "Mean of the scores 1 to 5 that complainants gave")


def _split(code: str, section: Section, name: Words, clause: str) -> Definition:
    return Definition(code, section, Kind.SHARE, name, _OF_RECEIVED, clause, is_split=True)


def _mean(code: str, name: Words) -> Definition:
    return Definition(code, Section.SATISFACTION, Kind.MEAN, name, _MEAN, "CG-4.3-01")


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "received",
        Section.VOLUMES,
        Kind.COUNT,
        pgettext_lazy("complaint report", "Complaints received"),
        pgettext_lazy(
            "complaint report", "Complaints that reached the institution in the period, by day"
        ),
        "OM-4.4-08",
    ),
    Definition(
        "resolved",
        Section.VOLUMES,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Resolved"),
        pgettext_lazy(
            "complaint report", "Handled by the time of counting ÷ received and not withdrawn"
        ),
        "HB-6.2-06",
    ),
    Definition(
        "closed",
        Section.VOLUMES,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Closed"),
        pgettext_lazy("complaint report", "Closed by the time of counting ÷ received"),
        "HB-4.2-06",
    ),
    Definition(
        "outcome",
        Section.VOLUMES,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Demand met"),
        pgettext_lazy(
            "complaint report", "Told this result by the newest notice ÷ told of their result"
        ),
        "HB-4.2-06",
        is_split=True,
    ),
    Definition(
        "withdrawn",
        Section.VOLUMES,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Withdrawn"),
        pgettext_lazy("complaint report", "Taken back by the complainant ÷ received"),
        "OM-4.4-08",
    ),
    Definition(
        "major",
        Section.VOLUMES,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Major complaints"),
        pgettext_lazy("complaint report", "Marked as major ÷ received"),
        "HB-4.2-07",
    ),
    Definition(
        "regulator",
        Section.VOLUMES,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Transferred by the regulator"),
        pgettext_lazy(
            "complaint report", "Came from the regulator or were joined to a transfer ÷ received"
        ),
        "HB-4.2-01",
    ),
    _split(
        "type", Section.VOLUMES, pgettext_lazy("complaint report", "Complaint type"), "HB-2.3-06"
    ),
    _split("origin", Section.VOLUMES, pgettext_lazy("complaint report", "Origin"), "HB-4.2-01"),
    _split("channel", Section.VOLUMES, pgettext_lazy("complaint report", "Channel"), "OM-4.4-02"),
    _split("grade", Section.VOLUMES, pgettext_lazy("complaint report", "Grade"), "SN-44-01"),
    _split("urgency", Section.VOLUMES, pgettext_lazy("complaint report", "Urgency"), "OM-4.4-04"),
    Definition(
        "clock_met",
        Section.LIMITS,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Met in time"),
        pgettext_lazy(
            "complaint report",
            "Complaints that met this hard limit in time each time ÷ those that met or missed it; "
            "what still runs in time does not count",
        ),
        "HB-2.3-06",
        is_split=True,
    ),
    Definition(
        "clock_late",
        Section.LIMITS,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Late"),
        pgettext_lazy(
            "complaint report",
            "Complaints that met this hard limit late or missed it ÷ those that met or missed it",
        ),
        "HB-2.3-06",
        is_split=True,
    ),
    Definition(
        "extended",
        Section.LIMITS,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Extended and told in time"),
        pgettext_lazy("complaint report", "Complaints whose limit was moved ÷ received"),
        "CBIRC-2020-3-20-3",
    ),
    Definition(
        "repeats",
        Section.REPEATS,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Repeat share"),
        pgettext_lazy(
            "complaint report", "Same customer and matter as an earlier complaint ÷ received"
        ),
        "OM-4.4-06",
    ),
    Definition(
        "responsible",
        Section.CAUSES,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Responsible"),
        _OF_JUDGED,
        "OM-4.4-03",
        is_split=True,
    ),
    Definition(
        "cause",
        Section.CAUSES,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Root cause"),
        pgettext_lazy(
            "complaint report", "Of this root cause ÷ all received whose root cause was found"
        ),
        "CG-4.4-01",
        is_split=True,
    ),
    _split(
        "om_class",
        Section.CAUSES,
        pgettext_lazy("complaint report", "Class of the manual"),
        "OM-4.4-02",
    ),
    _split(
        "sn_object",
        Section.CAUSES,
        pgettext_lazy("complaint report", "What it is about"),
        "SN-36-01",
    ),
    _split(
        "unit", Section.UNITS, pgettext_lazy("complaint report", "Handling unit"), "CG-2.3.2-01"
    ),
    _split(
        "concerned",
        Section.UNITS,
        pgettext_lazy("complaint report", "Unit complained of"),
        "CG-2.3.2-01",
    ),
    _split(
        "category",
        Section.PRODUCTS,
        pgettext_lazy("complaint report", "Business category"),
        "HB-2.3-06",
    ),
    Definition(
        "rated",
        Section.SATISFACTION,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Rated by the complainant"),
        pgettext_lazy("complaint report", "Rated ÷ told of their result"),
        "HB-4.2-08",
    ),
    _mean("timeliness", pgettext_lazy("complaint report", "Timeliness")),
    _mean("effect", pgettext_lazy("complaint report", "Effect")),
    _mean("communication", pgettext_lazy("complaint report", "Communication")),
    _mean("follow_up", pgettext_lazy("complaint report", "Follow-up")),
    Definition(
        "partners",
        Section.PARTNERS,
        Kind.SHARE,
        pgettext_lazy("complaint report", "Partner institutions' share"),
        pgettext_lazy(
            "complaint report",
            "A partner is responsible, alone or with others ÷ all received whose responsibility is "
            "determined",
        ),
        "OM-4.4-03",
    ),
)


@cache
def by_code() -> dict[str, Definition]:
    """Give the definitions by code."""
    return {one.code: one for one in DEFINITIONS}
