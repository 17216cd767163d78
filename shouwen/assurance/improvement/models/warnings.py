"""Early warning: thresholds that an institution sets, and the warnings they raised (CG-5.3-01)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.assurance.improvement.rules.warnings import (
    MOST_DAYS,
    MOST_HOURS,
    MOST_PER_MILLE,
    MOST_PERCENT,
    PER_CONTACT,
)
from shouwen.ground.kernel.fields import PublicIdField

KEY_MAX_CHARACTERS = 60
NAME_MAX_CHARACTERS = 120
PLAN_MAX_CHARACTERS = 2000


class Measure(models.TextChoices):
    """What a threshold is compared with; the same words as `rules.warnings.Measure`."""

    COUNT = "COUNT", pgettext_lazy("early warning", "Complaints")
    SHARE = "SHARE", pgettext_lazy("early warning", "Share in percent")
    RATE = "RATE", pgettext_lazy("early warning", "Complaints in 1,000 contacts")


class Threshold(models.Model):
    """One threshold of an institution. Never changed: it is retired, and another set.

    `figure` is a figure of the report; `key` the one value watched, empty for each of them.
    """

    public_id = PublicIdField(prefix="threshold")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    figure = models.CharField(max_length=20)
    key = models.CharField(max_length=KEY_MAX_CHARACTERS, blank=True)
    # What the value was called when it was set.
    zh = models.CharField(max_length=NAME_MAX_CHARACTERS, blank=True)
    en = models.CharField(max_length=NAME_MAX_CHARACTERS, blank=True)
    measure = models.CharField(max_length=5, choices=Measure.choices)
    # Complaints, percent of all received, or complaints in 1,000 contacts; what is above warns.
    most = models.PositiveIntegerField()
    # Complaints received in these days, or contacts, before a share or a rate means anything.
    least = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField()
    # Within how many hours somebody takes note, and which unit is in charge (CG-5.3-03).
    answer_hours = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Of one kind there is one that counts; a share has a hundred percent at most.

        A rate is told where contacts are counted: for the whole, and by business category.
        """

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "figure", "key", "measure", "days"],
                condition=Q(retired_at__isnull=True),
                name="threshold_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(measure="COUNT")
                | (Q(measure="SHARE", most__lt=MOST_PERCENT) & ~Q(figure="received"))
                | Q(measure="RATE", most__lt=MOST_PER_MILLE, figure__in=PER_CONTACT),
                name="threshold_share_of_something",
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, days__gte=1, answer_hours__gte=1)
                & Q(days__lte=MOST_DAYS, answer_hours__lte=MOST_HOURS),
                name="threshold_within_bounds",
            ),
        ]


class EarlyWarning(models.Model):
    """That a threshold was crossed, with the figures of that moment, and who took note of it.

    While the figure stays above, `ended_at` is empty and the same threshold warns no second time.
    """

    public_id = PublicIdField(prefix="warning")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    threshold = models.ForeignKey(Threshold, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=KEY_MAX_CHARACTERS, blank=True)
    zh = models.CharField(max_length=NAME_MAX_CHARACTERS, blank=True)
    en = models.CharField(max_length=NAME_MAX_CHARACTERS, blank=True)
    # How many, out of all received (of a rate: out of the contacts) from `first` to `last`.
    count = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    first = models.DateField()
    last = models.DateField()
    raised_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # What is done about it, and what is said to customers (SN-43-01).
    plan = models.CharField(max_length=PLAN_MAX_CHARACTERS, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A crossing warns once; whoever takes note says what is done."""

        constraints = [
            models.UniqueConstraint(
                fields=["threshold", "key"],
                condition=Q(ended_at__isnull=True),
                name="early_warning_once",
            ),
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, noted_by__isnull=True, plan="")
                | (Q(noted_at__isnull=False, noted_by__isnull=False) & ~Q(plan="")),
                name="early_warning_noted_with_a_plan",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="early_warning_newest"),
            models.Index(
                fields=["institution", "-id"],
                condition=Q(noted_at__isnull=True),
                name="early_warning_waiting",
            ),
        ]
