"""Tables of complaints that were handed in, and what came of their lines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models.handing_in import HandedTable, ImportState
from shouwen.service.complaints.models.complaint import Complaint


class ComplaintImport(HandedTable):
    """One table of complaints: what its check found, and how much of it was taken in.

    A good line that could not be taken in any more is counted in `left_out` and named in `faults`.
    """

    public_id = PublicIdField(prefix="cimp")
    left_out = models.PositiveIntegerField(default=0)

    class Meta:
        """Tables that wait are found without the rest."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="complaint_import_state"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="complaint_import_newest"),
            models.Index(
                fields=["checked_at"],
                condition=Q(table__isnull=False),
                name="complaint_import_kept",
            ),
        ]


class ImportedComplaint(models.Model):
    """One complaint that came in by a table, with the number it bears where it is from."""

    DATA_CLASSES = {"outside_ref": "C1"}

    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="+")
    handed = models.ForeignKey(ComplaintImport, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    outside_ref = models.CharField(max_length=60)

    class Meta:
        """A number from outside stands for one complaint, however often its table is handed in."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "outside_ref"], name="complaint_imported_once"
            ),
        ]
