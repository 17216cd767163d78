"""The figures that count at an institution."""

from __future__ import annotations

from dataclasses import dataclass

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access
from shouwen.people.staff.models import StaffSetting
from shouwen.people.staff.rules.limits import LIMITS, Limit


@dataclass(frozen=True, slots=True)
class LimitInForce:
    """A figure as it counts here, and whether the institution set it itself."""

    limit: Limit
    value: int
    is_own: bool


def limits_of(institution_id: int) -> dict[str, int]:
    """Give every figure by name as it counts at an institution, in one query."""
    rows = StaffSetting.objects.filter(institution_id=institution_id).order_by("name")
    own = dict(rows.values_list("name", "value"))
    return {name: own.get(name, limit.usual) for name, limit in LIMITS.items()}


def limits_in_force(actor: Actor) -> list[LimitInForce]:
    """Give every figure with its words; needs `staff.review`. Raises NotAllowed."""
    access.require(actor, "staff.review")
    rows = StaffSetting.objects.filter(institution_id=actor.institution_id or 0).order_by("name")
    own = dict(rows.values_list("name", "value"))
    return [
        LimitInForce(limit, own.get(limit.name, limit.usual), limit.name in own)
        for limit in LIMITS.values()
    ]
