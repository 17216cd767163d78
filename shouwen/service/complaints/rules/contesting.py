"""Who may decide on what a complainant contests, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Contest(StrEnum):
    """The two ways to contest a decision: to the house itself, or to the unit above it."""

    APPEAL = "APPEAL"
    REVIEW = "REVIEW"


class Outcome(StrEnum):
    """What became of the decision that was contested."""

    UPHELD = "UPHELD"
    CHANGED = "CHANGED"


class NotThem(StrEnum):
    """Why somebody does not decide."""

    WORKED_ON_IT = "worked_on_it"
    NOT_SUPERIOR = "not_superior"


@dataclass(frozen=True, slots=True)
class Decider:
    """Who would decide: their row id, the path of their unit, and for whom they stand in."""

    person_id: int
    unit_path: str
    stands_in_for: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that is contested: the unit that made it, and who had a hand in it.

    `is_top` says that no unit stands above that unit.
    """

    unit_path: str
    people: frozenset[int]
    is_top: bool = False


def why_not(contest: Contest, decider: Decider, decided: Decided) -> NotThem | None:
    """Give why somebody does not decide here, or None.

    An appeal is answered by somebody without a hand in the decision (CG-3.2-08, conflict 49), who
    stands in for nobody who had one; a 核查 by the unit above, and at the top by another person of
    it (CBIRC-2020-3-22-2).
    """
    if not decided.people.isdisjoint({decider.person_id, *decider.stands_in_for}):
        return NotThem.WORKED_ON_IT
    if contest is Contest.APPEAL:
        return None
    is_above = decided.unit_path != decider.unit_path and decided.unit_path.startswith(
        decider.unit_path
    )
    at_top = decided.is_top and decided.unit_path == decider.unit_path
    return None if is_above or at_top else NotThem.NOT_SUPERIOR
