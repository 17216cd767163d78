"""Which complaints a figure counts: the same condition counts them and lists them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import F, Q, QuerySet

from shouwen.ground.policy.models import Clock
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintExtension,
    ExtensionState,
    Origin,
    Responsible,
)
from shouwen.service.complaints.queries import REPEATED, RESOLVED, WITHDRAWN

SUBJECT_KIND = "case"
DIMENSIONS = ("timeliness", "effect", "communication", "follow_up")
# Split figures and the column whose values they are told for.
COLUMNS = {
    "type": "cg_type",
    "origin": "origin",
    "channel": "case__channel",
    "grade": "grade__code",
    "urgency": "case__urgency",
    "responsible": "responsible",
    "cause": "given_cause__cause__public_id",
    "om_class": "om_class",
    "sn_object": "sn_object",
    "unit": "case__unit__public_id",
    "concerned": "concerned_unit__public_id",
    "category": "case__category__code",
}
JUDGED = ~Q(responsible="")
REGULATOR = Q(origin=Origin.REGULATOR) | Q(transferred_at__isnull=False)
EXTENDED = Q(
    pk__in=ComplaintExtension.objects.filter(state=ExtensionState.GRANTED).values("complaint_id")
)
PLAIN: dict[str, Q] = {
    "received": Q(),
    "resolved": RESOLVED,
    "closed": Q(is_open=False),
    "withdrawn": WITHDRAWN,
    "major": Q(is_major=True),
    "regulator": REGULATOR,
    "extended": EXTENDED,
    "repeats": REPEATED,
    "partners": Q(responsible=Responsible.PARTNER),
    "rated": Q(rating__isnull=False, feedback_at__isnull=False),
    **{name: Q(rating__isnull=False) for name in DIMENSIONS},
}
# What each share is of; all others are of everything received.
UNDER: dict[str, Q] = {
    "resolved": ~WITHDRAWN,
    "responsible": JUDGED,
    "partners": JUDGED,
    "cause": Q(given_cause__isnull=False),
    "rated": Q(feedback_at__isnull=False),
}


def received(institution_id: int, start: datetime, end: datetime) -> QuerySet[Complaint]:
    """Give what reached an institution from `start` up to `end`."""
    return Complaint.objects.filter(
        institution_id=institution_id, received_at__gte=start, received_at__lt=end
    )


def met() -> Q:
    """Limits that were met in time, and not found missed before that was recorded."""
    return Q(state=Clock.State.STOPPED, stopped_at__lte=F("due_at"), breached_at__isnull=True)


def late(at: datetime) -> Q:
    """Limits that were met late or found missed, or run past their due time at `at`."""
    over = Q(state=Clock.State.RUNNING, due_at__lt=at)
    missed = Q(stopped_at__gt=F("due_at")) | Q(breached_at__isnull=False)
    return over | (Q(state=Clock.State.STOPPED) & missed)


def limits() -> QuerySet[Clock]:
    """Give every hard limit of complaints."""
    return Clock.objects.filter(
        subject_kind=SUBJECT_KIND, hard=True, event__startswith="complaint."
    )


def _clocks(condition: Q, key: str) -> Q:
    return Q(case__public_id__in=limits().filter(condition, event=key).values("subject_ref"))


def condition(code: str, key: str, at: datetime) -> Q:
    """Give which complaints a figure counts. Raises KeyError for a figure that is none.

    A complaint may have had a limit twice, as after an objection: late once is late.
    """
    clocks: dict[str, Callable[[], Q]] = {
        "clock_met": lambda: _clocks(met(), key) & ~_clocks(late(at), key),
        "clock_late": lambda: _clocks(late(at), key),
    }
    if code in clocks:
        return clocks[code]()
    if code in COLUMNS:
        column = COLUMNS[code]
        if key:
            return Q(**{column: key})
        return Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
    return PLAIN[code]
