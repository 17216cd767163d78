"""The register: every clause of the five documents, and the articles of the law, in two languages.

`clauses.csv` was written for this project; `law.csv` holds the articles the law pack rests on.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: what it says, in short words of our own, and its parameters."""

    id: str
    doc: str
    section: str
    area: str
    zh: str
    en: str
    kind: str
    parameters: str
    system: str


def read(path: Path) -> dict[str, Clause]:
    """Read a register file, by clause id in the file's order."""
    with path.open(encoding="utf-8", newline="") as rows:
        return {row["id"]: Clause(**row) for row in csv.DictReader(rows)}


@cache
def documents() -> Mapping[str, Clause]:
    """Give the clauses of the five documents."""
    return read(FOLDER / "clauses.csv")


@cache
def law() -> Mapping[str, Clause]:
    """Give the articles of the law pack."""
    return read(FOLDER / "law.csv")


def clause(clause_id: str) -> Clause | None:
    """Look up a clause or article, None for an id the register does not know."""
    return documents().get(clause_id) or law().get(clause_id)


def words(clause_id: str, language: str = "zh") -> str:
    """Give what a clause says in Chinese (`zh`, `zh-hans`) or English; empty when not known."""
    found = clause(clause_id)
    if found is None:
        return ""
    return found.zh if language.startswith("zh") else found.en
