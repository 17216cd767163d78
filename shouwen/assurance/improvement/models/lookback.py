"""Look-back 回头看: customers asked once more whether it is really solved (CG-4.4-02)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.assurance.satisfaction.models import Score
from shouwen.ground.kernel.fields import PublicIdField

WORDS_MAX_CHARACTERS = 2000
TRIES_MOST = 99


class Why(models.TextChoices):
    """Why a customer is asked again."""

    SAMPLE = "SAMPLE", pgettext_lazy("look-back", "Drawn from closed complaints")
    SAME_CAUSE = "SAME_CAUSE", pgettext_lazy("look-back", "Hit by the same cause")


class Answer(models.TextChoices):
    """What came of asking."""

    SOLVED = "SOLVED", pgettext_lazy("look-back", "Solved")
    NOT_SOLVED = "NOT_SOLVED", pgettext_lazy("look-back", "Not solved")
    UNREACHED = "UNREACHED", pgettext_lazy("look-back", "Not reached")
    REFUSED = "REFUSED", pgettext_lazy("look-back", "Refuses callbacks")


# Who was reached was asked, and said how satisfied they are (HB-3.3-04).
REACHED = (Answer.SOLVED, Answer.NOT_SOLVED)


class FollowUp(models.Model):
    """One customer to be asked about one case; `source` is the complaint that led to them.

    Of a sample the case is the complaint's own.
    """

    public_id = PublicIdField(prefix="look")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    why = models.CharField(max_length=10, choices=Why.choices)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="+")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    drawn_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    score = models.PositiveSmallIntegerField(choices=Score.choices, null=True, blank=True)
    words = models.CharField(max_length=WORDS_MAX_CHARACTERS, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Nobody is asked twice about the same because of the same; what is done has an answer."""

        constraints = [
            models.UniqueConstraint(fields=["source", "case"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(answer="", done_at__isnull=True, done_by__isnull=True)
                | (~Q(answer="") & Q(done_at__isnull=False, done_by__isnull=False)),
                name="follow_up_done_with_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=REACHED, score__isnull=False)
                | (~Q(answer__in=REACHED) & Q(score__isnull=True)),
                name="follow_up_score_of_who_was_reached",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "answer", "-id"], name="follow_up_by_answer")
        ]
