"""What was learned of the types of complaints, and what was suggested and chosen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.service.complaints.models.choices import CgType
from shouwen.service.complaints.models.complaint import Complaint


class LearnedFrom(models.TextChoices):
    """Whose texts a model was learned from."""

    LEDGER = "LEDGER", pgettext_lazy("type model", "The institution's own complaints")
    FILES = "FILES", pgettext_lazy("type model", "Files given by the operator")


class Seen(models.TextChoices):
    """Whether who classified saw what was suggested, and why not."""

    SHOWN = "SHOWN", pgettext_lazy("type suggestion", "Shown")
    HELD_BACK = "HELD_BACK", pgettext_lazy("type suggestion", "Held back for comparison")
    UNSURE = "UNSURE", pgettext_lazy("type suggestion", "Too unsure to show")
    ELSEWHERE = "ELSEWHERE", pgettext_lazy("type suggestion", "Classified without the page")


class TypeModel(models.Model):
    """What one learning gave one institution; never changed, at most one is in force.

    `body` holds words and weights (decision 0013), `digest` tells that it is the one learned.
    """

    public_id = PublicIdField(prefix="typemodel")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_in_force = models.BooleanField(default=True)
    source = models.CharField(max_length=6, choices=LearnedFrom.choices)
    body = models.TextField()
    digest = models.CharField(max_length=64)
    # How it did on texts it had not learned from: whole numbers by name.
    report = models.JSONField()
    learned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One in force at a time, by the database's word."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution"], condition=Q(is_in_force=True), name="type_model_in_force"
            ),
            models.CheckConstraint(
                condition=Q(is_in_force=True, ended_at__isnull=True)
                | Q(is_in_force=False, ended_at__isnull=False),
                name="type_model_ended",
            ),
        ]
        indexes = [models.Index(fields=["institution", "-id"], name="type_model_newest")]


class TypeSuggestion(models.Model):
    """What a model held of one complaint, and what a person chose when classifying it first."""

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="+")
    model = models.ForeignKey(TypeModel, on_delete=models.PROTECT, related_name="+", db_index=False)
    suggested = models.CharField(max_length=10, choices=CgType.choices)
    share_percent = models.PositiveSmallIntegerField()
    seen = models.CharField(max_length=9, choices=Seen.choices)
    chosen = models.CharField(max_length=10, choices=CgType.choices)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    chosen_at = models.DateTimeField()

    class Meta:
        """Counted by model."""

        indexes = [models.Index(fields=["model", "seen"], name="type_suggestion_seen")]
