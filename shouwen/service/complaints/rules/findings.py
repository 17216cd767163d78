"""Shares of a finding and who may say what to it, as pure functions (OM-4.4-03, CG-3.4-01)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

WHOLE = 100
LEAST_PARTS, MOST_PARTS = 2, 6
# Who can hear of it and answer.
SPEAKING = frozenset({"STAFF", "UNIT", "PARTNER"})


class Wrong(StrEnum):
    """What is the matter with the parts of a shared finding."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NOT_A_SHARE = "not_a_share"
    NOT_WHOLE = "not_whole"
    TWICE = "twice"


def wrong_shares(percents: Sequence[int], whose: Sequence[object]) -> Wrong | None:
    """Say what is wrong with the shares of several, or None: each from 1, a hundred in all."""
    if len(percents) < LEAST_PARTS:
        return Wrong.TOO_FEW
    if len(percents) > MOST_PARTS:
        return Wrong.TOO_MANY
    if any(not 1 <= percent < WHOLE for percent in percents):
        return Wrong.NOT_A_SHARE
    if sum(percents) != WHOLE:
        return Wrong.NOT_WHOLE
    return Wrong.TWICE if len(set(whose)) < len(whose) else None


@dataclass(frozen=True, slots=True)
class Held:
    """One part, by row ids; `speakers` are those told of it."""

    set_by: int | None
    person: int | None
    unit_path: str
    speakers: frozenset[int]


def may_decide(person: int, unit_path: str, parts: Iterable[Held]) -> bool:
    """Whether somebody has no part in a finding: none set, held or spoken for by them or theirs."""
    return not any(
        person in {part.set_by, part.person, *part.speakers}
        or (part.unit_path and unit_path.startswith(part.unit_path))
        for part in parts
    )
