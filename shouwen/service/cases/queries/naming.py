"""The public ids of cases and their tasks, for rooms that heard of them by row."""

from __future__ import annotations

from collections.abc import Iterable

from shouwen.service.cases.models import Case, CaseTask


def case_refs(ids: Iterable[int]) -> dict[int, str]:
    """Give the public ids of these cases, in one query."""
    rows = Case.objects.filter(pk__in=list(ids)).order_by("pk")
    return dict(rows.values_list("pk", "public_id"))


def task_refs(ids: Iterable[int]) -> dict[int, str]:
    """Give the public ids of these tasks, in one query."""
    rows = CaseTask.objects.filter(pk__in=list(ids)).order_by("pk")
    return dict(rows.values_list("pk", "public_id"))
