"""What an institution sets for its complaints: grades of its own, and days."""

from __future__ import annotations

from django.db import models

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.policy.words import is_chinese


class ComplaintGrade(models.Model):
    """One grade of an institution (SN-44-01); `rank` 1 is the gravest."""

    public_id = PublicIdField(prefix="grade")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField()
    is_retired = models.BooleanField(default=False)

    class Meta:
        """A code and a rank are there once in an institution."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="grade_code_once"),
            models.UniqueConstraint(fields=["institution", "rank"], name="grade_rank_once"),
        ]

    @property
    def name(self) -> str:
        """The grade in the reader's language."""
        return self.name_zh if is_chinese() else self.name_en


class ComplaintSettings(models.Model):
    """What one institution sets; without a row the figures of `figures.toml` count."""

    institution = models.OneToOneField(
        "staff.Institution", on_delete=models.PROTECT, related_name="+"
    )
    repeat_days = models.PositiveSmallIntegerField()
    # Days after which a told complainant's silence stands for a yes; none is never. No document
    # speaks of it (conflict 46).
    silence_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Since when these days are set: who was told before could not know of them.
    silence_since = models.DateTimeField(null=True, blank=True)
    # Days in which who is held responsible may contest it; none is the figure. No document names
    # them.
    finding_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Up to which sum for one complaint a lead, and senior management, decide on redress; without
    # both the figures count. No document names a sum.
    redress_lead_fen = models.BigIntegerField(null=True, blank=True)
    redress_senior_fen = models.BigIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()
