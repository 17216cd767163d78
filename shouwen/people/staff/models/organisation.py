"""Institutions and their tree of units."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.fields import PublicIdField


def in_reader_language(name_zh: str, name_en: str) -> str:
    """Pick the name in the reader's language; the Chinese one when no English one is kept."""
    if (get_language() or "").startswith("en") and name_en:
        return name_en
    return name_zh


class InstitutionKind(models.TextChoices):
    """What sort of licence the institution holds."""

    BANK = "BANK", _("Bank")
    INSURER = "INSURER", _("Insurer")
    SECURITIES = "SECURITIES", _("Securities company")
    CREDIT = "CREDIT", _("Credit company")
    OTHER = "OTHER", _("Other institution")


class Institution(models.Model):
    """One licensed institution served by this centre; nothing crosses from one to another."""

    DATA_CLASSES = {"code": "C1", "name_zh": "C1", "name_en": "C1"}

    public_id = PublicIdField(prefix="inst")
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=InstitutionKind.choices)
    founded_at = models.DateTimeField()

    class Meta:
        """Every institution has a known kind."""

        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=InstitutionKind.values), name="institution_kind_known"
            ),
        ]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)


class Unit(models.Model):
    """One department, branch or team. `path` lists the ids from the root to itself: `1/4/9/`."""

    DATA_CLASSES = {"name_zh": "C1", "name_en": "C1", "path": "C1"}

    public_id = PublicIdField(prefix="unit")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    path = models.CharField(max_length=200, unique=True)
    depth = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Sisters bear different names; a root is at depth 0 and everything else below it."""

        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_zh"],
                condition=Q(parent__isnull=False),
                name="unit_name_among_sisters",
            ),
            models.UniqueConstraint(
                fields=["institution", "name_zh"],
                condition=Q(parent__isnull=True),
                name="unit_name_among_roots",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=0) | Q(parent__isnull=False, depth__gt=0),
                name="unit_depth_fits_parent",
            ),
        ]
        indexes = [models.Index(fields=["institution", "path"], name="unit_tree")]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)

    @property
    def levels(self) -> range:
        """As many steps as the unit stands below its root, for an indented list."""
        return range(self.depth)
