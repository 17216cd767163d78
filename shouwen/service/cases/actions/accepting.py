"""Accepting a case (接单)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.events import announce
from shouwen.people.staff.models import Person
from shouwen.service.cases import access
from shouwen.service.cases.actions import running
from shouwen.service.cases.actions.moving import Note, move
from shouwen.service.cases.events import CaseAccepted
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.states import Act


@transaction.atomic
def accept(case: Case, *, actor: Actor, at: datetime) -> None:
    """Take responsibility for a case; one that has no owner yet gets its first person now.

    Raises CaseAlreadyAccepted. Serves OM-3.1.2-01, OM-5.1-02.
    """
    access.require_work(actor, case, Act.ACCEPT)
    changes: dict[str, Any] = {"accepted_at": at}
    if case.owner is None and actor.is_person:
        person = Person.objects.select_related("unit").get(public_id=actor.ref)
        changes["owner"] = person
        if case.unit is None:
            changes["unit"] = person.unit
    move(case, Act.ACCEPT, actor=actor, at=at, changes=changes, note=Note(visible=True))
    running.passed(case, "case.accepted", actor=actor, at=at)
    announce(CaseAccepted(institution_id=case.institution_id, occurred_at=at, case_id=case.pk))
