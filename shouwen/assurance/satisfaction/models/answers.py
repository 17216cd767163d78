"""The tables of ratings and callbacks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction import rules
from shouwen.assurance.satisfaction.rules import calling
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel


class SubjectKind(models.TextChoices):
    """What is rated."""

    CONTACT = "contact"
    CASE = "case"


class Score(models.IntegerChoices):
    """The five answers, in the words that the customer sees."""

    VERY_DISSATISFIED = 1, _("Very dissatisfied")
    DISSATISFIED = 2, _("Dissatisfied")
    NEUTRAL = 3, _("Neutral")
    SATISFIED = 4, _("Satisfied")
    VERY_SATISFIED = 5, _("Very satisfied")


class Solved(models.TextChoices):
    """What the customer says about their question; HB-3.3-04 asks for it."""

    YES = "YES", _("Solved")
    UNDER_WAY = "UNDER_WAY", _("Still being worked on")
    NO = "NO", _("Not solved")
    UNSAID = "UNSAID", _("Not said")


def _score_range(name: str) -> Q:
    return Q(**{f"{name}__gte": rules.LOWEST_SCORE, f"{name}__lte": rules.HIGHEST_SCORE})


def _optional_score() -> models.PositiveSmallIntegerField[int | None, int | None]:
    return models.PositiveSmallIntegerField(null=True, choices=Score.choices)


class Rating(SealedModel):
    """One customer's answer about one contact or case; there is never a second one."""

    public_id = PublicIdField(prefix="rating")
    institution = models.ForeignKey("staff.Institution", on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=8, choices=SubjectKind.choices)
    subject_ref = models.CharField(max_length=48)
    score = models.PositiveSmallIntegerField(choices=Score.choices)
    attitude = _optional_score()
    speed = _optional_score()
    solution = _optional_score()
    accuracy = _optional_score()
    solved = models.CharField(max_length=10, choices=Solved.choices, default=Solved.UNSAID)
    comment = SealedTextField(data_class="C2", kind="text")
    given_at = models.DateTimeField()
    # The case by which a low rating is seen to.
    follow_up = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """One rating for a subject; every score within its range."""

        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_ref"], name="rating_once"),
            models.CheckConstraint(condition=_score_range("score"), name="rating_score_range"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | _score_range(name),
                    name=f"rating_{name}_range",
                )
                for name in rules.DIMENSIONS
            ),
            models.CheckConstraint(
                condition=Q(subject_kind__in=SubjectKind.values), name="rating_subject_known"
            ),
        ]
        indexes = [models.Index(fields=["institution", "given_at"], name="rating_by_time")]

    @property
    def is_satisfied(self) -> bool:
        """Whether this answer counts as satisfied."""
        return rules.is_satisfied(self.score)

    def seal_subject(self) -> str:
        """Name whose data key seals the comment."""
        return f"institution:{self.institution_id}"


class CallState(models.TextChoices):
    """How far a callback is; the same words as `rules.calling`."""

    SCHEDULED = calling.SCHEDULED, _("To be called")
    CALLING = calling.CALLING, _("Being called")
    REACHED = calling.REACHED, _("Reached")
    UNREACHABLE = calling.UNREACHABLE, _("No answer yet")
    RECORDED = calling.RECORDED, _("Put on record")


class Callback(SealedModel):
    """One customer to be called back about one closed case, and what they said (回访)."""

    public_id = PublicIdField(prefix="call")
    institution = models.ForeignKey("staff.Institution", on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("staff.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=CallState.choices, default=CallState.SCHEDULED)
    clause = models.CharField(max_length=24, blank=True)
    due_at = models.DateTimeField()
    caller = models.ForeignKey(
        "staff.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    # Put on record without a call, since the customer refuses them.
    is_unwanted = models.BooleanField(default=False)
    problem_confirmed = models.BooleanField(default=False)
    result_told = models.BooleanField(default=False)
    score = _optional_score()
    solved = models.CharField(max_length=10, choices=Solved.choices, default=Solved.UNSAID)
    suggestion = SealedTextField(data_class="C2", kind="text", null=True)
    scheduled_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        """Who was reached was asked everything; what is due is found without reading the rest."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CallState.values), name="callback_state_known"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | _score_range("score"),
                name="callback_score_range",
            ),
            models.CheckConstraint(
                condition=~Q(state=calling.RECORDED)
                | Q(reached_at__isnull=True)
                | Q(score__isnull=False, problem_confirmed=True, result_told=True),
                name="callback_record_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "due_at"],
                condition=~Q(state=calling.RECORDED),
                name="callback_due",
            ),
            models.Index(fields=["institution", "-recorded_at"], name="callback_recorded"),
        ]

    def seal_subject(self) -> str:
        """Name whose data key seals the suggestion."""
        return f"institution:{self.institution_id}"
