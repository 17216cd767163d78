"""An appraisal or a mediation by somebody outside, on a complaint."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints.models.complaint import Complaint


class ReferralKind(models.TextChoices):
    """What is asked of them; the same words as `rules.outside.CLAUSES`."""

    APPRAISAL = "APPRAISAL", pgettext_lazy("referral", "External appraisal")
    MEDIATION = "MEDIATION", pgettext_lazy("referral", "Mediation by a third party")


class ReferralState(models.TextChoices):
    """How far it is."""

    GOING_ON = "GOING_ON", pgettext_lazy("referral", "Going on")
    ENDED = "ENDED", pgettext_lazy("referral", "Ended")
    CUT = "CUT", pgettext_lazy("referral", "Ended with the complaint")


class ComplaintReferral(SealedModel):
    """One appraisal or mediation: by whom, from when to when, and what the complainant was told.

    `began_on` and `ended_on` are days of the body's own papers; the clocks of `held` stood still
    from `began_at`, when the complainant was told.
    """

    public_id = PublicIdField(prefix="cref")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="referrals")
    kind = models.CharField(max_length=9, choices=ReferralKind.choices)
    state = models.CharField(
        max_length=8, choices=ReferralState.choices, default=ReferralState.GOING_ON
    )
    # May hold a person's name: a mediator, an expert.
    body = SealedTextField(data_class="C2", kind="text")
    began_on = models.DateField()
    reason = SealedTextField(data_class="C2", kind="text")
    began_told_by = models.CharField(max_length=10, choices=ReplyBy.choices)
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    began_at = models.DateTimeField()
    # The events whose clocks stand still by it; the others run.
    held = models.JSONField(default=list, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    result = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    ended_told_by = models.CharField(max_length=10, choices=ReplyBy.choices, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One at a time; what has ended has a day, a result and a person."""

        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(state="GOING_ON"), name="referral_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ENDED")
                | Q(
                    ended_on__isnull=False,
                    result__isnull=False,
                    ended_by__isnull=False,
                    ended_at__isnull=False,
                ),
                name="referral_ended_by_a_person",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref

    @property
    def is_open(self) -> bool:
        """Whether they are still at work."""
        return self.state == ReferralState.GOING_ON
