"""When a contact might be a complaint, as pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shouwen.ground.policy.rules.phrases import Phrase, find_forbidden

CLAUSE = "HB-4.2-01"


def first_angry(said: Iterable[str], phrases: Sequence[str]) -> str | None:
    """Give the first words in which one of the phrases stands, however they are spaced."""
    listed = [Phrase(phrase, "angry", CLAUSE) for phrase in phrases]
    return next((words for words in said if find_forbidden(words, listed)), None)


def is_too_often(contacts: int, least: int) -> bool:
    """Whether a customer came so often that something was not settled."""
    return contacts >= least


def is_low(score: int, most: int) -> bool:
    """Whether a rating is so low that its giver might complain."""
    return score <= most
