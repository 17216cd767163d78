"""Who may read the analysis of complaints, and who may freeze a return."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access

READS = ("complaint.read", "metrics.read")
FREEZES = "complaint.report"


def may_read(actor: Actor) -> bool:
    """Whether the actor sees figures of complaints and the complaints behind them."""
    return all(staff_access.has_right(actor, right) for right in READS)


def may_freeze(actor: Actor) -> bool:
    """Whether the actor answers for what the institution reports."""
    return may_read(actor) and staff_access.has_right(actor, FREEZES)


def require_reading(actor: Actor) -> None:
    """Let the reading go on. Raises NotAllowed."""
    for right in READS:
        staff_access.require(actor, right)


def require_freezing(actor: Actor) -> None:
    """Let the freezing go on. Raises NotAllowed."""
    require_reading(actor)
    staff_access.require(actor, FREEZES)
