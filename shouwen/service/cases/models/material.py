"""Material of a case: files that its customer handed in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from shouwen.contact.conversations.models import ScanState
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.cases.models.case import Case


class CaseFile(SealedModel):
    """One file of one case; the bytes are in the file store under `storage_key`."""

    DATA_CLASSES = {"storage_key": "C1", "content_type": "C1", "sha256": "C1"}

    public_id = PublicIdField(prefix="mat")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    storage_key = models.CharField(max_length=40, unique=True)
    name = SealedTextField(data_class="C2", kind="text")
    size_bytes = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    scan_state = models.CharField(
        max_length=8, choices=ScanState.choices, default=ScanState.PENDING
    )
    added_at = models.DateTimeField()
    # Which colleague added it, for colleagues alone; none: the customer handed it in.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    scanned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The same file handed in again is the one that is there."""

        constraints = [models.UniqueConstraint(fields=["case", "sha256"], name="case_file_once")]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(scan_state="PENDING"), name="case_file_to_scan"
            )
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.case.seal_ref
