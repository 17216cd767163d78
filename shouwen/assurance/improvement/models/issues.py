"""Issues: what was found wrong, and how it was put right (HB-4.3-01..07)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shouwen.assurance.improvement.models.causes import Cause
from shouwen.ground.kernel.fields import PublicIdField

TITLE_MAX_CHARACTERS = 80
TEXT_MAX_CHARACTERS = 2000


class IssueState(models.TextChoices):
    """How far an issue is; the same words as `rules.issues.State`."""

    FOUND = "FOUND", pgettext_lazy("issue", "Found")
    REPORTED = "REPORTED", pgettext_lazy("issue", "Reported")
    RECTIFYING = "RECTIFYING", pgettext_lazy("issue", "Being rectified")
    RECTIFIED = "RECTIFIED", pgettext_lazy("issue", "Rectified")
    ACCEPTED = "ACCEPTED", pgettext_lazy("issue", "Accepted")
    EVALUATED = "EVALUATED", pgettext_lazy("issue", "Effect evaluated")
    CLOSED = "CLOSED", pgettext_lazy("issue", "Closed")


class IssueAct(models.TextChoices):
    """What was done to an issue; the same words as `rules.issues.Act`."""

    RAISE = "RAISE", pgettext_lazy("issue act", "Recorded")
    REPORT = "REPORT", pgettext_lazy("issue act", "Reported")
    ASSIGN = "ASSIGN", pgettext_lazy("issue act", "Assigned")
    RECTIFY = "RECTIFY", pgettext_lazy("issue act", "Report handed in")
    ACCEPT = "ACCEPT", pgettext_lazy("issue act", "Accepted")
    SEND_BACK = "SEND_BACK", pgettext_lazy("issue act", "Sent back")
    EVALUATE = "EVALUATE", pgettext_lazy("issue act", "Effect evaluated")
    CLOSE = "CLOSE", pgettext_lazy("issue act", "Closed")
    REOPEN = "REOPEN", pgettext_lazy("issue act", "Reopened")
    MAJOR = "MAJOR", pgettext_lazy("issue act", "Marked as major")
    MEET = "MEET", pgettext_lazy("issue act", "Special meeting held")
    MEASURE = "MEASURE", pgettext_lazy("issue act", "Measure given to somebody")
    RETRACT = "RETRACT", pgettext_lazy("issue act", "Taken back")
    HAND_OVER = "HAND_OVER", pgettext_lazy("issue act", "Handed over by a leaver")


class Caller(models.TextChoices):
    """Who calls the special meeting of a major issue (HB-4.3-06)."""

    HEAD_OFFICE = "HEAD_OFFICE", pgettext_lazy("issue meeting", "Head office")
    BRANCH = "BRANCH", pgettext_lazy("issue meeting", "Branch")


class Scope(models.TextChoices):
    """Whose problem it is (HB-4.3-01)."""

    INTERNAL = "INTERNAL", pgettext_lazy("issue scope", "Internal")
    EXTERNAL = "EXTERNAL", pgettext_lazy("issue scope", "External")


# The states that nobody reaches without a rectification report (HB-4.3-04).
WITH_REPORT = ("RECTIFIED", "ACCEPTED", "EVALUATED", "CLOSED")


class Issue(models.Model):
    """One issue in its present round; what earlier rounds did stands in its entries."""

    public_id = PublicIdField(prefix="issue")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.CharField(max_length=TITLE_MAX_CHARACTERS)
    description = models.CharField(max_length=TEXT_MAX_CHARACTERS)
    scope = models.CharField(max_length=8, choices=Scope.choices)
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    complaint = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=IssueState.choices, default=IssueState.FOUND)
    # 1 when it was found first; one more each time it returned.
    round = models.PositiveSmallIntegerField(default=1)
    # Counts every change; a guarded update on it says who was first.
    version = models.PositiveIntegerField(default=0)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    found_at = models.DateTimeField()
    unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # What counts as put right, and how that is checked (HB-4.3-05).
    standard = models.CharField(max_length=TEXT_MAX_CHARACTERS, blank=True)
    acceptance = models.CharField(max_length=TEXT_MAX_CHARACTERS, blank=True)
    report = models.CharField(max_length=TEXT_MAX_CHARACTERS, blank=True)
    rectified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    rectified_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # From which day on its effect can be judged (HB-4.3-07).
    effect_on = models.DateField(null=True, blank=True)
    evaluated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    is_effective = models.BooleanField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # A major issue is put right by the plan of a special meeting in its present round (HB-4.3-06).
    is_major = models.BooleanField(default=False)
    met_on = models.DateField(null=True, blank=True)

    class Meta:
        """No end without a report, of a major one without its meeting; nobody accepts their own."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=WITH_REPORT)
                | (~Q(report="") & Q(rectified_by__isnull=False)),
                name="issue_past_rectifying_has_report",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True)
                | (~Q(accepted_by=F("rectified_by")) & ~Q(accepted_by=F("owner"))),
                name="issue_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(evaluated_by__isnull=True)
                | (~Q(evaluated_by=F("rectified_by")) & ~Q(evaluated_by=F("owner"))),
                name="issue_evaluated_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="CLOSED") | Q(is_effective=True, closed_at__isnull=False),
                name="issue_closed_had_effect",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_REPORT) | Q(is_major=False) | Q(met_on__isnull=False),
                name="issue_major_has_met",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="issue_newest"),
            models.Index(fields=["institution", "state", "-id"], name="issue_by_state"),
        ]


class IssueEntry(models.Model):
    """One act on an issue, in its order: who, when, what they said. Written once."""

    issue = models.ForeignKey(
        Issue, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    sequence = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=10, choices=IssueAct.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    words = models.CharField(max_length=TEXT_MAX_CHARACTERS, blank=True)
    # Of an entry that takes another back: which one. Both stay in the story.
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )

    class Meta:
        """The story's order is certain."""

        constraints = [
            models.UniqueConstraint(fields=["issue", "sequence"], name="issue_entry_once")
        ]


class IssueMeeting(models.Model):
    """The special meeting of a major issue: who called it, who took part, what was decided.

    Written once; a wrong one is taken back by an entry and another recorded.
    """

    entry = models.OneToOneField(IssueEntry, on_delete=models.PROTECT, related_name="meeting")
    called_by = models.CharField(max_length=11, choices=Caller.choices)
    held_on = models.DateField()
    people = models.CharField(max_length=TEXT_MAX_CHARACTERS)
    plan = models.CharField(max_length=TEXT_MAX_CHARACTERS)


class IssueMeasure(models.Model):
    """One measure of a plan, in somebody's name, until a day; taken back by an entry."""

    public_id = PublicIdField(prefix="meas")
    entry = models.OneToOneField(IssueEntry, on_delete=models.PROTECT, related_name="measure")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="measures")
    round = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=TEXT_MAX_CHARACTERS)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    # Empty while it counts.
    retracted_at = models.DateTimeField(null=True, blank=True)
