"""Setting the figures of an institution."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access, queries
from shouwen.people.staff.models import Institution, StaffSetting
from shouwen.people.staff.rules.limits import LIMITS


@transaction.atomic
def set_limits(
    institution: Institution, values: Mapping[str, int], *, actor: Actor, at: datetime
) -> None:
    """Set some figures by name; each that changes is on the trail with before and after.

    Raises NotAllowed, NotThere, Invalid naming each wrong figure.
    """
    access.require(actor, "staff.edit")
    if not access.same_institution(actor, institution.pk):
        raise NotThere
    wrong: dict[str, Words] = {}
    for name, value in values.items():
        limit = LIMITS.get(name)
        if limit is None:
            wrong[name] = _("Choose one of the listed entries.")
        elif not limit.least <= value <= limit.most:
            words = _("Enter a number from %(least)s to %(most)s.")
            wrong[name] = words % {"least": limit.least, "most": limit.most}
    if wrong:
        raise Invalid(fields=wrong)
    Institution.objects.select_for_update().get(pk=institution.pk)
    before = queries.limits_of(institution.pk)
    for name, value in values.items():
        if value == before[name]:
            continue
        StaffSetting.objects.update_or_create(
            institution=institution, name=name, defaults={"value": value}
        )
        detail: dict[str, audit.Value] = {"name": name, "before": before[name], "after": value}
        audit.record(actor, "staff.limit_set", institution, at=at, detail=detail)
