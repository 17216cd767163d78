"""What the system proposes to take as a complaint, and when it does."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel


class Trigger(models.TextChoices):
    """Why a complaint is proposed (HB-4.2-01)."""

    ANGRY = "ANGRY", pgettext_lazy("complaint trigger", "Angry words")
    REPEAT = "REPEAT", pgettext_lazy("complaint trigger", "Repeated contact")
    BREACH = "BREACH", pgettext_lazy("complaint trigger", "A limit was missed")
    RATING = "RATING", pgettext_lazy("complaint trigger", "Low rating")
    # Of the time when a case alone could be of the kind COMPLAINT (HB-4.2-06).
    UNFILED = "UNFILED", pgettext_lazy("complaint trigger", "Opened as a complaint, not filed")


class ProposalState(models.TextChoices):
    """What became of a proposal."""

    OPEN = "OPEN", pgettext_lazy("complaint proposal", "Waits for a person")
    TAKEN = "TAKEN", pgettext_lazy("complaint proposal", "Taken as a complaint")
    DECLINED = "DECLINED", pgettext_lazy("complaint proposal", "Declined")


class ComplaintTriggers(models.Model):
    """When one institution is proposed complaints; without a row it is proposed none."""

    institution = models.OneToOneField(
        "staff.Institution", on_delete=models.PROTECT, related_name="+"
    )
    is_angry_on = models.BooleanField(default=False)
    is_repeat_on = models.BooleanField(default=False)
    is_breach_on = models.BooleanField(default=False)
    is_rating_on = models.BooleanField(default=False)
    # Words of customers that say anger, as the institution lists them.
    phrases = models.JSONField(default=list)
    contacts = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()


class ComplaintProposal(SealedModel):
    """One contact or case that might be a complaint; each is proposed once."""

    public_id = PublicIdField(prefix="proposal")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    contact = models.OneToOneField(
        "conversations.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.OneToOneField(
        "cases.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=8, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    # What the customer said that was heard; nothing where no words were.
    words = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    complaint = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """It speaks of a contact or of a case; the open ones are read newest first."""

        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=True, case__isnull=False)
                | Q(contact__isnull=False, case__isnull=True),
                name="proposal_of_contact_or_case",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", decided_at__isnull=True)
                | ~Q(state="OPEN") & Q(decided_at__isnull=False),
                name="proposal_open_or_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "-id"], condition=Q(state="OPEN"), name="proposal_open"
            ),
            models.Index(fields=["customer", "trigger", "-found_at"], name="proposal_of_customer"),
        ]

    def seal_subject(self) -> str:
        """Seal under the key of what it speaks of."""
        if self.case is not None:
            return self.case.seal_ref
        return f"contact:{self.contact.public_id if self.contact else ''}"
