"""Returns: reports on complaints as they were frozen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shouwen.ground.kernel.fields import PublicIdField

TITLE_MAX_CHARACTERS = 60


class ComplaintReturn(models.Model):
    """One report on complaints as it was frozen: what was counted, for which days, by whom.

    A row is written once. `digest` is over everything that was frozen, and stands on the trail too.
    """

    public_id = PublicIdField(prefix="return")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.CharField(max_length=TITLE_MAX_CHARACTERS)
    # Both days are included, Shanghai's.
    first = models.DateField()
    last = models.DateField()
    # The moment as of which everything was counted.
    counted_at = models.DateTimeField()
    lines: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    frozen_at = models.DateTimeField()

    class Meta:
        """Days in their order; the newest first."""

        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("last")), name="complaint_return_days_in_order"
            )
        ]
        indexes = [models.Index(fields=["institution", "-id"], name="complaint_return_newest")]
