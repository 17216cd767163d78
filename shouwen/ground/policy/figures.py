"""The house's own figures: limits that no clause numbers, each with the duty it serves."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from shouwen.ground.policy.packs import FOLDER
from shouwen.ground.policy.words import is_chinese


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its unit (minutes, hours, days, rows …) and the clause it serves."""

    name: str
    value: int
    unit: str
    clause: str
    title_zh: str
    title_en: str

    @property
    def title(self) -> str:
        """What it limits, in the reader's language."""
        return self.title_zh if is_chinese() else self.title_en


@cache
def figures() -> dict[str, Figure]:
    """Give every figure by name, from `packs/figures.toml`."""
    plain = tomllib.loads((FOLDER / "figures.toml").read_text(encoding="utf-8"))
    return {
        name: Figure(name, row["value"], row["unit"], row["clause"], row["zh"], row["en"])
        for name, row in plain["figure"].items()
    }


def figure(name: str) -> Figure:
    """Give one figure. Raises KeyError for a name the file does not have."""
    return figures()[name]
