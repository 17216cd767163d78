"""The institution's tree of root causes, and which complaint had which (CG-4.4-01)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.policy.words import is_chinese

NAME_MAX_CHARACTERS = 40


class Cause(models.Model):
    """One cause of an institution; one below another says it more exactly.

    A retired cause is given no more and stays where it was given.
    """

    public_id = PublicIdField(prefix="cause")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # 1 at the top.
    depth = models.PositiveSmallIntegerField(default=1)
    name_zh = models.CharField(max_length=NAME_MAX_CHARACTERS)
    name_en = models.CharField(max_length=NAME_MAX_CHARACTERS)
    is_retired = models.BooleanField(default=False)

    class Meta:
        """A name is there once below its parent."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "parent", "name_zh"], name="cause_once_below"
            ),
            models.UniqueConstraint(
                fields=["institution", "name_zh"],
                condition=Q(parent__isnull=True),
                name="cause_once_at_the_top",
            ),
        ]

    @property
    def name(self) -> str:
        """The cause in the reader's language."""
        return self.name_zh if is_chinese() else self.name_en


class ComplaintCause(models.Model):
    """The root cause of one upheld complaint, and who found it."""

    complaint = models.OneToOneField(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="given_cause"
    )
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    given_at = models.DateTimeField()
