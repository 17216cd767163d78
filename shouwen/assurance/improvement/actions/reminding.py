"""Telling who is in charge of an issue that one of its limits is near (HB-4.3-03, HB-4.3-04)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.assurance.improvement import queries
from shouwen.assurance.improvement.models import Issue, Notice
from shouwen.people.staff.models import Person

RECTIFY_CLOCK = "issue.rectify"


@transaction.atomic
def tell_limit_near(ref: str, *, event: str, due_at: datetime, at: datetime) -> int:
    """Tell in the system, once for each limit, that its end is near; give how many were told.

    Told is the person in charge, before that whoever found it; where they have left, those who work
    on issues of the unit.
    """
    issue = Issue.objects.select_related("owner", "found_by", "unit").filter(public_id=ref).first()
    if issue is None:
        return 0
    told = [
        Notice(
            institution_id=issue.institution_id,
            person=person,
            issue=issue,
            event=event,
            due_at=due_at,
            at=at,
        )
        for person in _in_charge(issue, event)
    ]
    before = Notice.objects.filter(issue=issue, event=event, due_at=due_at).count()
    # Limits warn more than once as they come nearer; people are told of each limit once.
    Notice.objects.bulk_create(told, ignore_conflicts=True)
    return Notice.objects.filter(issue=issue, event=event, due_at=due_at).count() - before


def _in_charge(issue: Issue, event: str) -> list[Person]:
    owner = issue.owner if event == RECTIFY_CLOCK else None
    first = owner or issue.found_by
    if first.is_active:
        return [first]
    units = [issue.unit] if issue.unit else []
    return queries.people_concerned(issue.institution_id, units)
