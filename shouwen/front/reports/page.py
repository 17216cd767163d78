"""What the page of figures shows: tiles, a chart with its sentence, a table, and ways on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from shouwen.assurance.monitoring import forms, kpis, periods
from shouwen.assurance.monitoring.kpis import Group, Unit
from shouwen.assurance.monitoring.periods import Interval
from shouwen.assurance.monitoring.queries import By, Figure, History, Line, Point, Question
from shouwen.front.reports import access, wording
from shouwen.front.reports.queries import Listed
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit.sheets import Format
from shouwen.ground.kit.words import Words
from shouwen.ground.policy import queries as policy

LINES = 50
PERIOD_WORDS: dict[str, Words] = {
    "today": pgettext_lazy("period", "Today"),
    "yesterday": pgettext_lazy("period", "Yesterday"),
    "7d": gettext_lazy("7 days"),
    "30d": gettext_lazy("30 days"),
    "month": gettext_lazy("This month"),
    "last-month": gettext_lazy("Last month"),
    "12m": gettext_lazy("12 months"),
}
INTERVAL_WORDS: dict[Interval, Words] = {
    Interval.QUARTER: gettext_lazy("by 15 minutes"),
    Interval.HOUR: gettext_lazy("by hour"),
    Interval.DAY: gettext_lazy("by day"),
    Interval.WEEK: gettext_lazy("by week"),
    Interval.MONTH: gettext_lazy("by month"),
}
BY_WORDS: dict[By, Words] = {
    By.QUEUE: gettext_lazy("Queue"),
    By.UNIT: pgettext_lazy("figures", "Unit"),
    By.PERSON: pgettext_lazy("report", "Person"),
    By.CHANNEL: gettext_lazy("Channel"),
    By.CATEGORY: gettext_lazy("Category"),
}
# What a line is looked into by, once it is chosen.
NEXT_BY = {
    By.QUEUE: By.PERSON,
    By.UNIT: By.PERSON,
    By.PERSON: By.QUEUE,
    By.CHANNEL: By.QUEUE,
    By.CATEGORY: By.UNIT,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way on: its words, its address, and whether the page is there."""

    words: Words
    href: str
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    words: Words
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure as a tile, with the card of its definition."""

    id: str
    figure: Figure
    href: str
    value: str
    aim: str
    change: str
    rose: bool
    tone: str
    formula: Words
    clause_words: str

    @property
    def passed(self) -> str:
        """Whether the target is met, as the tile's foot asks for it."""
        return {True: "yes", False: "no", None: ""}[self.figure.passed]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: name, the address that looks into it, and its cells."""

    name: str
    href: str
    cells: list[tuple[str, bool]]


class Addresses:
    """The page's own address with some of its parts changed."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        """Take what the page was asked for."""
        self._asked = {name: asked[name] for name in forms.NAMES if asked.get(name)}

    def with_(self, to: str = "reports:history", **changes: str) -> str:
        """Give an address; an empty value leaves a part out. `first` stands for `from`, and
        `last` for `to`."""
        changes = {{"first": "from", "last": "to"}.get(k, k): v for k, v in changes.items()}
        parts = {name: value for name, value in (self._asked | changes).items() if value}
        base = reverse(to)
        return f"{base}?{urlencode(parts)}" if parts else base

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """Give the parts that a form keeps."""
        return [(name, value) for name, value in self._asked.items() if name not in without]


def context(
    found: History, asked: Mapping[str, str], *, actor: Actor, page_number: str
) -> dict[str, Any]:
    """Everything the page's template names."""
    addresses = Addresses(asked)
    question, chosen = found.question, found.chosen
    columns = [f.kpi for f in found.figures if f.kpi.group is chosen.kpi.group]
    lines, newer, older = _page(found.lines, addresses, page_number)
    return {
        "found": found,
        "question": question,
        "span": span_of(question),
        "span_before": _span(question.period.before.first, question.period.before.last),
        "periods": [
            Choice(
                words,
                addresses.with_(period=name, first="", last="", interval=""),
                name == question.period.name,
            )
            for name, words in PERIOD_WORDS.items()
        ],
        "intervals": [
            (interval.value, INTERVAL_WORDS[interval])
            for interval in periods.intervals_of(question.period)
        ],
        "dimensions": [
            Choice(words, addresses.with_(by=by.value, page=""), by is question.told_by)
            for by, words in BY_WORDS.items()
        ],
        "chips": [
            Chip(BY_WORDS[By(name)], value, addresses.with_(**{name: ""}))
            for name, value in found.names.items()
        ],
        "groups": _groups(found, addresses),
        "chosen_name": chosen.kpi.name,
        "behind": (
            addresses.with_("reports:behind", kpi=chosen.kpi.code)
            if access.may_look_behind(actor, chosen.kpi)
            else ""
        ),
        "parts_files": _files(addresses, "parts"),
        "times_files": _files(addresses, "times"),
        "sentence": _sentence(found),
        "chart": _chart(found),
        "points": [_point(found, point) for point in found.points],
        "columns": columns,
        "rows": [_row(line, columns, question.told_by, found, addresses) for line in lines],
        "told_by": BY_WORDS[question.told_by],
        "newer": newer,
        "older": older,
        "count": len(found.lines),
        "keep_for_dates": addresses.hidden("period", "from", "to", "interval"),
        "keep_for_interval": addresses.hidden("interval"),
    }


