"""What a complaint's redress is and adds up to, and who may decide on how much."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from shouwen.ground.policy import figures
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintRedress,
    ComplaintSettings,
    RedressAttempt,
    RedressState,
)
from shouwen.service.complaints.queries.reading import PUBLIC_ID_MAX_CHARACTERS
from shouwen.service.complaints.rules import redress
from shouwen.service.complaints.rules.redress import Levels

ASKS_FIGURE = "redress-asks-most"
LEAD_FIGURE, SENIOR_FIGURE = "redress-lead-most", "redress-senior-most"
FEN_IN_A_YUAN = 100
MOST_ROWS = 50
# What stands as granted: the complainant is told of these.
GRANTED = (RedressState.REQUESTED, RedressState.PAID)


def usual_levels() -> Levels:
    """Give the house's figures, which count where an institution has set none."""
    lead, senior = figures.figure(LEAD_FIGURE).value, figures.figure(SENIOR_FIGURE).value
    return Levels(lead * FEN_IN_A_YUAN, senior * FEN_IN_A_YUAN)


def redress_levels(institution_id: int) -> Levels:
    """Give up to which sum for one complaint each level decides: its own, or the house's."""
    rows = ComplaintSettings.objects.filter(institution_id=institution_id)
    row = rows.values_list("redress_lead_fen", "redress_senior_fen").first()
    if row is None or row[0] is None or row[1] is None:
        return usual_levels()
    return Levels(row[0], row[1])


def redress_of(complaint: Complaint) -> list[ComplaintRedress]:
    """Give the redress of a complaint, the newest first."""
    rows = complaint.redress.select_related("proposed_by", "decided_by")
    return list(rows.order_by("-pk")[:MOST_ROWS])


def redress_asks_most() -> int:
    """Give how often the payment of one redress is asked for; the house's own figure."""
    return figures.figure(ASKS_FIGURE).value


def redress_failed(rows: Sequence[ComplaintRedress]) -> dict[int, list[RedressAttempt]]:
    """Give the requests that failed and were asked for again, by row; one query or none."""
    found: dict[int, list[RedressAttempt]] = {}
    again = [row.pk for row in rows if row.attempt > 1]
    if not again:
        return found
    held = RedressAttempt.objects.filter(redress_id__in=again).order_by("attempt")
    for one in held.select_related("asked_again_by", "redress__complaint__case"):
        found.setdefault(one.redress_id, []).append(one)
    return found


def redress_attempt(one: ComplaintRedress, reference: str) -> RedressAttempt | None:
    """Give the failed request of a redress that has this number outside."""
    return RedressAttempt.objects.filter(redress=one, outside_ref=reference).first()


def redress_number_failed(institution_id: int, reference: str) -> bool:
    """Whether a number outside is that of a request that failed before."""
    held = RedressAttempt.objects.filter(institution_id=institution_id, outside_ref=reference)
    return held.exists()


def redress_followed(one: ComplaintRedress) -> bool:
    """Whether another redress was proposed after this one's payment failed, and stands."""
    states = [state.value for state in redress.COUNTED]
    rows = ComplaintRedress.objects.filter(complaint_id=one.complaint_id, state__in=states)
    return one.result_at is not None and rows.filter(proposed_at__gte=one.result_at).exists()


def redress_for(complaint: Complaint, ref: str) -> ComplaintRedress | None:
    """Give one redress of a complaint by its id; None where it has no such."""
    if len(ref) > PUBLIC_ID_MAX_CHARACTERS:
        return None
    rows = complaint.redress.select_related("proposed_by", "decided_by")
    return rows.filter(public_id=ref).first()


def redress_total(complaint: Complaint, *, besides: ComplaintRedress | None = None) -> int:
    """Give in fen what a complaint's redress adds up to, one of them left out where asked."""
    rows = complaint.redress.filter(state__in=[state.value for state in redress.COUNTED])
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    return int(rows.aggregate(total=Sum("amount_fen"))["total"] or 0)


def redress_waits(complaint: Complaint) -> bool:
    """Whether a proposal waits for its decision."""
    return complaint.redress.filter(state=RedressState.PROPOSED).exists()


def redress_granted(complaint: Complaint) -> list[ComplaintRedress]:
    """Give what was approved and not refused by the payment, the oldest first."""
    return list(complaint.redress.filter(state__in=GRANTED).order_by("pk"))
