"""How many complaints of a unit were in hand by day, and what became of those of a month."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Span(models.TextChoices):
    """What a row is about."""

    DAY = "DAY", pgettext_lazy("complaint tally", "a day")
    MONTH = "MONTH", pgettext_lazy("complaint tally", "a month")


class ComplaintTally(models.Model):
    """Counted from the complaints again and again; nothing stands here that they do not say.

    A day has `in_hand`, at its end or at the time of counting. A month has what was received in it,
    and of that what was withdrawn, resolved and a repeat by the time of counting.
    """

    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # The unit that has the complaint now; None where no unit was named.
    unit = models.ForeignKey("staff.Unit", on_delete=models.CASCADE, null=True, related_name="+")
    span = models.CharField(max_length=5, choices=Span.choices)
    starts_on = models.DateField()
    in_hand = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    resolved = models.PositiveIntegerField(default=0)
    repeats = models.PositiveIntegerField(default=0)

    class Meta:
        """A unit has one row for a day and one for a month."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "span", "starts_on", "unit"],
                name="complaint_tally_once",
                nulls_distinct=False,
            )
        ]
