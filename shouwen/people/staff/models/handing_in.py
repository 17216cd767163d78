"""What every table that people hand in has in common; each room adds its own to it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.staff.models.organisation import Institution
from shouwen.people.staff.models.people import Person


class ImportState(models.TextChoices):
    """How far a table is."""

    CHECKED = "CHECKED", pgettext_lazy("import", "Checked, nothing taken in yet")
    RUNNING = "RUNNING", pgettext_lazy("import", "Being taken in")
    DONE = "DONE", pgettext_lazy("import", "Taken in")
    DROPPED = "DROPPED", pgettext_lazy("import", "Dropped")
    STOPPED = "STOPPED", pgettext_lazy("import", "Stopped: the asker may no longer import")


class HandedTable(SealedModel):
    """One table: what its check found, and how much of it was taken in.

    `faults` lists wrong lines by number, column and reason, never what stands there. The good
    lines are sealed and kept only until they were taken in or dropped.
    """

    DATA_CLASSES = {"digest": "C1", "faults": "C1"}

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
    # How many good lines are done, and how many of them made something new.
    taken = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Holds no rows of its own."""

        abstract = True

    def seal_subject(self) -> str:
        """The institution's key: the table is of many people."""
        return f"institution:{self.institution_id}"

    @property
    def good_lines(self) -> int:
        """How many lines may be taken in."""
        return self.lines - self.bad_lines
