"""Who or what a finding holds responsible, what they say to it, and who is told of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.complaints.models.choices import Responsible
from shouwen.service.complaints.models.complaint import Complaint


class Position(models.TextChoices):
    """What who is held responsible says to it."""

    AGREES = "AGREES", pgettext_lazy("finding", "Agrees")
    DISAGREES = "DISAGREES", pgettext_lazy("finding", "Disagrees")


class FindingState(models.TextChoices):
    """How far a contest of a finding is; the last says that the finding it was about is gone."""

    ASKED = "ASKED", pgettext_lazy("finding", "Contested, waits for a decision")
    UPHELD = "UPHELD", pgettext_lazy("finding", "Contested, finding stands")
    CHANGED = "CHANGED", pgettext_lazy("finding", "Contested, finding changed")
    OVERTAKEN = "OVERTAKEN", pgettext_lazy("finding", "Overtaken by another finding")


def _person() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )


class FindingPart(SealedModel):
    """One who is held responsible by one finding of a complaint, for how many of a hundred parts.

    A newer finding leaves the older ones as they were; only the newest `is_current`.
    """

    public_id = PublicIdField(prefix="find")
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="finding_parts", db_index=False
    )
    # Counts the findings of a complaint, and the parts of one.
    finding = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    kind = models.CharField(max_length=10, choices=Responsible.choices)
    person = _person()
    unit = models.ForeignKey(
        "staff.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    partner = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    percent = models.PositiveSmallIntegerField()
    ground = SealedTextField(data_class="C2", kind="text")
    set_by = _person()
    set_at = models.DateTimeField()
    # Until when it may be contested, as the setting was then; none for what cannot speak, and for
    # whose contest led to this very finding.
    contest_until = models.DateTimeField(null=True, blank=True)
    position = models.CharField(max_length=9, choices=Position.choices, blank=True)
    statement = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    stated_by = _person()
    stated_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=FindingState.choices, blank=True)
    reason = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    contested_by = _person()
    contested_at = models.DateTimeField(null=True, blank=True)
    opinion = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    decided_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A finding has its parts once; what is decided was contested, and decided by another."""

        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "finding", "place"], name="finding_part_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="finding_part_of_a_hundred"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["UPHELD", "CHANGED"])
                | Q(decided_by__isnull=False, decided_at__isnull=False, opinion__isnull=False),
                name="finding_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (
                    (Q(set_by__isnull=True) | ~Q(decided_by=models.F("set_by")))
                    & (Q(person__isnull=True) | ~Q(decided_by=models.F("person")))
                ),
                name="finding_decided_by_another",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref

    @property
    def is_contested(self) -> bool:
        """Whether somebody is still to decide."""
        return self.state == FindingState.ASKED

    @property
    def name(self) -> str:
        """Who or what it is, for those who see the complaint."""
        if self.person is not None:
            return str(self.person.name)
        if self.unit is not None:
            return self.unit.name
        return self.partner.plain if self.partner else str(self.get_kind_display())


class FindingNotice(models.Model):
    """One person who is told of a part and speaks for it: whom it names, or who leads the unit."""

    part = models.ForeignKey(
        FindingPart, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Told once."""

        constraints = [
            models.UniqueConstraint(fields=["part", "person"], name="finding_told_once"),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="finding_told_newest")]
