"""Tables of customers that were handed in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models.handing_in import HandedTable, ImportState


class CustomerImport(HandedTable):
    """One table of customers: what its check found, and how much of it was taken in."""

    public_id = PublicIdField(prefix="imp")
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        """Tables that wait are found without the rest."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="import_newest"),
            models.Index(
                fields=["checked_at"], condition=Q(table__isnull=False), name="import_kept"
            ),
        ]
