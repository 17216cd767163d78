"""What a complainant was told of the progress, and what is still to be told by a person."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from shouwen.ground.policy.models import Clock
from shouwen.people.customers.models import PointKind
from shouwen.service.cases.models import ReplyBy
from shouwen.service.cases.queries.clocks import clocks_running
from shouwen.service.complaints.models import Complaint, ProgressNotice
from shouwen.service.complaints.rules.progress_letters import PROMISED, Promise

ROWS = 20
# By which ways the progress is told by itself, and the kind of address that each needs.
CARRIED: dict[str, str] = {ReplyBy.EMAIL: PointKind.EMAIL, ReplyBy.SMS: PointKind.PHONE}


def progress_of(complaint: Complaint) -> list[ProgressNotice]:
    """List what was told or is to be told, newest first."""
    rows = ProgressNotice.objects.filter(complaint=complaint).select_related("told_by")
    return list(rows.order_by("-reached_at", "-pk")[:ROWS])


def promise_of(complaint: Complaint, at: datetime) -> Promise | None:
    """Give the tightest hard limit of handling or telling that runs and is not over yet."""
    found = [
        clock
        for clock in clocks_running(complaint.case)
        if clock.hard
        and clock.event in PROMISED
        and clock.state == Clock.State.RUNNING
        and clock.due_at > at
    ]
    if not found:
        return None
    return Promise(found[0].event, timezone.localtime(found[0].due_at).date())
