"""Tables that somebody takes out of a ledger."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.kit.sheets import Format

REASON_MAX_CHARACTERS = 200


class ExportState(models.TextChoices):
    """How far an export is."""

    ASKED = "ASKED", _("Waits for approval")
    QUEUED = "QUEUED", pgettext_lazy("export", "Being written")
    READY = "READY", pgettext_lazy("export", "Ready")
    REFUSED = "REFUSED", pgettext_lazy("export", "Not approved")
    FAILED = "FAILED", pgettext_lazy("export", "Failed")
    OVER = "OVER", _("File deleted")


class CaseExport(models.Model):
    """One table somebody asked for: which rows, why, and its sealed file while that is kept."""

    public_id = PublicIdField(prefix="exp")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    # Which ledger it was taken from, as that ledger is called in `ports`.
    ledger = models.CharField(max_length=12, default="cases")
    reason = models.CharField(max_length=REASON_MAX_CHARACTERS)
    # What the ledger was asked for, by name; a search's words are masked.
    filters = models.JSONField(default=dict)
    format = models.CharField(max_length=4, choices=[(f.value, f.value) for f in Format])
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=ExportState.choices)
    rows_asked = models.PositiveIntegerField()
    approval_ref = models.CharField(max_length=48, blank=True)
    # Counts takings and failures, so that a writer that was killed does not block the export.
    tries = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    storage_key = models.CharField(max_length=40, blank=True)
    rows = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        """A file is there while the export is ready, and no longer."""

        constraints = [
            models.CheckConstraint(
                condition=(Q(state="READY") & ~Q(storage_key="") & Q(expires_at__isnull=False))
                | (~Q(state="READY") & Q(storage_key="")),
                name="export_ready_with_file",
            )
        ]
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="export_by_asker"),
            models.Index(fields=["id"], condition=Q(state="QUEUED"), name="export_queued"),
            models.Index(fields=["expires_at"], condition=Q(state="READY"), name="export_kept"),
        ]
