"""Tags every page has without loading them (see TEMPLATES in the settings)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shouwen.ground.kernel import time
from shouwen.ground.kit import charts, clocks, words

register = template.Library()
FOUR = 4


@cache
def _sprite() -> str:
    return static("kit/icons.svg")


@register.simple_tag
def icon(name: str, label: words.Words = "", extra: str = "") -> SafeString:
    """Draw an icon of the sprite; without a label it is decoration and hidden from readers.

    `extra` holds further classes. A name used here must stand in `kit/icons.txt`.
    """
    classes = f"sw-icon {extra}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            classes, label, _sprite(), name,
        )  # fmt: skip
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, _sprite(), name
    )


@register.simple_tag
def left(due: datetime | None) -> str:
    """Say what is left until `due`: 还剩1小时05分, 超时35分; nothing for no moment."""
    return words.left(due, time.now()) if due else ""


@register.filter
def moment(at: datetime | None) -> str:
    """Say when: 今天10:42, 昨天18:12, 6月22日18:00; nothing for no moment."""
    return words.moment(at, time.now()) if at else ""


@register.filter
def due_moment(at: datetime | None) -> str:
    """Say when something is due, midnight as 24:00; nothing for no moment."""
    return words.due_moment(at, time.now()) if at else ""


@register.filter
def day(at: datetime | None) -> str:
    """Say the day alone: 6月22日."""
    return words.day(at, time.now()) if at else ""


@register.filter
def duration(seconds: float | None) -> str:
    """Say a number of seconds: 1小时05分; nothing for None."""
    return "" if seconds is None else words.duration(seconds)


@register.filter
def money(fen: int | None) -> str:
    """Say an amount kept in fen: 2,386.00元; nothing for None."""
    return "" if fen is None else words.money(fen)


@register.filter
def percent(share: float | None, digits: int = 1) -> str:
    """Say a share of one: 92.1%, or 暂无数据 for None."""
    return words.percent(share, digits)


@register.filter
def surname(name: object) -> str:
    """Give what an avatar shows: the first character of a name."""
    return str(name or "?").strip()[:1].upper()


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw a form's field in our look, joined to its error and hint for readers."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    if kind in ("checkbox", "radio"):
        return field.as_widget(attrs={"class": "form-check-input"})
    looks = "form-select" if kind == "select" else "form-control"
    attrs: dict[str, str | bool] = {"class": looks}
    described = [
        f"{field.id_for_label}-{part}"
        for part, words in (("hint", field.help_text), ("error", field.errors))
        if words
    ]
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.simple_tag
def idempotency_key() -> SafeString:
    """Give a plain form its one-time key, so that a second press repeats nothing."""
    return format_html(
        '<input type="hidden" name="idempotency_key" value="{}">', secrets.token_urlsafe(16)
    )


@register.simple_tag
def clock_pill(
    clock: clocks.ClockLike | None = None, due: datetime | str | None = None, state: str = ""
) -> clocks.Pill | None:
    """Give the words of a clock, or of a bare due moment (aware datetime or ISO text)."""
    now = time.now()
    if clock:
        return clocks.pill(clock, now)
    at = parse_datetime(due) if isinstance(due, str) else due
    return clocks.pill_of_due(at, state, now) if at else None


@register.simple_tag
def clock(
    view: clocks.ClockLike | None = None,
    due: datetime | str | None = None,
    state: str = "",
    name: words.Words = "",
) -> SafeString:
    """Draw a clock as `<c-clock>` does; lists of many call it themselves, which costs far less."""
    pill = clock_pill(view, due, state)
    if pill is None:
        return SafeString("")
    attributes = format_html_join(
        "",
        ' {}="{}"',
        [
            (key, value)
            for key, value in (
                ("data-due", pill.due),
                ("datetime", pill.due),
                ("data-changes", pill.changes),
                ("data-name", name),
            )
            if value
        ],
    )
    missed = " sw-missed" if pill.is_missed else ""
    return format_html(
        '<time class="sw-clock sw-{}{}" title="{}" data-state="{}"{}>{}'
        '<span class="sw-words">{}</span></time>',
        pill.state, missed, pill.tooltip, pill.state, attributes, icon(pill.icon), pill.text,
    )  # fmt: skip


@register.simple_tag
def dots(step: int) -> SafeString:
    """Draw how far something is in four steps, 1 to 4; 5 says that all are done."""
    label = _("All four steps done") if step > FOUR else _("Step %(step)s of 4") % {"step": step}
    marks = ("sw-d" if step > n else "sw-n" if step == n else "" for n in range(1, FOUR + 1))
    return format_html(
        '<span class="sw-dots4" role="img" aria-label="{}">{}</span>',
        label,
        format_html_join("", '<i class="{}"></i>', ((mark,) for mark in marks)),
    )


@register.simple_tag
def sparkline(
    values: Sequence[float | None], goal: float | str | None = None
) -> charts.Spark | None:
    """Lay out a sparkline; None when there is too little to draw. An empty goal is none."""
    return charts.spark(values or (), None if goal in (None, "") else float(goal or 0))
