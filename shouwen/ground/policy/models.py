"""Tables of the policy room. Institutions live above, so they are plain numbers here."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from shouwen.ground.kernel.fields import PublicIdField


class PolicyRevision(models.Model):
    """One institution's policy token: it changes with every change, so that caches notice.

    `institution_id` 0 stands for what counts everywhere.
    """

    institution_id = models.BigIntegerField(unique=True)
    token = models.CharField(max_length=32)


class WorkSchedule(models.Model):
    """The worked periods of a week, for an institution or one of its queues.

    `weekly`: {"0": [["09:00", "12:00"], ["13:00", "18:00"]], …}, 0 is Monday.
    """

    institution_id = models.BigIntegerField()
    queue_code = models.CharField(max_length=60, blank=True)
    weekly = models.JSONField()

    class Meta:
        """One schedule per queue; the blank one serves every queue without its own."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "queue_code"], name="policy_schedule_once"
            )
        ]


class CalendarException(models.Model):
    """One date that differs: `periods` worked on it, or none for a day off.

    Without an institution it counts everywhere: a holiday decreed at short notice, or the
    arrangement of a year the calendar library does not hold yet.
    """

    institution_id = models.BigIntegerField(null=True)
    date = models.DateField()
    periods = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """One exception per date and institution."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "date"], name="policy_exception_once"
            ),
            models.UniqueConstraint(
                fields=["date"],
                condition=Q(institution_id__isnull=True),
                name="policy_exception_everywhere_once",
            ),
        ]


class PackAdoption(models.Model):
    """From `effective_at` the institution uses a pack whole, in part, or not at all.

    Rows are added, never changed: open matters keep what counted when they began.
    """

    class Extent(models.TextChoices):
        """How much of the pack counts."""

        WHOLE = "WHOLE"
        LISTED = "LISTED"
        NONE = "NONE"

    institution_id = models.BigIntegerField(db_index=True)
    pack = models.CharField(max_length=40)
    extent = models.CharField(max_length=8, choices=Extent.choices, default=Extent.WHOLE)
    effective_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80)


class ClauseSetting(models.Model):
    """A single clause set to bind, to be aimed at, or not to count; proposed and then approved.

    It counts from `effective_at` once a second person has approved it. `limit` gives the figure
    where the clause leaves it to the institution.
    """

    class Mode(models.TextChoices):
        """How the clause counts."""

        HARD = "HARD"
        TARGET = "TARGET"
        OFF = "OFF"

    public_id = PublicIdField(prefix="rule")
    institution_id = models.BigIntegerField(db_index=True)
    clause = models.CharField(max_length=40)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    limit = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=400)
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=80, blank=True)
    effective_at = models.DateTimeField(null=True)

    class Meta:
        """Two persons and a reason, always."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=models.F("proposed_by")), name="policy_setting_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(approved_by="", effective_at__isnull=True)
                | (~Q(approved_by="") & Q(effective_at__isnull=False)),
                name="policy_setting_counts_when_approved",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="policy_setting_has_reason"),
        ]


class HousePhrase(models.Model):
    """Words that one institution forbids beside those of the packs, until they are ended.

    `source` names the house's own rule behind it; `channel` is a family of channels, or blank for
    all. Rows are ended, never changed: what was forbidden when stays told.
    """

    public_id = PublicIdField(prefix="phrs")
    institution_id = models.BigIntegerField()
    phrase = models.CharField(max_length=40)
    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=8, blank=True)
    say_instead = models.CharField(max_length=200)
    source = models.CharField(max_length=60)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The same words are forbidden once at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "phrase"],
                condition=Q(ended_at__isnull=True),
                name="policy_phrase_once",
            )
        ]


class Clock(models.Model):
    """One duty with a time limit running on one subject.

    `due_at`, `clause`, `hard` and `candidates` are what the ledger last amounted to; `next_at` is
    the next moment the ticker has to look: a warning, or the due instant.
    """

    class State(models.TextChoices):
        """Where the clock stands."""

        RUNNING = "RUNNING"
        PAUSED = "PAUSED"
        STOPPED = "STOPPED"
        CANCELLED = "CANCELLED"

    public_id = PublicIdField(prefix="clock")
    institution_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=20)
    subject_ref = models.CharField(max_length=80)
    event = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    soon_at = models.DateTimeField()
    hard = models.BooleanField()
    clause = models.CharField(max_length=40, blank=True)
    candidates: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    pack_versions: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()
    policy_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    entry_count = models.PositiveIntegerField(default=1)

    class Meta:
        """One running clock per event and subject; the watch's indexes hold only what runs."""

        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_ref", "event"],
                condition=Q(state__in=["RUNNING", "PAUSED"]),
                name="policy_clock_runs_once",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_ref"], name="policy_clock_subject"),
            models.Index(
                fields=["next_at", "id"],
                condition=Q(state="RUNNING", next_at__isnull=False),
                name="policy_clock_next",
            ),
            models.Index(
                fields=["institution_id", "due_at"],
                condition=Q(state="RUNNING", hard=True),
                name="policy_clock_over",
            ),
            models.Index(
                fields=["institution_id", "soon_at", "due_at"],
                condition=Q(state="RUNNING", hard=True, breached_at__isnull=True),
                name="policy_clock_near",
            ),
            models.Index(
                fields=["institution_id"], condition=Q(state="PAUSED"), name="policy_clock_hold"
            ),
            models.Index(
                fields=["institution_id", "event", "due_at"],
                condition=Q(state__in=["RUNNING", "PAUSED"]),
                name="policy_clock_event",
            ),
            models.Index(
                fields=["institution_id", "event", "id"],
                condition=Q(state="STOPPED", hard=True)
                & (Q(breached_at__isnull=False) | Q(stopped_at__gt=models.F("due_at"))),
                name="policy_clock_met_late",
            ),
        ]


class ClockEntry(models.Model):
    """One line of a clock's ledger. Lines are added, never changed or removed."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    act = models.CharField(max_length=12)
    at = models.DateTimeField()
    trigger = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    clause = models.CharField(max_length=40, blank=True)
    set_due_at = models.DateTimeField(null=True)
    facts: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        null=True
    )
    actor = models.CharField(max_length=80)
    approved_by = models.CharField(max_length=80, blank=True)
    due_at = models.DateTimeField()

    class Meta:
        """The ledger's order is certain."""

        constraints = [
            models.UniqueConstraint(fields=["clock", "sequence"], name="policy_entry_once")
        ]
