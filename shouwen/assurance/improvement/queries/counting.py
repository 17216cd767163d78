"""The report's figures, counted for a period in a constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.queries import conditions
from shouwen.assurance.improvement.queries.conditions import COLUMNS, DIMENSIONS, PLAIN, UNDER
from shouwen.assurance.improvement.rules.figures import DEFINITIONS, Kind, Line
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel.actor import Actor
from shouwen.service.complaints.models import Complaint

CLOCKS = ("clock_met", "clock_late")
OUTCOME = "outcome"
# The columns that name a value which an institution words itself, in both languages.
NAMED = {
    "grade": ("grade__name_zh", "grade__name_en"),
    "unit": ("case__unit__name_zh", "case__unit__name_en"),
    "concerned": ("concerned_unit__name_zh", "concerned_unit__name_en"),
    "cause": ("given_cause__cause__name_zh", "given_cause__cause__name_en"),
    "category": ("case__category__name_zh", "case__category__name_en"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of complaints received from `first` to `last`, as of `at`."""

    first: date
    last: date
    at: datetime
    lines: list[Line]

    def line(self, code: str, key: str = "") -> Line | None:
        """Give one figure."""
        return next((one for one in self.lines if (one.code, one.key) == (code, key)), None)


def report(actor: Actor, period: Period, *, at: datetime) -> Report:
    """Count the whole institution's complaints of a period. Raises NotAllowed.

    The number of statements depends neither on complaints nor on units and categories.
    """
    access.require_reading(actor)
    found = conditions.received(actor.institution_id or 0, period.start, period.end)
    plain = _plain(found)
    lines: list[Line] = []
    clocks = _clocks(found, actor.institution_id or 0, at)
    for one in DEFINITIONS:
        if one.code in clocks:
            lines += clocks[one.code]
        elif one.code == OUTCOME:
            lines += _outcomes(found, plain[f"under_{OUTCOME}"])
        elif one.code in COLUMNS:
            lines += _split(found, one.code, plain[f"under_{one.code}"])
        elif one.kind is Kind.MEAN:
            mean = plain[f"mean_{one.code}"]
            lines.append(Line(one.code, plain[one.code], mean=round(mean, 4) if mean else None))
        else:
            of = None if one.kind is Kind.COUNT else plain[f"under_{one.code}"]
            lines.append(Line(one.code, plain[one.code], of))
    return Report(period.first, period.last, at, lines)


def _plain(found: QuerySet[Complaint]) -> dict[str, Any]:
    """Count everything that is not told by value, and what shares are of, in one statement."""
    columns: dict[str, Any] = {
        code: Count("pk", filter=asked) if asked else Count("pk") for code, asked in PLAIN.items()
    }
    for one in DEFINITIONS:
        under = UNDER.get(one.code)
        columns[f"under_{one.code}"] = Count("pk", filter=under) if under else Count("pk")
    for name in DIMENSIONS:
        columns[f"mean_{name}"] = Avg(f"rating__{name}")
    return found.aggregate(**columns)


def _split(found: QuerySet[Complaint], code: str, of: int) -> list[Line]:
    """Count a figure by value, the most first; what has no value is left out."""
    column = COLUMNS[code]
    given = found.exclude(Q(**{f"{column}__isnull": True}) | Q(**{column: ""}))
    if code not in NAMED:
        counted = given.values_list(column).annotate(n=Count("pk")).order_by("-n", column)
        return [Line(code, n, of, key=key) for key, n in counted]
    zh, en = NAMED[code]
    named = given.annotate(key=F(column), zh=F(zh), en=F(en)).values_list("key", "zh", "en")
    rows = named.annotate(n=Count("pk")).order_by("-n", "key")
    return [Line(code, n, of, key=key, zh=said, en=told) for key, said, told, n in rows]


def _outcomes(found: QuerySet[Complaint], of: int) -> list[Line]:
    """Count by what complainants were told of their demand, in one statement."""
    rows = conditions.results(found).values_list("solved").annotate(n=Count("pk"))
    return [Line(OUTCOME, n, of, key=solved) for solved, n in rows.order_by("-n", "solved")]


def lines_between(
    institution_id: int, code: str, start: datetime, end: datetime, *, at: datetime
) -> list[Line]:
    """Count one figure of all complaints received from `start` up to `end`, for whoever asks."""
    found = conditions.received(institution_id, start, end)
    if code in CLOCKS:
        return _clocks(found, institution_id, at)[code]
    total = found.count()
    return _split(found, code, total) if code in COLUMNS else [Line(code, total)]


def _clocks(found: QuerySet[Complaint], institution_id: int, at: datetime) -> dict[str, list[Line]]:
    """Count complaints by the hard limits that ended for them, in one statement.

    A complaint whose limit began again counts once for it: late once is late.
    """
    late, ended = conditions.late(at), conditions.met() | conditions.late(at)
    rows = (
        conditions.limits()
        .filter(institution_id=institution_id, subject_ref__in=found.values("case__public_id"))
        .values_list("event")
        .annotate(
            late=Count("subject_ref", distinct=True, filter=late),
            ended=Count("subject_ref", distinct=True, filter=ended),
        )
        .order_by("event")
    )
    told = [row for row in rows if row[2]]
    return {
        "clock_met": [Line("clock_met", of - over, of, key=event) for event, over, of in told],
        "clock_late": [Line("clock_late", over, of, key=event) for event, over, of in told],
    }
