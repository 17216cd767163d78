"""When the task force of a major complaint is complete (HB-4.2-07)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Function(StrEnum):
    """What a member is there for; the clause names the first three."""

    TECHNOLOGY = "TECHNOLOGY"
    OPERATIONS = "OPERATIONS"
    ACCOUNT = "ACCOUNT"
    OTHER = "OTHER"


CLAUSE = "HB-4.2-07"
NEEDED = (Function.TECHNOLOGY, Function.OPERATIONS, Function.ACCOUNT)


def lacking(held: Iterable[str]) -> tuple[Function, ...]:
    """Give the functions that the clause names and nobody holds, in its order."""
    there = set(held)
    return tuple(one for one in NEEDED if one not in there)


def is_complete(held: Iterable[str], *, has_executive: bool) -> bool:
    """Whether an executive leads and each function of the clause is held by somebody."""
    return has_executive and not lacking(held)
