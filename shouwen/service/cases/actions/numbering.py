"""Case numbers: one guarded counter for each institution and Shanghai day."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from shouwen.ground.kernel.time import SHANGHAI
from shouwen.service.cases.models import CaseCounter
from shouwen.service.cases.rules import terms


def next_number(institution_id: int, at: datetime) -> str:
    """Take the next number of the day, such as `GD20260616-00318`, in the current transaction.

    The counter row stays locked until the transaction ends, so no number is given twice; one
    that rolls back leaves no gap behind it.
    """
    day = at.astimezone(SHANGHAI).strftime("%Y%m%d")
    counter = CaseCounter.objects.filter(institution_id=institution_id, day=day)
    if not counter.update(last=F("last") + 1):
        CaseCounter.objects.bulk_create(
            [CaseCounter(institution_id=institution_id, day=day)], ignore_conflicts=True
        )
        counter.update(last=F("last") + 1)
    return terms.case_number(day, counter.values_list("last", flat=True).get())
