"""Looking behind figures and taking them along, which is on the trail like everything else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.assurance.monitoring import queries as figures
from shouwen.assurance.monitoring.queries import History, Question
from shouwen.front.reports import queries
from shouwen.front.reports.queries import Listed
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit


def _asked(question: Question) -> dict[str, str]:
    named = ("queue", "unit", "person", "channel", "category")
    parts = {name: getattr(question, name) for name in named if getattr(question, name)}
    days = {"from": str(question.period.first), "to": str(question.period.last)}
    return {"kpi": question.kpi, "by": question.told_by.value, **days, **parts}


@transaction.atomic
def look_behind(actor: Actor, question: Question, page: int, *, at: datetime) -> Listed:
    """Give a page of what stands behind a figure, and record it as a search. Raises NotAllowed."""
    found = queries.behind(actor, question, page)
    detail: dict[str, audit.Value] = {**_asked(question), "found": len(found.items)}
    audit.record(actor, "figure.searched", None, at=at, detail=detail)
    return found


@transaction.atomic
def take_figures(actor: Actor, question: Question, *, at: datetime) -> History:
    """Give the figures of a period for a file, and record that they were taken along.

    They are sums, which name no customer, and need no second person.
    """
    found = figures.history(actor, question, at)
    audit.record(actor, "figure.exported", None, at=at, detail=_asked(question))
    return found
