"""Two files of one person made one, so that it can be taken back."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.customers.models.people import Customer


class Merge(SealedModel):
    """One file that was joined to another, with all that is needed to part them again.

    `moved` names the rows that followed, by kind; `before` is what the surviving file said of
    itself until then, `after` what the merge made of it.
    """

    DATA_CLASSES = dict.fromkeys(
        (
            "moved",
            "reason",
            "merged_by_ref",
            "merged_by_name",
            "undo_reason",
            "undone_by_ref",
            "undone_by_name",
        ),
        "C1",
    )

    public_id = PublicIdField(prefix="merge")
    survivor = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges")
    other = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    moved: models.JSONField[Any, Any] = models.JSONField()
    before = SealedTextField(data_class="C2", kind="text")
    after = SealedTextField(data_class="C2", kind="text")
    reason = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    merged_by_ref = models.CharField(max_length=80)
    merged_by_name = models.CharField(max_length=120)
    undo_reason = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_ref = models.CharField(max_length=80, blank=True)
    undone_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        """A file is joined to one other at a time, and never to itself."""

        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=Q(undone_at__isnull=True), name="merge_once"
            ),
            models.CheckConstraint(condition=~Q(survivor=F("other")), name="merge_of_two"),
        ]

    def seal_subject(self) -> str:
        """The surviving customer's own key."""
        return f"customer:{self.survivor.public_id}"
