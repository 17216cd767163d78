"""Who was found accountable, as figures of people and units count it."""

from __future__ import annotations

from django.db import transaction

from shouwen.assurance.improvement.models import Accountability, AccountabilityState
from shouwen.assurance.monitoring import actions as figures
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.queries import HeldPart

# What was handled was determined, and not lifted.
STANDING = (AccountabilityState.DETERMINED, AccountabilityState.HANDLED)
WHOLE = 100


@transaction.atomic
def count_accountable(accountability_id: int) -> None:
    """Count somebody as accountable where the finding stands now, and else no more (CG-3.4-03)."""
    row = Accountability.objects.select_related("person").get(pk=accountability_id)
    matter = complaints.matter_of(row.complaint_id)
    # Read under the lock of the complaint: another decision may have come meanwhile.
    row.refresh_from_db(fields=["state"])
    parts = []
    if row.state in STANDING:
        parts = [HeldPart(row.person.public_id, row.unit_id, WHOLE)]
    figures.restate(matter, row.public_id, parts)


def recount_accountable(institution_id: int) -> int:
    """Count everybody of an institution anew from the records; give how many records."""
    rows = Accountability.objects.filter(institution_id=institution_id).order_by("pk")
    found = list(rows.values_list("pk", flat=True))
    for pk in found:
        count_accountable(pk)
    return len(found)
