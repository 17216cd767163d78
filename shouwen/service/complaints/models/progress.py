"""What a complainant is told of the progress of their complaint, milestone by milestone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints.models.complaint import Complaint


class ProgressMilestone(models.TextChoices):
    """What was reached; the same words as `rules.progress.Milestone`."""

    ACCEPTED = "ACCEPTED", pgettext_lazy("milestone", "Accepted")
    STARTED = "STARTED", pgettext_lazy("milestone", "Investigation begun")
    PLANNED = "PLANNED", pgettext_lazy("milestone", "Plan agreed")
    HANDLED = "HANDLED", pgettext_lazy("milestone", "Handled")
    WAITING = "WAITING", pgettext_lazy("milestone", "Waits for the complainant")
    RESUMED = "RESUMED", pgettext_lazy("milestone", "Worked on again")
    REOPENED = "REOPENED", pgettext_lazy("milestone", "Taken up again")


class ProgressState(models.TextChoices):
    """What became of it."""

    DUE = "DUE", pgettext_lazy("progress", "To be told")
    SENT = "SENT", pgettext_lazy("progress", "Sent")
    TOLD = "TOLD", pgettext_lazy("progress", "Told by a person")
    UNREACHED = "UNREACHED", pgettext_lazy("progress", "Not told")
    COVERED = "COVERED", pgettext_lazy("progress", "Covered by what came after")


class ProgressWhy(models.TextChoices):
    """Why no letter goes by itself; the same words as `rules.progress.Why`."""

    REFUSED = "REFUSED", pgettext_lazy("progress", "does not want to be told this way")
    NO_WAY = "NO_WAY", pgettext_lazy("progress", "left no way to be reached")
    GROUP = "GROUP", pgettext_lazy("progress", "others speak for the group")
    ADDRESS = "ADDRESS", pgettext_lazy("progress", "the address takes no messages")
    AWAY = "AWAY", pgettext_lazy("progress", "nothing was taken for a day")


TOLD_STATES = ("SENT", "TOLD")


class ProgressNotice(SealedModel):
    """One milestone of one complaint, by which way it is told and what became of that.

    `by_hand` asks a person to tell it; all others are messages that a loop sends. `words` is what
    a person said, `letter_version` which words a letter had.
    """

    public_id = PublicIdField(prefix="cprg")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="progress")
    milestone = models.CharField(max_length=10, choices=ProgressMilestone.choices)
    reached_at = models.DateTimeField()
    # The way they chose; `told_way` is how they were told in the end.
    channel = models.CharField(max_length=10, choices=ReplyBy.choices)
    state = models.CharField(max_length=10, choices=ProgressState.choices)
    by_hand = models.BooleanField()
    why = models.CharField(max_length=10, choices=ProgressWhy.choices, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_way = models.CharField(max_length=10, choices=ReplyBy.choices, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    words = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    letter_version = models.PositiveSmallIntegerField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True, blank=True)
    # What the carrier answered last: `taken`, or why not as its code; never its own words.
    answer = models.CharField(max_length=24, blank=True)

    class Meta:
        """What counts as told has its time and way."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TOLD_STATES, told_at__isnull=False) & ~Q(told_way="")
                | ~Q(state__in=TOLD_STATES) & Q(told_at__isnull=True, told_way=""),
                name="progress_told_when_and_how",
            ),
            models.CheckConstraint(
                condition=~Q(state="SENT") | Q(letter_version__isnull=False),
                name="progress_sent_in_known_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reached_at", "id"],
                condition=Q(state="DUE", by_hand=False),
                name="progress_letters_due",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref
