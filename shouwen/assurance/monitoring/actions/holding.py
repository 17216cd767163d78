"""Counting who is held responsible: stated anew from the ledger whenever something changes.

Each statement compares what the ledger says now with what was counted, so that hearing a fact
twice, late or out of order gives the same figure, and so does a rebuild (CG-3.4-03, OM-1.3-04).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from shouwen.assurance.monitoring.actions.folding import Place, fold
from shouwen.assurance.monitoring.models import HeldShare
from shouwen.assurance.monitoring.queries.counted import FINDING
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.queries import HeldPart, Matter


@transaction.atomic
def restate_finding(complaint_id: int) -> None:
    """Count whom the present finding of a complaint holds responsible, and nobody else."""
    matter = complaints.matter_of(complaint_id)
    restate(matter, FINDING, complaints.held_against(matter))


def restate(matter: Matter, what: str, parts: Sequence[HeldPart]) -> None:
    """Let `parts` be what is counted of a complaint by one statement, named `what`.

    Runs in the caller's transaction, under the lock of the complaint's row. It counts in the
    period in which the complaint came in, so that another finding changes no other period.
    """
    held = {
        _key(row.person_ref, row.unit_id): row
        for row in HeldShare.objects.filter(complaint_id=matter.complaint_id, what=what)
    }
    for part in parts:
        row = held.pop(_key(part.person_ref, part.unit_id), None)
        if row is None:
            row = HeldShare(
                institution_id=matter.institution_id,
                complaint_id=matter.complaint_id,
                what=what,
                person_ref=part.person_ref,
                unit_id=part.unit_id,
                percent=0,
                counted_at=matter.received_at,
                channel=matter.channel,
            )
        if row.percent == part.percent:
            continue
        _count(row, part.percent - row.percent)
        row.percent = part.percent
        row.save()
    for row in held.values():
        _count(row, -row.percent)
        row.delete()


def _key(person_ref: str, unit_id: int) -> str:
    # A person who has moved since is counted where they worked when it was found.
    return person_ref or str(unit_id)


def _count(row: HeldShare, percent: int) -> None:
    place = Place(
        institution_id=row.institution_id,
        at=row.counted_at,
        channel=row.channel,
        unit_id=row.unit_id,
    )
    people = {row.person_ref: row.unit_id} if row.person_ref else None
    counter = "held_percent" if row.what == FINDING else "accountable_percent"
    fold(place, people, **{counter: percent})


def recount_held(institution_id: int) -> int:
    """State every finding of an institution anew from its ledger; give how many.

    Each complaint is a transaction of its own, so that a run can be stopped and started again.
    """
    counted = HeldShare.objects.filter(institution_id=institution_id, what=FINDING)
    found = set(complaints.complaints_found_on(institution_id))
    found |= set(counted.order_by().values_list("complaint_id", flat=True))
    for complaint_id in sorted(found):
        restate_finding(complaint_id)
    return len(found)
