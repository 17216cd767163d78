"""Assigning a case: the handler changes, the first owner never does (OM-2.3-02, conflict 35)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff_queries
from shouwen.people.staff.models import Person
from shouwen.service.cases import access, ports
from shouwen.service.cases.actions import running
from shouwen.service.cases.actions.moving import Note, move
from shouwen.service.cases.events import CaseAssigned
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.states import Act

REASON_MAX_CHARACTERS = 500


class AlreadyTheirs(Conflict):
    """The person has the case."""

    message = _("This person works on the case already. Choose somebody else.")


def check_handler(handler: Person, case: Case) -> None:
    """Let a colleague who can work this case have it. Raises Invalid."""
    fits = (
        handler.institution_id == case.institution_id
        and handler.is_active
        and staff_access.has_right(staff_queries.actor_of(handler), "case.work")
    )
    if not fits:
        raise Invalid(fields={"handler": _("Choose an active colleague who works cases.")})
    companion = ports.companion_of(case)
    if companion is not None:
        companion.refuse_handler(case, handler)


@transaction.atomic
def assign(case: Case, handler: Person, *, reason: str = "", actor: Actor, at: datetime) -> None:
    """Give the case to a handler and their unit; the first time its working clocks start.

    Raises AlreadyTheirs, CategoryNeeded, Invalid. Serves HB-2.1-06, HB-2.1-07.
    """
    access.require_work(actor, case, Act.ASSIGN)
    if len(reason) > REASON_MAX_CHARACTERS:
        raise Invalid(fields={"reason": _("Use at most 500 characters.")})
    check_handler(handler, case)
    if case.assigned_at is not None and case.handler_id == handler.pk:
        raise AlreadyTheirs
    previous = case.handler
    changes: dict[str, Any] = {"handler": handler, "unit": handler.unit}
    is_first = case.assigned_at is None
    if is_first:
        changes["assigned_at"] = at
    if case.owner is None:
        changes["owner"] = handler
    move(
        case,
        Act.ASSIGN,
        actor=actor,
        at=at,
        changes=changes,
        note=Note(text=reason.strip(), subject_name=handler.name, clause="HB-2.1-06"),
    )
    if is_first:
        running.passed(case, "case.assigned", actor=actor, at=at)
    announce(
        CaseAssigned(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            handler_id=handler.pk,
            previous_handler_id=previous.pk if previous else None,
        )
    )
    if previous is not None:
        publish(f"person-{previous.public_id}")
