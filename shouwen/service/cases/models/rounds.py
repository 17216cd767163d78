"""What a case was before it was taken up again, and what another person found on looking at it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.cases.models.case import Case, ReplyBy


class CaseRound(SealedModel):
    """One ended round of a case, as it stood when the case was taken up again."""

    public_id = PublicIdField(prefix="round")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    handler_name = models.CharField(max_length=80, blank=True)
    cause = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    solution = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    feedback = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    feedback_channel = models.CharField(max_length=10, choices=ReplyBy.choices, blank=True)
    reason = SealedTextField(data_class="C2", kind="text")
    reopened_at = models.DateTimeField()
    reopened_by_name = models.CharField(max_length=80)

    class Meta:
        """The rounds of a case are counted from one."""

        constraints = [models.UniqueConstraint(fields=["case", "number"], name="round_once")]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.case.seal_ref


class Finding(models.TextChoices):
    """What a review came to (HB-2.4-05)."""

    KEPT = "KEPT", pgettext_lazy("review", "Nothing found")
    FOUND = "FOUND", _("Sent back to work")


class CaseReview(SealedModel):
    """One look at a closed case by a person who did not work on it (HB-2.4-02)."""

    public_id = PublicIdField(prefix="review")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    # Which of the case's rounds was looked at, counted from one.
    round = models.PositiveSmallIntegerField()
    content_ok = models.BooleanField()
    process_ok = models.BooleanField()
    customer_ok = models.BooleanField()
    finding = models.CharField(max_length=5, choices=Finding.choices)
    words = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    reviewed_at = models.DateTimeField()
    reviewer_ref = models.CharField(max_length=60)
    reviewer_name = models.CharField(max_length=80)

    class Meta:
        """A round is reviewed once; what was found has words and one point at least."""

        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="review_once_a_round"),
            models.CheckConstraint(
                condition=Q(finding="KEPT", content_ok=True, process_ok=True, customer_ok=True)
                | Q(finding="FOUND", words__isnull=False)
                & (Q(content_ok=False) | Q(process_ok=False) | Q(customer_ok=False)),
                name="review_finds_or_keeps",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.case.seal_ref
