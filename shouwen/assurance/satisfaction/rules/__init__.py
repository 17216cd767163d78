"""What a score means. Plain decisions, no tables."""

from __future__ import annotations

from collections.abc import Mapping

LOWEST_SCORE = 1
HIGHEST_SCORE = 5
# No clause says from which score on a customer counts as satisfied; the documents only give the
# rate (SN-21-01) and its targets (OM-1.3-04, PV-22-03). Five and four, 非常满意 and 满意, are the
# two answers whose words say "satisfied", so they count.
SATISFIED_FROM = 4
# As no clause names a low score either: two and one, 不满意 and 非常不满意, say so themselves.
LOW_UP_TO = 2
COMMENT_CHARACTERS = 200
# OM-4.3-02 names exactly these four.
DIMENSIONS = ("attitude", "speed", "solution", "accuracy")


def is_score(value: object) -> bool:
    """Whether this is a whole number from 1 to 5."""
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return LOWEST_SCORE <= value <= HIGHEST_SCORE


def is_satisfied(score: int) -> bool:
    """Whether the score counts as satisfied in the satisfaction rate."""
    return score >= SATISFIED_FROM


def is_low(score: int) -> bool:
    """Whether the score says dissatisfied, so that somebody sees to it."""
    return score <= LOW_UP_TO


def wrong_dimensions(dimensions: Mapping[str, object]) -> list[str]:
    """Name the dimensions that we do not ask about or whose score is not 1 to 5."""
    return sorted(
        name for name, score in dimensions.items() if name not in DIMENSIONS or not is_score(score)
    )


def satisfaction_rate(satisfied: int, asked: int) -> float | None:
    """Give satisfied / rated as 0 to 1, or None where nobody has rated. Serves SN-21-01."""
    return satisfied / asked if asked else None
