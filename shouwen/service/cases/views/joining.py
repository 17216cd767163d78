"""Merging cases of one customer, and splitting a part off."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict

from shouwen.ground.kernel.actor import Actor
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case


def merge(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    """Merge the cases chosen into this one."""
    others = queries.cases_to_merge(actor, said.getlist("other"))
    actions.merge_cases(case, others, reason=said.get("reason", ""), actor=actor, at=at)


def split(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    """Make a case of the part described."""
    code = said.get("category", "")
    question = actions.part_of(case, said.get("title", ""), said.get("description", ""))
    category = queries.category_for(case.institution_id, code) if code else None
    actions.split_case(case, question, category=category, actor=actor, at=at)