def _span(first: Any, last: Any) -> str:
    form = pgettext("date of a report", "j M Y")
    if first == last:
        return dateformat.format(first, form)
    return _("%(first)s to %(last)s") % {
        "first": dateformat.format(first, form),
        "last": dateformat.format(last, form),
    }


def _files(addresses: Addresses, table: str) -> list[tuple[str, str]]:
    return [(kind.name, addresses.with_(f"reports:{table}_{kind}")) for kind in Format]


def span_of(question: Question) -> str:
    """Give a question's period in words."""
    return _span(question.period.first, question.period.last)


def _groups(found: History, addresses: Addresses) -> list[tuple[Words, list[Tile]]]:
    tiles: dict[Group, list[Tile]] = {}
    for figure in found.figures:
        tiles.setdefault(figure.kpi.group, []).append(_tile(figure, addresses))
    return [(kpis.GROUP_WORDS[group], held) for group, held in tiles.items()]


def _tile(figure: Figure, addresses: Addresses) -> Tile:
    rose = (figure.change or 0) > 0
    seen = wording.shows_change(figure)
    tone = ""
    if seen and not figure.kpi.is_neutral:
        tone = "soon" if rose is figure.kpi.less_is_better else "safe"
    return Tile(
        id=figure.kpi.code.replace("_", "-"),
        figure=figure,
        href=addresses.with_(kpi=figure.kpi.code),
        value=wording.value(figure.kpi, figure.value),
        aim=wording.aim(figure),
        change=wording.change(figure) if seen else "",
        rose=rose,
        tone=tone,
        formula=figure.kpi.formula,
        clause_words=policy.clause_words(figure.kpi.clause),
    )


def _sentence(found: History) -> str:
    chosen = found.chosen
    return _("%(name)s: %(value)s; in the period before, %(before)s.") % {
        "name": chosen.kpi.name,
        "value": wording.value_or_none(chosen.kpi, chosen.value),
        "before": wording.value_or_none(chosen.kpi, chosen.before),
    }


def _label(found: History, point: Point) -> str:
    local = point.starts_at.astimezone(SHANGHAI)
    match found.question.interval:
        case Interval.QUARTER | Interval.HOUR:
            form = "H:i" if found.question.period.days == 1 else pgettext("chart", "j M H:i")
            return dateformat.format(local, form)
        case Interval.MONTH:
            return dateformat.format(local, pgettext("chart", "M Y"))
        case _:
            return dateformat.format(local, pgettext("chart", "j M"))


def _chart(found: History) -> dict[str, Any]:
    """Give what the script draws: shares as percent, seconds and counts as they are."""
    kpi, target = found.chosen.kpi, found.chosen.target
    scale = 100 if kpi.unit is Unit.SHARE else 1

    def plain(value: float | None) -> float | None:
        return None if value is None else round(value * scale, 2)

    return {
        "labels": [_label(found, point) for point in found.points],
        "values": [plain(point.value) for point in found.points],
        "before": [plain(point.before) for point in found.points],
        "goal": plain(target.value) if target else None,
        "unit": kpi.unit.value,
    }


def _point(found: History, point: Point) -> tuple[str, str, str]:
    kpi = found.chosen.kpi
    return (
        _label(found, point),
        wording.value_or_none(kpi, point.value),
        wording.value_or_none(kpi, point.before),
    )


def number_of(text: str) -> int:
    """Read a page's number; anything else is the first."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 6 else 1


def behind_context(found: Listed, question: Question, asked: Mapping[str, str]) -> dict[str, Any]:
    """Everything the page of what stands behind a figure names."""
    addresses = Addresses(asked)
    return {
        "found": found,
        "name": kpis.by_code()[question.kpi].name,
        "span": span_of(question),
        "back": addresses.with_(),
        **{
            side: addresses.with_("reports:behind", page=str(number)) if number else ""
            for side, number in (("newer", found.newer), ("older", found.older))
        },
    }


def _page(lines: list[Line], addresses: Addresses, page_number: str) -> tuple[list[Line], str, str]:
    number = number_of(page_number)
    pages = max(1, -(-len(lines) // LINES))
    number = min(max(number, 1), pages)
    shown = lines[(number - 1) * LINES : number * LINES]
    newer = addresses.with_(page=str(number - 1)) if number > 1 else ""
    older = addresses.with_(page=str(number + 1)) if number < pages else ""
    return shown, newer, older


def _row(
    line: Line, columns: list[kpis.Kpi], told_by: By, found: History, addresses: Addresses
) -> Row:
    targets = {figure.kpi.code: figure.target for figure in found.figures}
    cells = []
    for kpi in columns:
        value, target = kpi.value(line.sums), targets[kpi.code]
        misses = value is not None and target is not None and not kpi.passes(value, target.value)
        cells.append((wording.value_or_none(kpi, value), misses))
    href = ""
    if line.key:
        href = addresses.with_(**{told_by.value: line.key, "by": NEXT_BY[told_by].value})
    return Row(line.name, href, cells)
