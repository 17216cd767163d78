"""What survey houses found out about the institution; never mixed with its own ratings."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models import Institution, Person

NAME_CHARACTERS = 80
REASON_CHARACTERS = 200


class StudyState(models.TextChoices):
    """How far a study is."""

    CHECKED = "CHECKED", pgettext_lazy("outside", "Checked, not taken in")
    COUNTED = "COUNTED", pgettext_lazy("outside", "Taken in")
    DROPPED = "DROPPED", pgettext_lazy("outside", "Dropped")
    UNDONE = "UNDONE", pgettext_lazy("outside", "Taken back")


class OutsideStudy(models.Model):
    """One survey by somebody else: who made it, of when, and the mean score by dimension.

    `scores` holds one entry a dimension: its code, the score as written, the scale, how many
    answered. `faults` holds what the check found wrong: line, column, reason, another line.
    """

    public_id = PublicIdField(prefix="study")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(max_length=NAME_CHARACTERS)
    title = models.CharField(max_length=NAME_CHARACTERS)
    from_on = models.DateField()
    to_on = models.DateField()
    asked = models.PositiveIntegerField(null=True)
    scores = models.JSONField()
    faults = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=StudyState.choices, default=StudyState.CHECKED)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_CHARACTERS, blank=True)

    class Meta:
        """The same file counts once at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "digest"],
                condition=Q(state="COUNTED"),
                name="study_counts_once",
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="study_period"),
        ]
        indexes = [models.Index(fields=["institution", "-to_on", "-id"], name="study_by_period")]

    @property
    def answered(self) -> int:
        """How many answered the question that most answered."""
        return max((entry["answered"] for entry in self.scores), default=0)

    @property
    def response_rate(self) -> float | None:
        """The share of those asked who answered; None where the survey house does not say."""
        return self.answered / self.asked if self.asked else None
