"""A clock of a case has passed its due instant."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.service.cases.actions.moving import Note, enter, tell_screens
from shouwen.service.cases.models import Case, CaseEntry, EntryKind

BREACH_ACT = "breach"


@transaction.atomic
def note_breach(case_ref: str, *, event: str, clause: str, at: datetime) -> None:
    """Put a missed limit on the timeline, once for each due instant `at`, and nudge the screens."""
    case = Case.objects.select_related("owner", "handler").filter(public_id=case_ref).first()
    if case is None:
        return
    told = CaseEntry.objects.filter(case=case, act=BREACH_ACT, subject_name=event, at=at).exists()
    if told:
        return
    enter(
        case,
        BREACH_ACT,
        actor=Actor.system("clock", case.institution_id),
        at=at,
        note=Note(EntryKind.SYSTEM, clause=clause, subject_name=event),
    )
    tell_screens(case)
