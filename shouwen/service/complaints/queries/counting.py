"""How many of the complaints a filter shows are of which state, type and grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit.words import Words
from shouwen.ground.policy.words import is_chinese
from shouwen.service.complaints.models import CgType, ComplaintGrade, State
from shouwen.service.complaints.queries.ledger import Filters, first_of

# The first so many are told apart; the report counts every one.
COUNTED_TO = 2000


@dataclass(frozen=True, slots=True)
class Total:
    """How many complaints are of one value; an empty code is those without one."""

    code: str
    words: Words
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The complaints a filter shows, told apart three ways; each way adds up to `count`.

    Where `is_whole` does not hold, these are the first in their order; there may be more.
    """

    count: int
    is_whole: bool
    by_state: list[Total]
    by_type: list[Total]
    by_grade: list[Total]


def totals(actor: Actor, filters: Filters, *, at: datetime) -> Totals:
    """Count what the filters show by state, type and grade, among the first COUNTED_TO.

    For an urgency or a complexity, which the cases know, these are the first of all others asked.

    One query for the counts and one for the grades. Raises NotAllowed.
    """
    rows: Any = first_of(actor, filters, COUNTED_TO, at=at)
    rows = rows.values_list("state", "cg_type", "grade_id", "fits").annotate(n=Count("pk"))
    states: Counter[str] = Counter()
    types: Counter[str] = Counter()
    grades: Counter[int | None] = Counter()
    looked_at = 0
    for state, kind, grade, fits, count in rows.order_by():
        looked_at += count
        if fits:
            states[state] += count
            types[kind] += count
            grades[grade] += count
    found = sum(states.values())
    return Totals(
        count=found,
        is_whole=looked_at < COUNTED_TO,
        by_state=_of(states, dict(State.choices)),
        by_type=_of(types, {**dict(CgType.choices), "": ""}),
        by_grade=_grades(actor.institution_id or 0, grades),
    )


def _of(counted: Counter[str], words: Mapping[str, Words]) -> list[Total]:
    return [Total(code, words[code], counted[code]) for code in words if counted[code]]


def _grades(institution_id: int, counted: Counter[int | None]) -> list[Total]:
    rows = ComplaintGrade.objects.filter(institution_id=institution_id).order_by("rank")
    named = rows.values_list("pk", "code", "name_zh", "name_en")
    found = [
        Total(code, zh if is_chinese() else en, counted[pk])
        for pk, code, zh, en in named
        if counted[pk]
    ]
    return [*found, Total("", "", counted[None])] if counted[None] else found
