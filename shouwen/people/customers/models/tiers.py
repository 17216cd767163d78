"""What each tier gives, where an institution has said so."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.people.staff.models import Institution


class Dimension(models.TextChoices):
    """By what service varies: a customer's grades, named as the columns are, and a case's own."""

    VALUE = "value", pgettext_lazy("tier of a customer", "Value")
    RISK = "risk", pgettext_lazy("tier of a customer", "Risk")
    KIND = "kind", pgettext_lazy("tier of a customer", "Type")
    COMPLEXITY = "complexity", pgettext_lazy("tier of a customer", "Complexity of the case")


class CaseComplexity(models.TextChoices):
    """一般, 复杂, 特殊, as cases are classified in the room above (CG-3.2)."""

    GENERAL = "GENERAL", _("General")
    COMPLEX = "COMPLEX", _("Complex")
    SPECIAL = "SPECIAL", _("Special")


class TierService(models.Model):
    """What the customers of one tier get at one institution; without a row it is the usual.

    Of a case's complexity it says in how many hours such a case is resolved, and nothing else.
    """

    DATA_CLASSES = {"tier": "C1"}

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    dimension = models.CharField(max_length=12, choices=Dimension.choices)
    tier = models.CharField(max_length=16)
    points = models.SmallIntegerField(default=0)
    reply_seconds = models.PositiveIntegerField(null=True)
    dedicated_first = models.BooleanField(default=False)
    resolve_hours = models.PositiveIntegerField(null=True)

    class Meta:
        """An institution says once what a tier gives."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "dimension", "tier"], name="tier_service_once"
            ),
            models.CheckConstraint(
                condition=Q(dimension__in=Dimension.values), name="tier_dimension_known"
            ),
        ]
