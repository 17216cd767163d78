"""What people were doing, and for how long."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shouwen.people.staff.models.people import Person, PresenceState


class PresenceSpan(models.Model):
    """One stretch of time a person spent in one state for one reason; being offline is none.

    No end means that it lasts.
    """

    DATA_CLASSES = {"reason": "C1"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=PresenceState.choices)
    reason = models.CharField(max_length=100, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A person is in one state at a time, and no stretch ends before it began."""

        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="presence_span_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PresenceState.values) & ~Q(state="OFFLINE"),
                name="presence_span_state",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("began_at")),
                name="presence_span_ends_after_begin",
            ),
        ]
        indexes = [models.Index(fields=["person", "began_at"], name="presence_span_of_person")]
