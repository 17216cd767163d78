"""A customer complains of the same again: found by the system, and a person may say no."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note
from shouwen.service.cases.models import EntryKind, RelationKind
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions.moving import put
from shouwen.service.complaints.actions.refusals import NoRepeat
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act

REPEAT_CLAUSE = "OM-4.4-04"


def look(complaint: Complaint, *, at: datetime) -> None:
    """Find whether this customer complained of the same before, mark it and link the cases.

    What counts as the same: the category, or the type in like words, within the institution's days.
    Runs in the caller's transaction as the system, so it finds what the caller does not reach.
    Serves OM-4.4-06.
    """
    if complaint.repeat_of_id is not None or complaint.repeat_denied_at is not None:
        return
    days = timedelta(days=queries.repeat_days(complaint.institution_id))
    former = queries.former_of_same(complaint, since=complaint.received_at - days)
    if former is None:
        return
    values = {"repeat_of": former, "repeat_number": former.repeat_number + 1}
    put(complaint, values)
    system = Actor.system("repeats", complaint.institution_id)
    try:
        with transaction.atomic():
            kind = RelationKind.DUPLICATE.value
            cases.relate_cases(complaint.case, former.case, kind, actor=system, at=at)
    except (cases.AlreadyRelated, cases.CaseAlreadyArchived, cases.CaseMerged):
        # The mark itself leads to the former complaint.
        pass
    audit.record(
        system,
        "complaint.repeat_found",
        complaint,
        at=at,
        detail={"former": former.public_id, "number": complaint.repeat_number},
    )


@transaction.atomic
def deny_repeat(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Say that it is another matter; the system does not mark it again. Raises NoRepeat."""
    access.require(actor, complaint, Act.CLASSIFY)
    former = complaint.repeat_of
    if former is None:
        raise NoRepeat
    put(complaint, {"repeat_of": None, "repeat_number": 1, "repeat_denied_at": at})
    system = Actor.system("repeats", complaint.institution_id)
    try:
        with transaction.atomic():
            cases.unrelate_cases(complaint.case, former.case, actor=system, at=at)
    except (cases.NotRelated, cases.CaseAlreadyArchived, cases.CaseMerged):
        pass
    note = Note(EntryKind.INTERNAL, subject_name=former.case.number, clause=REPEAT_CLAUSE)
    cases.tell(complaint.case, "complaint_no_repeat", note, actor=actor, at=at)
    audit.record(
        actor, "complaint.repeat_denied", complaint, at=at, detail={"former": former.public_id}
    )
