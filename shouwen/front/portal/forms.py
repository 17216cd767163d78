"""The shape of a rating and of an objection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shouwen.assurance.satisfaction import rules
from shouwen.assurance.satisfaction.models import Solved

OBJECTION_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class RatingForm:
    """What a customer entered; scores that were not chosen are absent."""

    score: int
    dimensions: dict[str, int] = field(default_factory=dict)
    solved: str = Solved.UNSAID
    comment: str = ""


def whole(value: object) -> int:
    """Read a whole number; 0, which no scale holds, for anything else."""
    text = str(value).strip() if isinstance(value, str | int) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0


def read_rating(values: Mapping[str, object]) -> RatingForm:
    """Read a rating from a form or a JSON object; the action says what is wrong with it."""
    chosen = {name: values[name] for name in rules.DIMENSIONS if values.get(name)}
    comment = values.get("comment") or ""
    return RatingForm(
        score=whole(values.get("score")),
        dimensions={name: whole(value) for name, value in chosen.items()},
        solved=str(values.get("solved") or Solved.UNSAID),
        comment=comment if isinstance(comment, str) else "",
    )
