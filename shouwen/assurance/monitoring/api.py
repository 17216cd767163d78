"""The wallboard's figures and those of any period. Null means no data, never 100%."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from shouwen.assurance.monitoring import forms, queries
from shouwen.assurance.monitoring.queries import Figure, Line
from shouwen.ground.kernel import time
from shouwen.people.staff.web import StaffRequest

router = Router(tags=["metrics"])


class QueueOut(Schema):
    """One queue now and today."""

    model_config = ConfigDict(extra="forbid")

    code: str
    name: str
    waiting: int
    longest_wait_seconds: float
    free: int
    answered_today: int
    service_level: float | None
    service_level_seconds: int


class LiveOut(Schema):
    """The live figures of the caller's institution.

    `clocks` are counted to 10,000; 10,001 says that there are more.
    """

    model_config = ConfigDict(extra="forbid")

    as_of: datetime
    connect_rate: float | None
    service_level: float | None
    abandon_rate: float | None
    first_contact_resolution: float | None
    satisfaction_rate: float | None
    contacts_today: int
    answered_today: int
    abandoned_today: int
    cases_opened_today: int
    cases_closed_today: int
    ratings_7_days: int
    waiting: int
    longest_wait_seconds: float
    average_wait_seconds: float | None
    people: dict[str, int]
    clocks: dict[str, int]
    queues: list[QueueOut]


@router.get("/live", response=LiveOut, summary="Live figures, as on the wallboard")
def live(request: HttpRequest) -> LiveOut:
    """Give today's figures, the week's ratings, and live state; needs the right `metrics.read`."""
    figures = queries.live(cast(StaffRequest, request).actor, time.now())
    return LiveOut(
        as_of=figures.at,
        connect_rate=figures.today.connect_rate,
        service_level=figures.today.service_level,
        abandon_rate=figures.today.abandon_rate,
        first_contact_resolution=figures.week.first_contact_resolution,
        satisfaction_rate=figures.week.satisfaction_rate,
        contacts_today=figures.today.queued,
        answered_today=figures.today.answered,
        abandoned_today=figures.today.abandoned,
        cases_opened_today=figures.today.cases_opened,
        cases_closed_today=figures.today.cases_closed,
        ratings_7_days=figures.week.rated,
        waiting=figures.waiting,
        longest_wait_seconds=figures.longest_wait_seconds,
        average_wait_seconds=figures.today.average_wait_seconds,
        people=figures.people,
        clocks=figures.clocks,
        queues=[
            QueueOut(
                code=queue.code,
                name=queue.name,
                waiting=queue.waiting,
                longest_wait_seconds=queue.longest_wait_seconds,
                free=queue.free,
                answered_today=queue.today.answered,
                service_level=queue.today.service_level,
                service_level_seconds=queue.target_seconds,
            )
            for queue in figures.queues
        ],
    )


class HistoryIn(Schema):
    """What is asked: a named period or two dates, and filters by code or public id."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    period: str = ""
    first: str = Field("", alias="from")
    last: str = Field("", alias="to")
    interval: str = ""
    by: str = ""
    kpi: str = ""
    queue: str = ""
    unit: str = ""
    person: str = ""
    channel: str = ""
    category: str = ""


class FigureOut(Schema):
    """One figure of the period and of the period before; a share goes from 0 to 1."""

    model_config = ConfigDict(extra="forbid")

    code: str
    name: str
    unit: str
    formula: str
    clause: str
    numerator: float
    denominator: float
    value: float | None
    value_before: float | None
    target: float | None
    target_clause: str
    passed: bool | None


class PointOut(Schema):
    """The asked figure in one interval."""

    model_config = ConfigDict(extra="forbid")

    starts_at: datetime
    value: float | None
    value_before: float | None


class LineOut(Schema):
    """One queue, unit, person, channel or category; `key` is empty for what belongs to none."""

    model_config = ConfigDict(extra="forbid")

    key: str
    name: str
    values: dict[str, float | None]


class HistoryOut(Schema):
    """Figures of a period."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    interval: str
    by: str
    kpi: str
    figures: list[FigureOut]
    points: list[PointOut]
    lines: list[LineOut]


def _figure(figure: Figure) -> FigureOut:
    return FigureOut(
        code=figure.kpi.code,
        name=str(figure.kpi.name),
        unit=figure.kpi.unit.value,
        formula=str(figure.kpi.formula),
        clause=figure.kpi.clause,
        numerator=figure.over,
        denominator=figure.under,
        value=figure.value,
        value_before=figure.before,
        target=figure.target.value if figure.target else None,
        target_clause=figure.target.clause if figure.target else "",
        passed=figure.passed,
    )


def _line(line: Line, figures: list[Figure]) -> LineOut:
    values = {figure.kpi.code: figure.kpi.value(line.sums) for figure in figures}
    return LineOut(key=line.key, name=line.name, values=values)


@router.get("/history", response=HistoryOut, by_alias=True, summary="Figures of any period")
def history(request: HttpRequest, asked: Query[HistoryIn]) -> HistoryOut:
    """Give every figure of a period, one of them over time, and all by queue, unit or else.

    `period` is one of today, yesterday, 7d, 30d, month, last-month, 12m, or give `from` and `to`.
    `by` is queue, unit, person, channel or category. Needs the right `metrics.read`; whoever is
    bound to units sees what those did.
    """
    actor, now = cast(StaffRequest, request).actor, time.now()
    question = forms.question_of(asked.model_dump(by_alias=True), now)
    found = queries.history(actor, question, now)
    return HistoryOut(
        first=question.period.first,
        last=question.period.last,
        interval=question.interval.value,
        by=question.told_by.value,
        kpi=found.chosen.kpi.code,
        figures=[_figure(figure) for figure in found.figures],
        points=[
            PointOut(starts_at=p.starts_at, value=p.value, value_before=p.before)
            for p in found.points
        ],
        lines=[_line(line, found.figures) for line in found.lines],
    )
