"""How the providers of letters stand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shouwen.people.customers.models.people import PointKind


class LetterStanding(models.Model):
    """The last refusal of what carries one kind of letters; `is_away` until it takes one again.

    `code` is one of our own words or the mail server's numbers, never its words.
    """

    DATA_CLASSES = {"code": "C1"}

    kind = models.CharField(max_length=8, choices=PointKind.choices, unique=True)
    is_away = models.BooleanField(default=False)
    code = models.CharField(max_length=24, blank=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        """Kinds are those of ways to reach somebody."""

        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PointKind.values), name="letter_standing_kind"
            )
        ]
