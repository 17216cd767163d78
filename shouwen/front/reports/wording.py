"""How figures read: values, changes and aims in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shouwen.assurance.monitoring.kpis import Kpi, Unit
from shouwen.assurance.monitoring.queries import Figure
from shouwen.ground.kit import words


def value(kpi: Kpi, figure: float | None) -> str:
    """Say a value with its unit: 92.1%, 4分30秒, 1,204, 4.61; nothing for no data."""
    if figure is None:
        return ""
    match kpi.unit:
        case Unit.SHARE:
            return words.percent(figure)
        case Unit.SECONDS:
            return words.duration(round(figure))
        case Unit.POINTS:
            return f"{figure:.2f}"
        case _:
            return f"{figure:,.0f}"


def value_or_none(kpi: Kpi, figure: float | None) -> str:
    """Say a value, or that there is none."""
    return value(kpi, figure) or _("No data")


def change(figure: Figure) -> str:
    """Say by how much a figure has changed: 0.4个百分点, 12秒, 8.0%; nothing where unknown."""
    by = figure.change
    if by is None or figure.before is None:
        return ""
    match figure.kpi.unit:
        case Unit.SHARE:
            return _("%(points)s points") % {"points": f"{abs(by) * 100:.1f}"}
        case Unit.COUNT:
            return words.percent(abs(by) / figure.before) if figure.before else f"{abs(by):,.0f}"
        case _:
            return value(figure.kpi, abs(by))


def shows_change(figure: Figure) -> bool:
    """Whether the change is large enough to be seen in its own words."""
    by = figure.change
    return by is not None and change(figure) not in (
        value(figure.kpi, 0.0),
        _("%(points)s points") % {"points": "0.0"},
    )


def aim(figure: Figure) -> str:
    """Say what is aimed at: 目标不低于92%; nothing without a target."""
    if figure.target is None:
        return ""
    wanted = {"value": f"{figure.target.value * 100:g}%"}
    if figure.kpi.less_is_better:
        return _("target at most %(value)s") % wanted
    return _("target at least %(value)s") % wanted
