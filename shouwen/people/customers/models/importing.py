"""Tables of customers that were handed in."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.staff.models import Institution, Person


class ImportState(models.TextChoices):
    """How far a table is."""

    CHECKED = "CHECKED", pgettext_lazy("import", "Checked, nothing taken in yet")
    RUNNING = "RUNNING", pgettext_lazy("import", "Being taken in")
    DONE = "DONE", pgettext_lazy("import", "Taken in")
    DROPPED = "DROPPED", pgettext_lazy("import", "Dropped")
    STOPPED = "STOPPED", pgettext_lazy("import", "Stopped: the asker may no longer import")


class CustomerImport(SealedModel):
    """One table of customers: what its check found, and how much of it was taken in.

    `faults` lists wrong lines by number, column and reason, never what stands there. The good
    lines are sealed and kept only until they were taken in or dropped.
    """

    DATA_CLASSES = {"digest": "C1", "faults": "C1"}

    public_id = PublicIdField(prefix="imp")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.CHECKED)
    digest = models.CharField(max_length=64)
    table = SealedTextField(data_class="C2", kind="text", null=True)
    faults: models.JSONField[Any, Any] = models.JSONField(default=list)
    lines = models.PositiveIntegerField()
    bad_lines = models.PositiveIntegerField()
    # What the check expects of the good lines.
    expected_new = models.PositiveIntegerField()
    expected_known = models.PositiveIntegerField()
    # How many good lines are done, and what came of them.
    taken = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

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

    def seal_subject(self) -> str:
        """The institution's key: the table is of many customers."""
        return f"institution:{self.institution_id}"

    @property
    def good_lines(self) -> int:
        """How many lines may be taken in."""
        return self.lines - self.bad_lines
