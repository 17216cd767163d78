"""Delivering again what could not be delivered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel import delivery
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.staff import access


@transaction.atomic
def deliver_again(*, actor: Actor, at: datetime) -> int:
    """Have what was given up in the actor's institution tried from the start; give how many.

    Raises NotAllowed. Serves SN-25-01.
    """
    access.require(actor, "system.watch")
    count = delivery.deliver_dead_again(actor.institution_id, at)
    if count:
        subject = ("kernel.delivery", "dead")
        audit.record(actor, "outbox.tried_again", subject, at=at, detail={"count": count})
    return count
