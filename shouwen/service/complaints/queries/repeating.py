"""Which earlier complaint of the same customer is of the same matter."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from shouwen.ground.policy import figures
from shouwen.ground.vault.keys import KeyDestroyed
from shouwen.ground.vault.sealing import SealBroken
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries.suggesting import text_of
from shouwen.service.complaints.rules import repeats

SHARED_FIGURE = "complaint-repeat-shared"
# Words are compared with the newest so many; each is opened for it.
MOST_COMPARED = 50


def former_of_same(complaint: Complaint, *, since: datetime) -> Complaint | None:
    """Give the newest earlier complaint of the same customer about the same, received since.

    The same is a case of the same category, or a complaint of the same type in like words: a type
    alone is as broad as all service.
    """
    case = complaint.case
    if case.customer_id is None:
        return None
    rows = Complaint.objects.filter(
        case__institution_id=complaint.institution_id,
        case__customer_id=case.customer_id,
        received_at__gte=since,
        received_at__lte=complaint.received_at,
        withdrawn_at__isnull=True,
    )
    rows = rows.exclude(pk=complaint.pk).exclude(repeat_of=complaint)
    rows = rows.select_related("case").order_by("-received_at", "-pk")
    found = rows.filter(case__category_id=case.category_id).first() if case.category_id else None
    if complaint.cg_type:
        like = rows.filter(cg_type=complaint.cg_type)
        if found is not None:
            like = like.filter(received_at__gt=found.received_at)
        found = _in_like_words(complaint, like) or found
    return found


def _in_like_words(complaint: Complaint, rows: QuerySet[Complaint]) -> Complaint | None:
    """Give the first of these that is worded like a complaint; what no longer opens is not."""
    own = _text(complaint)
    least = figures.figure(SHARED_FIGURE).value
    for one in rows[:MOST_COMPARED] if own else ():
        if repeats.is_alike(own, _text(one), least_percent=least):
            return one
    return None


def _text(complaint: Complaint) -> str:
    try:
        return text_of(complaint)
    except (KeyDestroyed, SealBroken):
        return ""
