"""Cases that belong together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _


class RelationKind(models.TextChoices):
    """How two cases belong together."""

    RELATED = "RELATED", _("Related")
    DUPLICATE = "DUPLICATE", _("Same matter")
    SPLIT = "SPLIT", _("Split off")


# What people say of two cases themselves; a split is made by splitting.
SAYABLE = (RelationKind.RELATED.value, RelationKind.DUPLICATE.value)


class CaseRelation(models.Model):
    """Two cases of one institution that belong together; of a duplicate, `other` is the main.

    Of a case split off another, `other` is the one it was a part of.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=RelationKind.choices)
    related_at = models.DateTimeField()

    class Meta:
        """Two cases are related once, whichever was named first, and none to itself."""

        constraints = [
            models.UniqueConstraint(
                Least("case", "other"), Greatest("case", "other"), name="relation_once"
            ),
            models.CheckConstraint(condition=~Q(case=F("other")), name="relation_of_two"),
        ]
