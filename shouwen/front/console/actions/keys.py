"""API keys by two persons: one asks and gets the key, another lets it open."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import actions as staff
from shouwen.people.staff import queries
from shouwen.people.staff.models import ApiKey, Person

KIND = "staff.apikey"


@transaction.atomic
def ask_key(
    *,
    name: str,
    role: str,
    person: Person | None,
    per_minute: int | None,
    expires_on: date | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> tuple[ApiKey, str]:
    """Make a key and ask for its approval; give its row and the key, which is shown this once.

    It opens nothing before. Raises what `create_api_key` and `ask_approval` raise. Serves
    CG-6.3-01.
    """
    key, token = staff.create_api_key(
        queries.own_institution(actor),
        name=name,
        role=role,
        person=person,
        per_minute=per_minute,
        expires_on=expires_on,
        actor=actor,
        at=at,
    )
    approvals.ask_approval(
        KIND,
        Subject("staff.apikey", key.public_id, key.name),
        words=" · ".join([key.name, key.get_role_display(), *([person.name] if person else [])]),
        reason=reason,
        payload={"key": key.public_id},
        actor=actor,
        at=at,
    )
    return key, token


def settle_key(decision: Decision, at: datetime) -> None:
    """Let an approved key open; end any other. Called in the transaction of the decision."""
    ref = decision.payload["key"]
    if decision.is_approved and decision.decided_by is not None:
        staff.open_api_key(ref, actor=decision.decided_by, at=at)
        return
    key = ApiKey.objects.get(public_id=ref, institution_id=decision.institution_id)
    staff.revoke_api_key(key, actor=Actor.system("approvals", decision.institution_id), at=at)
