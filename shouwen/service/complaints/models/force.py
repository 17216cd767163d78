"""Who works on a major complaint beside its people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.service.complaints.models.complaint import Complaint


class ForceFunction(models.TextChoices):
    """What a member is there for (HB-4.2-07); the same words as `rules.force.Function`."""

    TECHNOLOGY = "TECHNOLOGY", pgettext_lazy("task force", "Technology")
    OPERATIONS = "OPERATIONS", pgettext_lazy("task force", "Operations")
    ACCOUNT = "ACCOUNT", pgettext_lazy("task force", "Account manager")
    OTHER = "OTHER", pgettext_lazy("task force", "Another function")


class ForceMember(models.Model):
    """One person's time on the task force of one complaint; a change of function begins another.

    `seen_at` is when they first looked at it after having been told.
    """

    public_id = PublicIdField(prefix="cfm")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="force")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    function = models.CharField(max_length=10, choices=ForceFunction.choices)
    # Nobody where a program named them.
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    appointed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        """Nobody is on it twice at a time, and nobody leaves before they came."""

        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "person"],
                condition=Q(left_at__isnull=True),
                name="force_member_once",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_by__isnull=True)
                | Q(left_at__gte=F("appointed_at")),
                name="force_member_left_after",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "-id"],
                condition=Q(left_at__isnull=True),
                name="force_of_person",
            ),
        ]
