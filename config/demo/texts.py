"""What the demo institutions are made of, read from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
INSTITUTIONS = ("bank", "insurer")
# The last digit of a Chinese ID number follows from the first seventeen (GB 11643-1999).
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
# No place bears this code, so no person alive has such a number.
ID_AREA = "999999"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One question as customers of the demo ask it, and how it is worked."""

    category: str
    intent: str
    weight: int
    talk: tuple[str, ...]
    urgency: str
    title: str
    ask: str
    cause: str
    solution: str
    feedback: str

    @property
    def becomes_case(self) -> bool:
        """Whether the question is worked as a case after the talk."""
        return bool(self.title)


def institution_text(code: str) -> dict[str, Any]:
    """Give everything about one institution but its scenarios."""
    return tomllib.loads((FOLDER / f"{code}.toml").read_text())


def scenarios(code: str) -> list[Scenario]:
    """Give what the customers of an institution ask."""
    rows: list[dict[str, Any]] = []
    for name in (code, f"{code}_scenarios"):
        path = FOLDER / f"{name}.toml"
        if path.exists():
            rows += tomllib.loads(path.read_text()).get("scenario", [])
    return [
        Scenario(
            category=row["category"],
            intent=row["intent"],
            weight=row["weight"],
            talk=tuple(row["talk"]),
            urgency=row.get("urgency", "ORDINARY"),
            title=row.get("title", ""),
            ask=row.get("ask", ""),
            cause=row.get("cause", ""),
            solution=row.get("solution", ""),
            feedback=row.get("feedback", ""),
        )
        for row in rows
    ]


def invented_id_number(serial: int) -> str:
    """Make a well-formed ID number that belongs to nobody."""
    body = f"{ID_AREA}{1960 + serial % 40:04d}{1 + serial % 12:02d}{1 + serial % 28:02d}"
    body += f"{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True))
    return body + ID_CHECKS[total % 11]


def leaves(tree: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the third-level categories of a tree."""
    for node in tree:
        if "children" in node:
            yield from leaves(node["children"])
        else:
            yield node
