"""Who worked on a case for how long, as each said it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.service.cases.models.case import Case

# A day has no more; what took longer was done on another day too.
MOST_MINUTES = 24 * 60


class EffortKind(models.TextChoices):
    """What the time went into."""

    WORK = "WORK", pgettext_lazy("effort", "Handling")
    TALK = "TALK", pgettext_lazy("effort", "Talks outside a conversation")
    CHECK = "CHECK", pgettext_lazy("effort", "Checking facts")
    OTHERS = "OTHERS", pgettext_lazy("effort", "Coordinating with others")


class CaseEffort(models.Model):
    """One stretch of one person's work on a case; a wrong one is taken back, never changed.

    Conversations at the desk are measured by their own rows and never stand here too.
    """

    public_id = PublicIdField(prefix="eff")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="efforts", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8, choices=EffortKind.choices)
    minutes = models.PositiveSmallIntegerField()
    noted_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Nobody works for no time, or more than a day in one stretch."""

        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES), name="effort_within_a_day"
            )
        ]
        indexes = [models.Index(fields=["case", "id"], name="effort_of_case")]
