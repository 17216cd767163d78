"""Who may see the figures."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access
from shouwen.people.staff.models import Institution


def may_follow(actor: Actor, code: str) -> bool:
    """Whether the actor may follow the wall of the institution with this code."""
    if actor.institution_id is None or not access.has_right(actor, "metrics.read"):
        return False
    return Institution.objects.filter(pk=actor.institution_id, code=code).exists()
