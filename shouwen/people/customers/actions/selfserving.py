"""Setting what customers may do by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.customers.models import SelfService
from shouwen.people.staff import access
from shouwen.people.staff.models import Institution

# The least and the most of each figure; a code that lives for hours would be no guard.
BOUNDS: dict[str, tuple[int, int]] = {
    "code_seconds": (60, 600),
    "code_tries": (3, 10),
    "codes_per_address": (2, 10),
    "codes_per_source": (10, 1000),
    "asks_per_source": (2, 1000),
    "point_rest_hours": (0, 168),
    "session_minutes": (10, 480),
    "urge_every_hours": (1, 240),
    "files_per_case": (1, 50),
}


@transaction.atomic
def set_self_service(
    institution: Institution, values: Mapping[str, int], *, actor: Actor, at: datetime
) -> SelfService:
    """Change some of the figures; the trail shows each before and after.

    Raises NotAllowed, NotThere for another institution, Invalid naming each figure out of bounds.
    Serves PV-7-02.
    """
    access.require(actor, "policy.edit")
    if not access.same_institution(actor, institution.pk):
        raise NotThere
    wrong: dict[str, Words] = {}
    for name, value in values.items():
        if name not in BOUNDS:
            wrong[name] = _("There is no such entry.")
            continue
        least, most = BOUNDS[name]
        if not least <= value <= most:
            wrong[name] = _("Enter a whole number from %(least)s to %(most)s.") % {
                "least": least,
                "most": most,
            }
    if wrong:
        raise Invalid(fields=wrong)
    row, _made = SelfService.objects.select_for_update().get_or_create(institution=institution)
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return row
    detail: dict[str, str | int | bool | None] = {
        name: f"{getattr(row, name)}>{value}" for name, value in changed.items()
    }
    for name, value in changed.items():
        setattr(row, name, value)
    row.changed_at = at
    row.save(update_fields=[*changed, "changed_at"])
    audit.record(
        actor,
        "selfservice.changed",
        ("customers.selfservice", institution.code),
        at=at,
        fields=tuple(changed),
        detail=detail,
    )
    return row
