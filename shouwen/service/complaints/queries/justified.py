"""Which complaints are justified, and against whom: what figures of people and units count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.service.complaints.models import Complaint, FindingPart, Responsible

# Whom a figure can be about; a system, a partner or the customer has none here.
COUNTED = (Responsible.STAFF, Responsible.UNIT)


@dataclass(frozen=True, slots=True)
class HeldPart:
    """Who is held responsible for how many of a hundred parts; a unit has no `person_ref`."""

    person_ref: str
    unit_id: int
    percent: int


@dataclass(frozen=True, slots=True)
class Matter:
    """One complaint as figures see it, without a word of what it says."""

    complaint_id: int
    institution_id: int
    channel: str
    received_at: datetime
    is_withdrawn: bool


def matter_of(complaint_id: int) -> Matter:
    """Give what figures need of a complaint; its row is locked for the caller's transaction.

    So two who restate a figure do so one after the other, each by what is true then.
    """
    rows = Complaint.objects.select_for_update(of=("self",)).select_related("case")
    one = rows.get(pk=complaint_id)
    return Matter(
        complaint_id=one.pk,
        institution_id=one.institution_id,
        channel=one.case.channel.lower(),
        received_at=one.received_at,
        is_withdrawn=one.withdrawn_at is not None,
    )


def held_against(matter: Matter) -> list[HeldPart]:
    """Give the people and units whom the present finding holds responsible.

    Nobody where the complaint was taken back. Serves CG-3.4-03.
    """
    if matter.is_withdrawn:
        return []
    rows = FindingPart.objects.filter(
        complaint_id=matter.complaint_id, is_current=True, kind__in=COUNTED
    )
    return [
        HeldPart(
            row.person.public_id if row.person else "",
            row.person.unit_id if row.person else row.unit_id or 0,
            row.percent,
        )
        for row in rows.select_related("person").order_by("place")
    ]


def complaint_of_case(case_id: int) -> int | None:
    """Give the key of the complaint over a case, if one stands there."""
    return Complaint.objects.filter(case_id=case_id).values_list("pk", flat=True).first()


def complaints_found_on(institution_id: int) -> list[int]:
    """Give the complaints on which a finding was ever made, by key."""
    rows = FindingPart.objects.filter(complaint__institution_id=institution_id)
    return sorted(set(rows.order_by().values_list("complaint_id", flat=True).distinct()))
