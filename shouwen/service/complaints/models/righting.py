"""A limit that was met in time and recorded late, and how that was set right."""

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


class RightingState(models.TextChoices):
    """How far it is; APPROVED alone has changed a clock."""

    ASKED = "ASKED", pgettext_lazy("righting", "Waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("righting", "Set right")
    DECLINED = "DECLINED", pgettext_lazy("righting", "Refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("righting", "Taken back")
    EXPIRED = "EXPIRED", pgettext_lazy("righting", "Not decided in time")


class ComplaintRighting(SealedModel):
    """One request to let a clock say that the complainant was told at `told_at`, in time.

    `stopped_at` and `missed_at` are what the clock said when it was asked for, `recorded_at` when
    the telling was put down; they stay, whatever becomes of it.
    """

    public_id = PublicIdField(prefix="crgt")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="rightings")
    clock_ref = models.CharField(max_length=48)
    event = models.CharField(max_length=60)
    clause = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField()
    missed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    told_at = models.DateTimeField()
    medium = models.CharField(max_length=10, choices=ReplyBy.choices)
    # What shows it: the number of a letter, of a recording, who signed; and a file where there is.
    evidence = SealedTextField(data_class="C2", kind="text")
    proof = models.ForeignKey(
        "cases.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=RightingState.choices, default=RightingState.ASKED
    )
    # The right of whoever decides.
    right = models.CharField(max_length=40)
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

    class Meta:
        """Two persons and an instant in time, whatever code runs; a clock once at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["clock_ref"],
                condition=Q(state__in=("ASKED", "APPROVED")),
                name="righting_of_a_clock_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="righting_by_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="righting_approved_by_one",
            ),
            models.CheckConstraint(
                condition=Q(told_at__lte=F("due_at")) & Q(told_at__lte=F("recorded_at")),
                name="righting_told_in_time",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref
