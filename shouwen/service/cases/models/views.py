"""Views of a ledger that people keep, for themselves or for a unit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from shouwen.ground.kernel.fields import PublicIdField

VIEW_NAME_MAX_CHARACTERS = 24


class SavedView(models.Model):
    """One person's choice of filters and order, by name; shared with a unit where it has one."""

    public_id = PublicIdField(prefix="view")
    institution = models.ForeignKey("staff.Institution", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Which ledger it is of: the cases', or that of a room above.
    ledger = models.CharField(max_length=12, default="cases")
    name = models.CharField(max_length=VIEW_NAME_MAX_CHARACTERS)
    filters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        """A person's own views of one ledger have different names."""

        constraints = [
            models.UniqueConstraint(fields=["person", "ledger", "name"], name="saved_view_once"),
        ]
