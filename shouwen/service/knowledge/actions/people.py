"""The person behind an act: knowledge is written and decided by people, never by programs."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person


def person_of(actor: Actor, right: str) -> Person:
    """Give the person who acts, if they hold the right. Raises NotAllowed for anyone else."""
    staff_access.require(actor, right)
    return staff.person_acting(actor)


def require_own_institution(actor: Actor, institution_id: int) -> None:
    """Let an act of the actor's own institution go on. Raises NotThere."""
    if not staff_access.same_institution(actor, institution_id):
        raise NotThere
