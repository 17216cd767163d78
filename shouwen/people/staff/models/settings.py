"""Figures an institution sets for its people."""

from __future__ import annotations

from django.db import models

from shouwen.people.staff.models.organisation import Institution


class StaffSetting(models.Model):
    """One figure of one institution that differs from the usual one in `rules.limits`."""

    DATA_CLASSES = {"name": "C1"}

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    value = models.PositiveIntegerField()

    class Meta:
        """One value for each figure."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "name"], name="staff_setting_once"),
        ]
