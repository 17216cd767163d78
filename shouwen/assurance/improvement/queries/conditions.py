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
    FindingPart,
    Origin,
    Responsible,
    ResultNotice,
)
from shouwen.service.complaints.queries import REPEATED, RESOLVED, WITHDRAWN, newest_notices

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
# A partner may share the responsibility with others; a finding that was replaced counts no more.
PARTNERS = Q(responsible=Responsible.PARTNER) | Q(
    responsible=Responsible.SHARED,
    pk__in=FindingPart.objects.filter(is_current=True, kind=Responsible.PARTNER).values(
        "complaint_id"
    ),
)
TOLD = Q(feedback_at__isnull=False)
PLAIN: dict[str, Q] = {
    "received": Q(),
    "resolved": RESOLVED,
    "closed": Q(is_open=False),
    "withdrawn": WITHDRAWN,
    "major": Q(is_major=True),
    "regulator": REGULATOR,
    "extended": EXTENDED,
    "repeats": REPEATED,
    "partners": PARTNERS,
    "rated": Q(rating__isnull=False) & TOLD,
    **{name: Q(rating__isnull=False) for name in DIMENSIONS},
}
# What each share is of; all others are of everything received.
UNDER: dict[str, Q] = {
    "resolved": ~WITHDRAWN,
    "responsible": JUDGED,
    "partners": JUDGED,
    "cause": Q(given_cause__isnull=False),
    "rated": TOLD,
    "outcome": TOLD,
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


def results(found: QuerySet[Complaint]) -> QuerySet[ResultNotice]:
    """Give the newest notice of every complaint among these that was told its result."""
    return newest_notices().filter(complaint__in=found.filter(TOLD))


def _outcome(solved: str) -> Q:
    """Give which complaints were told this result; without one, those told without a notice."""
    if not solved:
        return TOLD & ~Q(pk__in=newest_notices().values("complaint_id"))
    return TOLD & Q(pk__in=newest_notices().filter(solved=solved).values("complaint_id"))


def _clocks(condition: Q, key: str) -> Q:
    return Q(case__public_id__in=limits().filter(condition, event=key).values("subject_ref"))


def condition(code: str, key: str, at: datetime) -> Q:
    """Give which complaints a figure counts. Raises KeyError for a figure that is none.

    A complaint may have had a limit twice, as after an objection: late once is late.
    """
    made: dict[str, Callable[[], Q]] = {
        "outcome": lambda: _outcome(key),
        "clock_met": lambda: _clocks(met(), key) & ~_clocks(late(at), key),
        "clock_late": lambda: _clocks(late(at), key),
    }
    if code in made:
        return made[code]()
    if code in COLUMNS:
        column = COLUMNS[code]
        if key:
            return Q(**{column: key})
        return Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
    return PLAIN[code]
