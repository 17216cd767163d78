"""Who may see what stands behind a figure."""

from __future__ import annotations

from shouwen.assurance.monitoring.kpis import Kpi
from shouwen.front.reports.rules import Behind, behind_of
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access

NEEDED = {
    Behind.CONTACTS: ("contact.read",),
    Behind.CASES: ("case.read",),
    Behind.RATINGS: ("contact.read", "case.read"),
    Behind.COMPLAINTS: ("complaint.read",),
}


def may_look_behind(actor: Actor, kpi: Kpi) -> bool:
    """Whether there is something to see, and the actor may read such things."""
    kind = behind_of(kpi.code)
    return kind is not None and all(access.has_right(actor, right) for right in NEEDED[kind])
