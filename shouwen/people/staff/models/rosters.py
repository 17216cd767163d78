"""Shifts, who works which of them on which day, and who is away."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models.organisation import Institution, Unit, in_reader_language
from shouwen.people.staff.models.people import Person


class Shift(models.Model):
    """One stretch of a day that people are planned for; one that ends before it begins ends on
    the next day."""

    DATA_CLASSES = {"name_zh": "C1", "name_en": "C1"}

    public_id = PublicIdField(prefix="shft")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, blank=True)
    begins = models.TimeField()
    ends = models.TimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The shifts in use bear different names."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name_zh"],
                condition=Q(closed_at__isnull=True),
                name="shift_name_once",
            ),
            models.CheckConstraint(condition=~Q(begins=F("ends")), name="shift_lasts"),
        ]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)


class Planned(models.Model):
    """One person planned for one shift on one day, for the unit they were in then."""

    public_id = PublicIdField(prefix="plan")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        """Nobody is planned twice for the same; read by unit and week, or by person."""

        constraints = [
            models.UniqueConstraint(fields=["person", "day", "shift"], name="planned_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="planned_lasts"),
        ]
        indexes = [
            models.Index(fields=["unit", "day"], name="planned_of_unit"),
            models.Index(fields=["person", "begins_at"], name="planned_of_person"),
        ]


class RosterWeek(models.Model):
    """One week of one unit's roster that has been published; before, only planners see it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    monday = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        """A week is published once; later changes count at once."""

        constraints = [models.UniqueConstraint(fields=["unit", "monday"], name="roster_week_once")]


class AbsenceKind(models.TextChoices):
    """Why somebody is away."""

    LEAVE = "LEAVE", pgettext_lazy("absence", "Leave")
    SICK = "SICK", pgettext_lazy("absence", "Sick leave")
    TRAINING = "TRAINING", pgettext_lazy("absence", "Training")
    OTHER = "OTHER", _("Other absence")


class Absence(models.Model):
    """One person away from one day through another, both counted."""

    public_id = PublicIdField(prefix="absn")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=AbsenceKind.choices)
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        """The last day is not before the first; who is away on a day is found by its end."""

        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AbsenceKind.values), name="absence_kind_known"
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="absence_lasts"),
        ]
        indexes = [models.Index(fields=["person", "to_on"], name="absence_of_person")]
