"""A case that turns out to be of another kind: an enquiry that is a complaint."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault import audit
from shouwen.service.cases import access
from shouwen.service.cases.actions import refusals, running
from shouwen.service.cases.actions.moving import Note, enter, tell_screens
from shouwen.service.cases.models import Case, EntryKind, Kind
from shouwen.service.cases.rules.states import UNSOLVED_STATES, Act, State

TURN = "turn_into"
COMPLAINT_CLAUSE = "SN-36-01"


@transaction.atomic
def turn_into(case: Case, kind: str, *, actor: Actor, at: datetime) -> None:
    """Let a case be of another kind; nothing of it is typed again and its state stays.

    The clocks that its new kind demands start from when the matter came in, and those it does not
    have end. Raises ResultIsThere, CaseMerged, CaseMovedOn, Invalid, NotYourCase, NotThere.
    """
    access.require_work(actor, case, Act.CLASSIFY)
    if kind not in Kind.values:
        raise Invalid(fields={"kind": _("Choose one of the values offered.")})
    refusals.refuse_merged(case)
    if State(case.state) not in UNSOLVED_STATES:
        raise refusals.ResultIsThere
    was = case.kind
    if was == kind:
        return
    changed = Case.objects.filter(pk=case.pk, version=case.version)
    if not changed.update(kind=kind, version=case.version + 1):
        raise refusals.CaseMovedOn
    case.kind, case.version = kind, case.version + 1
    clause = COMPLAINT_CLAUSE if kind == Kind.COMPLAINT else ""
    note = Note(EntryKind.SYSTEM, subject_name=kind, clause=clause)
    enter(case, TURN, actor=actor, at=at, note=note)
    audit.record(actor, "case.turned", case, at=at, detail={"from": was, "to": kind})
    running.turned(case, actor=actor, at=at)
    tell_screens(case)
