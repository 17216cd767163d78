"""The periods of a day as fields of a form: from, to, and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shouwen.contact.routing.actions import PERIODS_AT_MOST


def periods_said(said: Mapping[str, Any], prefix: str) -> list[list[str]]:
    """Read the periods of one day; a pair left empty is none, half of one is for the action."""
    found = []
    for row in range(PERIODS_AT_MOST):
        opens = str(said.get(f"{prefix}_{row}_from", "")).strip()
        ends = str(said.get(f"{prefix}_{row}_to", "")).strip()
        if opens or ends:
            found.append([opens, ends])
    return found


def rows_of(periods: list[list[str]], prefix: str) -> list[dict[str, str]]:
    """Give the fields of one day; a browser's clock knows midnight as 00:00 alone."""
    padded = [*periods, *([["", ""]] * PERIODS_AT_MOST)][:PERIODS_AT_MOST]
    return [
        {
            "name": f"{prefix}_{row}",
            "opens": str(opens)[:5],
            "ends": "00:00" if ends == "24:00" else str(ends)[:5],
        }
        for row, (opens, ends) in enumerate(padded)
    ]
