"""Who works in whose place."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models.people import Person


class Deputy(models.Model):
    """One person standing in for another from one day through another, both counted.

    It counts on those of the days on which the other is noted as away, and ends by itself.
    """

    public_id = PublicIdField(prefix="dep")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_on = models.DateField()
    to_on = models.DateField()
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody stands in for themselves; who stands in on a day is found by the last day."""

        constraints = [
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="deputy_is_another"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="deputy_lasts"),
        ]
        indexes = [
            models.Index(
                fields=["deputy", "to_on"], condition=Q(ended_at__isnull=True), name="deputy_now"
            ),
            models.Index(fields=["person", "to_on"], name="deputy_of_person"),
        ]
