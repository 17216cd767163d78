"""What came of complaints: the result in writing, redress, more time, and what was contested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet

from shouwen.service.complaints.models import (
    Complaint,
    ComplaintContest,
    ComplaintExtension,
    ComplaintRedress,
    ExtensionState,
    RedressState,
    ResultNotice,
)
from shouwen.service.complaints.queries.redress import GRANTED

# What was decided, whatever became of its payment.
DECIDED = (*GRANTED, RedressState.FAILED)


@dataclass(slots=True)
class Result:
    """What came of one complaint; `solved` is empty while no notice of a result is issued.

    `redress` is what was decided, `extensions` what moved a limit; each the oldest first.
    """

    solved: str = ""
    redress: list[ComplaintRedress] = field(default_factory=list)
    extensions: list[ComplaintExtension] = field(default_factory=list)
    contests: list[ComplaintContest] = field(default_factory=list)

    @property
    def granted_fen(self) -> int:
        """What was granted in all; a payment that failed grants nothing."""
        return sum(row.amount_fen for row in self.redress if row.state in GRANTED)


def newest_notices() -> QuerySet[ResultNotice]:
    """Give of every complaint that has any the notice that was issued last."""
    later = ResultNotice.objects.filter(
        complaint_id=OuterRef("complaint_id"), sequence__gt=OuterRef("sequence")
    )
    return ResultNotice.objects.filter(~Exists(later))


def results_of(complaints: Sequence[Complaint]) -> dict[int, Result]:
    """Give what came of each complaint, by row; four queries for any number of them."""
    found = {one.pk: Result() for one in complaints}
    of_these = {"complaint_id__in": list(found)}
    notices = newest_notices().filter(**of_these)
    for pk, solved in notices.values_list("complaint_id", "solved"):
        found[pk].solved = solved
    for paid in ComplaintRedress.objects.filter(**of_these, state__in=DECIDED).order_by("pk"):
        found[paid.complaint_id].redress.append(paid)
    moved = ComplaintExtension.objects.filter(**of_these, state=ExtensionState.GRANTED)
    for more in moved.order_by("pk"):
        found[more.complaint_id].extensions.append(more)
    for asked in ComplaintContest.objects.filter(**of_these).order_by("pk"):
        found[asked.complaint_id].contests.append(asked)
    return found


def solved_of(complaint: Complaint) -> str:
    """Give whether the demand is met, by the newest notice; empty while none is issued."""
    rows = ResultNotice.objects.filter(complaint=complaint).order_by("-sequence")
    return rows.values_list("solved", flat=True).first() or ""
