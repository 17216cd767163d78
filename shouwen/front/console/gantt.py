"""Due instants on one time axis, with weekends and holidays as gaps: plain numbers for an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy.asking.clocks import CandidateView
from shouwen.ground.policy.asking.preview import Preview
from shouwen.ground.policy.rules.working_time import WorkingCalendar
from shouwen.ground.policy.words import HOLIDAYS

WIDTH = 180.0
TICKS = 9
LONGEST_DAYS = 92
NARROWEST = 1.2


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch, in the SVG's own 180 units."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate with its stretches. `tone` is w (counts), o (other) or t (target)."""

    candidate: CandidateView
    icon: str
    tone: str
    bars: list[Bar]
    runs_off: bool


@dataclass(frozen=True, slots=True)
class Gantt:
    """The rows on their axis."""

    rows: list[Row]
    holidays: list[Bar]
    ticks: list[tuple[str, bool]]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), SHANGHAI)


def draw(preview: Preview, calendar: WorkingCalendar) -> Gantt:
    """Lay out a preview; the axis holds the latest due instant, if that is within a quarter."""
    first = day_of(preview.start)
    dues = [c.due_at for c in preview.candidates if c.due_at and c.applies]
    last = max((day_of(due) for due in dues), default=first)
    days = min(max((last - first).days + 1, TICKS), LONGEST_DAYS)
    origin, end = _midnight(first), _midnight(first + timedelta(days=days))
    scale = WIDTH / (end - origin).total_seconds()

    def bar(start: datetime, until: datetime) -> Bar:
        low, high = max(start, origin), min(until, end)
        width = max((high - low).total_seconds() * scale, NARROWEST)
        return Bar(f"{(low - origin).total_seconds() * scale:.2f}", f"{width:.2f}")

    named = dict(calendar.holidays_between(first, first + timedelta(days=days - 1)))
    holidays = [bar(_midnight(day), _midnight(day + timedelta(days=1))) for day in named]
    rows = []
    for candidate in preview.candidates:
        due = candidate.due_at
        bars: list[Bar] = []
        if candidate.applies and due is not None:
            spans = _stretches(candidate, preview.start, due, calendar)
            bars = [bar(low, high) for low, high in spans if low < end]
        icon, tone = _look(candidate)
        rows.append(Row(candidate, icon, tone, bars, due is not None and due > end))
    return Gantt(rows, holidays, _ticks(first, days, named))


def _look(candidate: CandidateView) -> tuple[str, str]:
    if not candidate.applies:
        return "ban", "o"
    if candidate.chosen:
        return "clock-check", "w"
    if candidate.mode == "target":
        return "target", "t"
    return ("minus", "o") if candidate.mode == "hard" else ("ban", "o")


def _stretches(
    candidate: CandidateView, start: datetime, due: datetime, calendar: WorkingCalendar
) -> Sequence[tuple[datetime, datetime]]:
    if not candidate.within.endswith("wd"):
        return [(start, due)]
    spans: list[tuple[datetime, datetime]] = []
    day = day_of(start)
    while _midnight(day) < due:
        low, high = max(start, _midnight(day)), min(due, _midnight(day + timedelta(days=1)))
        if calendar.is_working_day(day) and low < high:
            if spans and spans[-1][1] == low:
                spans[-1] = (spans[-1][0], high)
            else:
                spans.append((low, high))
        day += timedelta(days=1)
    return spans


def _ticks(first: date, days: int, holidays: dict[date, str]) -> list[tuple[str, bool]]:
    ticks = []
    for number in range(TICKS):
        day = first + timedelta(days=round(number * days / TICKS))
        if day in holidays:
            ticks.append((str(HOLIDAYS.get(holidays[day], holidays[day])), True))
        else:
            ticks.append((_("%(month)s/%(day)s") % {"month": day.month, "day": day.day}, False))
    return ticks
