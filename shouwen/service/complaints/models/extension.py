"""One request to put a limit of a complaint off."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints.models.complaint import Complaint


class ExtensionState(models.TextChoices):
    """How far an extension is; GRANTED alone has moved a date."""

    ASKED = "ASKED", pgettext_lazy("extension", "Waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("extension", "Approved, complainant not told yet")
    GRANTED = "GRANTED", pgettext_lazy("extension", "In force")
    DECLINED = "DECLINED", pgettext_lazy("extension", "Refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("extension", "Taken back")
    EXPIRED = "EXPIRED", pgettext_lazy("extension", "Not decided in time")


OPEN_STATES = ("ASKED", "APPROVED")


class ComplaintExtension(SealedModel):
    """One request to put the limits that `clause` lets be put off from `old_due_at` to `until`."""

    public_id = PublicIdField(prefix="cext")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="extensions")
    # The clause that allows it, and the clause of the limit it moves.
    clause = models.CharField(max_length=40)
    limit_clause = models.CharField(max_length=40)
    state = models.CharField(
        max_length=10, choices=ExtensionState.choices, default=ExtensionState.ASKED
    )
    old_due_at = models.DateTimeField()
    until = models.DateTimeField()
    # The right of whoever decides.
    right = models.CharField(max_length=40)
    reason = SealedTextField(data_class="C2", kind="text")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    approval_ref = models.CharField(max_length=48, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    notice = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    notice_by = models.CharField(max_length=10, choices=ReplyBy.choices, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Two persons and a notice in time, whatever code runs; one open request for a clause."""

        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "clause"],
                condition=Q(state__in=OPEN_STATES),
                name="extension_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_by_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | Q(decided_by__isnull=False, decided_at__lt=F("old_due_at")),
                name="extension_approved_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="GRANTED")
                | Q(
                    decided_by__isnull=False,
                    decided_at__lte=F("notified_at"),
                    notified_at__lt=F("old_due_at"),
                ),
                name="extension_granted_when_told",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref

    @property
    def is_open(self) -> bool:
        """Whether something is still missing that may come."""
        return self.state in OPEN_STATES
