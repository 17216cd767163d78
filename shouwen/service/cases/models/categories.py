"""The tree of questions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Category(models.Model):
    """One place in an institution's tree of questions; cases hang on the third level.

    A place is never deleted, only retired: cases that have it keep it.
    """

    institution = models.ForeignKey("staff.Institution", on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    level = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    # The order among those of the same parent; equal ones go by code.
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        """Three levels (OM-3.1.3-01); a root has no parent and no other has none."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="category_code_once"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True)
                | Q(level__in=(2, 3), parent__isnull=False),
                name="category_three_levels",
            ),
        ]
