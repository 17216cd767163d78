"""Roles by two persons: one asks that a colleague gets one, another approves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import Approval
from shouwen.people.approvals.ports import Decision
from shouwen.people.approvals.queries import waiting_payloads
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person, Role, Unit

ROLE = "staff.role"
SUBJECT = "staff.person"
# An end that nobody decided stands on the trail as the approval's own.
ENDED = {"DECLINED": "role.declined", "WITHDRAWN": "role.request_withdrawn"}


@transaction.atomic
def ask_role(
    person: Person,
    role: str,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    unit: Unit | None = None,
) -> Approval:
    """Ask that a person gets a role over a unit and all below it, or with no unit over everything.

    It counts once a second person approves, who is neither the asker nor the one who gains it.
    Raises what `staff.require_askable` and `ask_approval` raise. Serves OM-3.4.2-01.
    """
    waiting = waiting_payloads(ROLE, person.public_id, person.institution_id, at)
    staff.require_askable(
        person,
        role,
        asked_already=[(one["role"], one["unit"]) for one in waiting],
        unit=unit,
        actor=actor,
    )
    reach = unit.name if unit else _("the whole institution")
    asked = approvals.ask_approval(
        ROLE,
        Subject(SUBJECT, person.public_id, person.name),
        words=" · ".join([person.name, str(Role(role).label), reach]),
        reason=reason,
        payload={
            "person": person.public_id,
            "role": role,
            "unit": unit.public_id if unit else "",
        },
        unit=person.unit,
        about_person=person,
        actor=actor,
        at=at,
    )
    detail = staff.role_detail(role, unit)
    audit.record(actor, "role.asked", person, at=at, purpose=asked.reason, detail=detail)
    return asked


def settle_role(decision: Decision, at: datetime) -> None:
    """Give an approved role; note any other end. Called in the transaction of the decision."""
    said = decision.payload
    home = {"institution_id": decision.institution_id}
    person = Person.objects.get(public_id=said["person"], **home)
    unit = Unit.objects.get(public_id=said["unit"], **home) if said["unit"] else None
    if decision.is_approved and decision.decided_by is not None:
        staff.grant_asked_role(person, said["role"], unit=unit, actor=decision.decided_by, at=at)
    elif decision.outcome in ENDED:
        actor = decision.decided_by or Actor.system("approvals", decision.institution_id)
        audit.record(
            actor,
            ENDED[decision.outcome],
            person,
            at=at,
            purpose=decision.opinion,
            detail=staff.role_detail(said["role"], unit),
        )
