"""Who outside is asked about a complaint."""

from __future__ import annotations

from shouwen.service.complaints.models import (
    Complaint,
    ComplaintReferral,
    ContestKind,
    ReferralState,
)
from shouwen.service.complaints.queries.contesting import open_contest
from shouwen.service.complaints.rules import outside
from shouwen.service.complaints.rules.states import State

MOST_ROWS = 20


def referrals_of(complaint: Complaint) -> list[ComplaintReferral]:
    """Give the appraisals and mediations of a complaint, the newest first."""
    rows = complaint.referrals.select_related("began_by", "ended_by")
    return list(rows.order_by("-pk")[:MOST_ROWS])


def open_referral(complaint: Complaint) -> ComplaintReferral | None:
    """Give the appraisal or mediation that goes on."""
    return complaint.referrals.filter(state=ReferralState.GOING_ON).order_by("pk").first()


def why_not_referred(complaint: Complaint) -> outside.Cannot | None:
    """Give why nobody outside is asked now, or None."""
    return outside.why_not(
        State(complaint.state),
        is_going_on=open_referral(complaint) is not None,
        review_waits=open_contest(complaint, ContestKind.REVIEW) is not None,
    )
