"""What survey houses found, apart from the institution's own ratings."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from shouwen.assurance.satisfaction import access
from shouwen.assurance.satisfaction.models import Dimension, OutsideStudy
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as rights

ROWS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One dimension as a page shows it; `share` is the score as a part of its scale."""

    dimension: str
    score: str
    scale: int
    answered: int
    share: float


def _studies(actor: Actor) -> QuerySet[OutsideStudy]:
    rights.require(actor, access.SEE_SURVEYS)
    found = OutsideStudy.objects.filter(institution_id=actor.institution_id or 0)
    return found.select_related("checked_by", "settled_by")


def studies_of(actor: Actor, page: int) -> tuple[list[OutsideStudy], bool]:
    """Give a page of the institution's studies, newest period first, and whether more follow."""
    found = _studies(actor).order_by("-to_on", "-pk")
    rows = list(found[(page - 1) * ROWS : page * ROWS + 1])
    return rows[:ROWS], len(rows) > ROWS


def study_for(actor: Actor, ref: str) -> OutsideStudy:
    """Give one study of the actor's institution. Raises NotAllowed, NotThere."""
    found = _studies(actor).filter(public_id=ref).first() if ref.isprintable() else None
    if found is None:
        raise NotThere
    return found


def lines_of(study: OutsideStudy) -> list[Line]:
    """Give what a study found, in the order of our own dimensions."""
    order = list(Dimension.values)
    found = sorted(study.scores, key=lambda entry: order.index(entry["dimension"]))
    return [
        Line(
            str(Dimension(entry["dimension"]).label),
            entry["score"],
            entry["scale"],
            entry["answered"],
            float(entry["score"]) / entry["scale"],
        )
        for entry in found
    ]


def overall_of(study: OutsideStudy) -> Line | None:
    """Give the overall score, where the study has one."""
    has_one = any(entry["dimension"] == Dimension.OVERALL for entry in study.scores)
    return lines_of(study)[0] if has_one else None
