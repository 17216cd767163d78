"""Who is held accountable for how a complaint was dealt with (CG-3.4-03, CG-3.4-04)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shouwen.assurance.improvement.rules.accountability import Standing, State
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel


class Conduct(models.TextChoices):
    """For what somebody is held accountable (CG-3.4-03)."""

    POOR_HANDLING = "POOR_HANDLING", pgettext_lazy("conduct", "Poor handling")
    BUCK_PASSING = "BUCK_PASSING", pgettext_lazy("conduct", "Passing the buck")
    PERFUNCTORY = "PERFUNCTORY", pgettext_lazy("conduct", "Going through the motions")


class AccountabilityState(models.TextChoices):
    """How far it is; the same words as `rules.accountability.State`."""

    PROPOSED = "PROPOSED", pgettext_lazy("accountability", "Proposed")
    INVESTIGATED = "INVESTIGATED", pgettext_lazy("accountability", "Investigated")
    DETERMINED = "DETERMINED", pgettext_lazy("accountability", "Determined")
    HANDLED = "HANDLED", pgettext_lazy("accountability", "Handled")
    CLEARED = "CLEARED", pgettext_lazy("accountability", "Not accountable")


class AccountabilityAct(models.TextChoices):
    """What was done; the same words as `rules.accountability.Act`."""

    PROPOSE = "PROPOSE", pgettext_lazy("accountability act", "Proposed")
    STATE = "STATE", pgettext_lazy("accountability act", "Statement of the person")
    SILENT = "SILENT", pgettext_lazy("accountability act", "Asked, and said nothing")
    INVESTIGATE = "INVESTIGATE", pgettext_lazy("accountability act", "Investigated")
    DETERMINE = "DETERMINE", pgettext_lazy("accountability act", "Found accountable")
    CLEAR = "CLEAR", pgettext_lazy("accountability act", "Found not accountable")
    CONTEST = "CONTEST", pgettext_lazy("accountability act", "Contested by the person")
    KEEP = "KEEP", pgettext_lazy("accountability act", "Finding stands")
    LIFT = "LIFT", pgettext_lazy("accountability act", "Finding lifted")
    HANDLE = "HANDLE", pgettext_lazy("accountability act", "Handled")


def _person(*, is_late: bool = True) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=is_late,
        blank=is_late,
        related_name="+",
        db_index=False,
    )


class Accountability(models.Model):
    """One person held accountable for one conduct in one complaint; words stand in its entries."""

    public_id = PublicIdField(prefix="acco")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    complaint = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Where the person worked when it was proposed.
    unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    conduct = models.CharField(max_length=13, choices=Conduct.choices)
    state = models.CharField(
        max_length=12, choices=AccountabilityState.choices, default=AccountabilityState.PROPOSED
    )
    version = models.PositiveIntegerField(default=0)
    proposed_by = _person(is_late=False)
    proposed_at = models.DateTimeField()
    investigated_by = _person()
    determined_by = _person()
    answered_by = _person()
    stated_at = models.DateTimeField(null=True, blank=True)
    silent_at = models.DateTimeField(null=True, blank=True)
    contested_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Nobody judges what they did themselves; nobody is determined unheard."""

        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "person", "conduct"], name="accountability_once"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("person"))
                & (Q(investigated_by__isnull=True) | ~Q(investigated_by=F("person")))
                & (Q(determined_by__isnull=True) | ~Q(determined_by=F("person"))),
                name="accountability_by_others",
            ),
            models.CheckConstraint(
                condition=Q(determined_by__isnull=True)
                | Q(stated_at__isnull=False)
                | Q(silent_at__isnull=False),
                name="accountability_heard",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="accountability_newest"),
        ]

    @property
    def standing(self) -> Standing:
        """What the rules look at."""
        return Standing(
            state=State(self.state),
            person=self.person_id,
            proposer=self.proposed_by_id,
            investigator=self.investigated_by_id,
            determiner=self.determined_by_id,
            has_spoken=self.stated_at is not None,
            was_silent=self.silent_at is not None,
            was_contested=self.contested_at is not None,
            is_contested=self.contested_at is not None and self.answered_at is None,
        )


class AccountabilityEntry(SealedModel):
    """One act with its words. Written once."""

    public_id = PublicIdField(prefix="accn")
    accountability = models.ForeignKey(
        Accountability, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    sequence = models.PositiveIntegerField()
    act = models.CharField(max_length=11, choices=AccountabilityAct.choices)
    by = _person(is_late=False)
    at = models.DateTimeField()
    words = SealedTextField(data_class="C2", kind="text")

    class Meta:
        """The story's order is certain."""

        constraints = [
            models.UniqueConstraint(
                fields=["accountability", "sequence"], name="accountability_entry_once"
            )
        ]

    def seal_subject(self) -> str:
        """Words about a colleague are the institution's, not a customer's."""
        return f"institution:{self.accountability.institution_id}"
