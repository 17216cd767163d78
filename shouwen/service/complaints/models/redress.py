"""What a complainant is given to make good, by amount."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.complaints.models.complaint import Complaint
from shouwen.service.complaints.rules import redress as rules

OUTSIDE_REF_MAX_CHARACTERS = 60


class RedressKind(models.TextChoices):
    """What the money is."""

    COMPENSATION = "COMPENSATION", pgettext_lazy("redress", "Compensation for a loss")
    REFUND = "REFUND", pgettext_lazy("redress", "Refund of what was charged")
    WAIVER = "WAIVER", pgettext_lazy("redress", "Waiver of interest or fees")
    GOODWILL = "GOODWILL", pgettext_lazy("redress", "Payment as a courtesy")


class RedressState(models.TextChoices):
    """How far it is; the same words as `rules.redress.State`."""

    PROPOSED = "PROPOSED", pgettext_lazy("redress", "Waits for approval")
    REQUESTED = "REQUESTED", pgettext_lazy("redress", "Approved, payment asked for")
    PAID = "PAID", pgettext_lazy("redress", "Paid")
    FAILED = "FAILED", pgettext_lazy("redress", "Payment failed")
    DECLINED = "DECLINED", pgettext_lazy("redress", "Refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("redress", "Taken back")
    EXPIRED = "EXPIRED", pgettext_lazy("redress", "Not decided in time")


class ComplaintRedress(SealedModel):
    """One amount that is to make good: proposed, approved by another, paid by another system."""

    public_id = PublicIdField(prefix="redr")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="redress")
    kind = models.CharField(max_length=12, choices=RedressKind.choices)
    amount_fen = models.BigIntegerField()
    state = models.CharField(
        max_length=9, choices=RedressState.choices, default=RedressState.PROPOSED
    )
    reason = SealedTextField(data_class="C2", kind="text")
    # The contract's article, the rule or the judgement it stands on.
    basis = SealedTextField(data_class="C2", kind="text")
    # The right of whoever decides, by the level that the amount demands.
    right = models.CharField(max_length=40)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField()
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
    # How often its payment was asked for, the present request counted.
    attempt = models.PositiveSmallIntegerField(default=1)
    # The paying system's own number, and what it said.
    outside_ref = models.CharField(max_length=OUTSIDE_REF_MAX_CHARACTERS, blank=True)
    result_words = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    result_at = models.DateTimeField(null=True, blank=True)
    # Of an amount beyond every level here: who granted it, on which day, by which document.
    outside_body = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    outside_on = models.DateField(null=True, blank=True)
    outside_document = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    # When its owner was last reminded that no result had come.
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An amount, two persons, one proposal at a time, one payment for one number outside."""

        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="redress_is_an_amount"),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(state="PROPOSED"), name="redress_one_proposal"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="redress_by_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["REQUESTED", "PAID", "FAILED"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="redress_asked_for_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["PAID", "FAILED"], result_at__isnull=False)
                & ~Q(outside_ref="")
                | ~Q(state__in=["PAID", "FAILED"]) & Q(result_at__isnull=True, outside_ref=""),
                name="redress_result_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(outside_on__isnull=True, outside_document__isnull=True)
                | Q(outside_on__isnull=False, outside_document__isnull=False),
                name="redress_outside_is_shown",
            ),
            models.UniqueConstraint(
                fields=["institution", "outside_ref"],
                condition=~Q(outside_ref=""),
                name="redress_number_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["decided_at", "id"],
                condition=Q(state="REQUESTED"),
                name="redress_result_awaited",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref

    @property
    def request_ref(self) -> str:
        """The number of the present request for its payment."""
        return rules.request_ref(self.public_id, self.attempt)

    @property
    def is_from_outside(self) -> bool:
        """Whether somebody outside of this centre granted it."""
        return self.outside_on is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for approval."""
        return self.state == RedressState.PROPOSED


class RedressAttempt(SealedModel):
    """One request for a payment that failed and was asked for again; what became of it stays."""

    public_id = PublicIdField(prefix="rpay")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    redress = models.ForeignKey(ComplaintRedress, on_delete=models.PROTECT, related_name="failed")
    attempt = models.PositiveSmallIntegerField()
    outside_ref = models.CharField(max_length=OUTSIDE_REF_MAX_CHARACTERS)
    result_words = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    result_at = models.DateTimeField()
    asked_again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_again_at = models.DateTimeField()

    class Meta:
        """Each attempt fails once, and a number outside is one payment's."""

        constraints = [
            models.UniqueConstraint(fields=["redress", "attempt"], name="redress_attempt_once"),
            models.UniqueConstraint(
                fields=["institution", "outside_ref"], name="redress_attempt_number_once"
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.redress.complaint.case.seal_ref

    @property
    def request_ref(self) -> str:
        """The number of this request."""
        return rules.request_ref(self.redress.public_id, self.attempt)
