"""Roll-ups: facts folded into quarter hours as they arrive."""

from __future__ import annotations

from django.db import models

from shouwen.people.staff.models import Institution


class Grain(models.TextChoices):
    """How long a stretch of time one row sums up; days and months are Shanghai's."""

    QUARTER = "QUARTER"
    HOUR = "HOUR"
    DAY = "DAY"
    MONTH = "MONTH"


class Rollup(models.Model):
    """What happened in one stretch of time on one queue and channel, in all or by one person.

    A row for everybody has no `person_ref`; such rows alone make up the totals, and their unit is
    the queue's or the case's. A person's row has the unit the person belonged to. Unit 0 is none.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    grain = models.CharField(max_length=7, choices=Grain.choices, default=Grain.QUARTER)
    of_person = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    unit_id = models.BigIntegerField(default=0)
    queue_code = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    person_ref = models.CharField(max_length=48, blank=True)

    queued = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    answered_in_time = models.PositiveIntegerField(default=0)
    abandoned = models.PositiveIntegerField(default=0)
    wait_seconds = models.FloatField(default=0)
    replied = models.PositiveIntegerField(default=0)
    reply_seconds = models.FloatField(default=0)
    ended = models.PositiveIntegerField(default=0)
    handle_seconds = models.FloatField(default=0)
    solved_at_once = models.PositiveIntegerField(default=0)
    wrapped_up = models.PositiveIntegerField(default=0)
    wrap_up_seconds = models.FloatField(default=0)
    cases_opened = models.PositiveIntegerField(default=0)
    cases_closed = models.PositiveIntegerField(default=0)
    cases_objected = models.PositiveIntegerField(default=0)
    open_seconds = models.FloatField(default=0)
    effort_seconds = models.FloatField(default=0)
    dispatched = models.PositiveIntegerField(default=0)
    dispatched_once = models.PositiveIntegerField(default=0)
    records_checked = models.PositiveIntegerField(default=0)
    records_complete = models.PositiveIntegerField(default=0)
    rated = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0)
    score_5 = models.PositiveIntegerField(default=0)
    score_4 = models.PositiveIntegerField(default=0)
    score_3 = models.PositiveIntegerField(default=0)
    score_low = models.PositiveIntegerField(default=0)
    score_sum = models.PositiveIntegerField(default=0)
    clocks_met = models.PositiveIntegerField(default=0)
    clocks_breached = models.PositiveIntegerField(default=0)
    nonvoice_met = models.PositiveIntegerField(default=0)
    nonvoice_late = models.PositiveIntegerField(default=0)
    feedback_met = models.PositiveIntegerField(default=0)
    feedback_late = models.PositiveIntegerField(default=0)
    # Justified complaints by share, in hundredths: what several are held for adds up to a hundred.
    held_percent = models.PositiveIntegerField(default=0)
    accountable_percent = models.PositiveIntegerField(default=0)

    class Meta:
        """One row for each stretch of time and view."""

        constraints = [
            models.UniqueConstraint(
                fields=[
                    "institution",
                    "grain",
                    "person_ref",
                    "starts_at",
                    "queue_code",
                    "channel",
                    "unit_id",
                ],
                name="rollup_once",
            ),
            models.CheckConstraint(
                condition=models.Q(of_person=True) ^ models.Q(person_ref=""),
                name="rollup_of_person_names_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "grain", "of_person", "starts_at"], name="rollup_window"
            ),
        ]


class CategoryRollup(models.Model):
    """What happened to cases of one third-level category in one stretch of time, by unit.

    `classified` counts how often the category was chosen. Unit 0 is none.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    grain = models.CharField(max_length=7, choices=Grain.choices, default=Grain.HOUR)
    starts_at = models.DateTimeField()
    category_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(default=0)

    classified = models.PositiveIntegerField(default=0)
    cases_closed = models.PositiveIntegerField(default=0)
    cases_objected = models.PositiveIntegerField(default=0)
    open_seconds = models.FloatField(default=0)
    effort_seconds = models.FloatField(default=0)
    dispatched = models.PositiveIntegerField(default=0)
    dispatched_once = models.PositiveIntegerField(default=0)
    records_checked = models.PositiveIntegerField(default=0)
    records_complete = models.PositiveIntegerField(default=0)
    rated = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0)
    score_sum = models.PositiveIntegerField(default=0)
    clocks_met = models.PositiveIntegerField(default=0)
    clocks_breached = models.PositiveIntegerField(default=0)

    class Meta:
        """One row for each stretch of time, category and unit."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "grain", "starts_at", "category_id", "unit_id"],
                name="category_rollup_once",
            ),
        ]


class HeldShare(models.Model):
    """What is counted of one complaint against one person, or against a unit as a whole.

    `what` is "finding", or the id of who was found accountable; `percent` its share of a hundred.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    complaint_id = models.BigIntegerField()
    what = models.CharField(max_length=48)
    person_ref = models.CharField(max_length=48, blank=True)
    unit_id = models.BigIntegerField()
    percent = models.PositiveSmallIntegerField()
    # When the complaint came in, which is the time it counts for.
    counted_at = models.DateTimeField()
    channel = models.CharField(max_length=20, blank=True)

    class Meta:
        """Nobody is counted twice for one statement."""

        constraints = [
            models.UniqueConstraint(
                fields=["complaint_id", "what", "person_ref", "unit_id"], name="held_share_once"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-counted_at"], name="held_share_newest"),
        ]


NOT_COUNTERS = {
    "id",
    "institution",
    "grain",
    "of_person",
    "starts_at",
    "queue_code",
    "channel",
    "person_ref",
    "unit_id",
    "category_id",
}


def counters_of(table: type[models.Model]) -> tuple[str, ...]:
    """Name the columns of a table that are summed."""
    return tuple(
        field.name for field in table._meta.concrete_fields if field.name not in NOT_COUNTERS
    )
