"""The tables of the reports as files for spreadsheets."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shouwen.assurance.monitoring.kpis import Kpi, Unit
from shouwen.assurance.monitoring.queries import History
from shouwen.front.reports import page
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit import sheets
from shouwen.ground.kit.sheets import Cell, Column, Format, Mark, Shape
from shouwen.ground.kit.web import download
from shouwen.ground.kit.words import Words
from shouwen.people.staff import queries as staff

SHAPES = {
    Unit.SHARE: Shape.SHARE,
    Unit.SECONDS: Shape.DECIMAL,
    Unit.COUNT: Shape.NUMBER,
    Unit.POINTS: Shape.DECIMAL,
}


def of_parts(found: History, kind: Format, *, actor: Actor, at: datetime) -> HttpResponse:
    """Give every part with every figure as plain values, shares from 0 to 1."""
    told_by = found.question.told_by
    columns = [Column(page.BY_WORDS[told_by]), *(_column(f.kpi) for f in found.figures)]
    rows: list[list[Cell]] = [
        [line.name or _("None of them"), *(f.kpi.value(line.sums) for f in found.figures)]
        for line in found.lines
    ]
    title = page.BY_WORDS[told_by]
    return _answer(f"figures-by-{told_by}", title, found, kind, columns, rows, actor, at)


def of_times(found: History, kind: Format, *, actor: Actor, at: datetime) -> HttpResponse:
    """Give the chosen figure over time as plain values."""
    kpi = found.chosen.kpi
    columns = [Column(_("Time")), _column(kpi), Column(_("Period before"), SHAPES[kpi.unit])]
    rows: list[list[Cell]] = [
        [point.starts_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"), point.value, point.before]
        for point in found.points
    ]
    return _answer(f"figures-{kpi.code}", kpi.name, found, kind, columns, rows, actor, at)


def _column(kpi: Kpi) -> Column:
    return Column(kpi.name, SHAPES[kpi.unit])


def _answer(
    name: str,
    title: Words,
    found: History,
    kind: Format,
    columns: list[Column],
    rows: list[list[Cell]],
    actor: Actor,
    at: datetime,
) -> HttpResponse:
    who = staff.names_by_ref({actor.ref}).get(actor.ref, actor.ref)
    mark = Mark(f"{title} · {page.span_of(found.question)}", "", who, at)
    data, _count = sheets.write(kind, columns, rows, mark)
    return download(data, name=f"{name}.{kind}", content_type=kind.content_type)
