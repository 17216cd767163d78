"""Looking at complaints, which is on the trail like everything else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint


@transaction.atomic
def view_complaint(actor: Actor, public_id: str, *, at: datetime) -> Complaint:
    """Give a complaint within reach, and record that it was looked at. Raises NotThere."""
    complaint = queries.complaint_for(actor, public_id)
    audit.record(actor, "complaint.viewed", complaint, at=at)
    return complaint
