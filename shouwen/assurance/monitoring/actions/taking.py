"""Taking figures along, which is on the trail like every file."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.assurance.monitoring import queries
from shouwen.assurance.monitoring.queries import LiveFigures
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit


@transaction.atomic
def take_queues(actor: Actor, *, at: datetime) -> LiveFigures:
    """Give the figures of this moment for a file of the queues, and record it. Raises NotAllowed.

    They are sums, which name no customer, and need no second person. Serves OM-1.4-03.
    """
    found = queries.live(actor, at)
    audit.record(actor, "figure.exported", None, at=at, detail={"table": "queues-now"})
    return found
