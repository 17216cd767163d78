"""A decision on a complaint that its complainant contests."""

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


class ContestKind(models.TextChoices):
    """To whom it goes; the same words as `rules.contesting.Contest`."""

    APPEAL = "APPEAL", pgettext_lazy("contest", "Appeal")
    REVIEW = "REVIEW", pgettext_lazy("contest", "Review by the unit above")


class ContestState(models.TextChoices):
    """How far it is; UPHELD and CHANGED are its outcomes."""

    ASKED = "ASKED", pgettext_lazy("contest", "Waits for a decision")
    UPHELD = "UPHELD", pgettext_lazy("contest", "Decision upheld")
    CHANGED = "CHANGED", pgettext_lazy("contest", "Decision changed")
    TAKEN_BACK = "TAKEN_BACK", pgettext_lazy("contest", "Taken back with the complaint")


class ComplaintContest(SealedModel):
    """One appeal or 核查 against the decision that was told at `about_at`."""

    public_id = PublicIdField(prefix="ccon")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="contests")
    kind = models.CharField(max_length=6, choices=ContestKind.choices)
    state = models.CharField(
        max_length=10, choices=ContestState.choices, default=ContestState.ASKED
    )
    about_at = models.DateTimeField()
    # The unit that made the decision, kept as it was: the one above it decides a 核查.
    decided_in = models.ForeignKey(
        "staff.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    reason = SealedTextField(data_class="C2", kind="text")
    # By which way the complainant asked; who took it down, where they did not ask alone.
    asked_by_way = models.CharField(max_length=10, choices=ReplyBy.choices, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    asked_at = models.DateTimeField()
    opinion = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # Deciding and telling are one: the law's thirty days bound both.
    decided_at = models.DateTimeField(null=True, blank=True)
    told_by_way = models.CharField(max_length=10, choices=ReplyBy.choices, blank=True)

    class Meta:
        """A decision is contested once each way; what is decided has an opinion and a person."""

        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "kind", "about_at"], name="contest_once_a_decision"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["UPHELD", "CHANGED"])
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    opinion__isnull=False,
                ),
                name="contest_decided_by_a_person",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to decide."""
        return self.state == ContestState.ASKED
