"""The columns of the ledger that somebody chooses to see; the number is always there."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext_lazy

from shouwen.ground.kit.words import Words

COLUMN_WORDS: dict[str, Words] = {
    "complainant": pgettext_lazy("complaint", "Complainant"),
    "subject": pgettext_lazy("complaint column", "Subject"),
    "urgency": pgettext_lazy("complaint", "Urgency · complexity"),
    "origin": pgettext_lazy("complaint", "Origin"),
    "clock": pgettext_lazy("complaint column", "Tightest clock"),
    "progress": pgettext_lazy("complaint column", "Progress"),
    "unit": pgettext_lazy("complaint", "Unit"),
    "handler": pgettext_lazy("complaint", "Handler · supervisor"),
}


def columns_asked(said: Iterable[str]) -> str:
    """Write the chosen columns in the ledger's order; nothing where they are all or none."""
    wanted = {name for words in said for name in words.split(",")}
    chosen = [name for name in COLUMN_WORDS if name in wanted]
    return "" if len(chosen) == len(COLUMN_WORDS) else ",".join(chosen)


def columns_shown(columns: str) -> frozenset[str]:
    """Give the columns to show."""
    return frozenset(columns.split(",")) if columns else frozenset(COLUMN_WORDS)
