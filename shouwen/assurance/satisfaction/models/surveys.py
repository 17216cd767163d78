"""Surveys as data: what is asked, in versions that stay as they were sent."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.policy.words import is_chinese
from shouwen.people.staff.models import Institution, Person


class SurveyKind(models.TextChoices):
    """When a survey is sent."""

    CONTACT = rules.CONTACT, pgettext_lazy("survey", "After a conversation")
    CASE = rules.CASE, pgettext_lazy("survey", "After a case")
    CAMPAIGN = rules.CAMPAIGN, pgettext_lazy("survey", "Campaign")


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SCALE5 = rules.SCALE5, _("Scale 1 to 5")
    SCALE10 = rules.SCALE10, _("Scale 0 to 10")
    YES_NO = rules.YES_NO, _("Yes or no")
    CHOICE = rules.CHOICE, _("One of several")
    TEXT = rules.TEXT, _("In own words")


class Dimension(models.TextChoices):
    """What a question measures; those of OM-4.3-02 and of CG-4.3-01 among them."""

    OVERALL = "OVERALL", pgettext_lazy("dimension", "Overall satisfaction")
    SOLVED = "SOLVED", pgettext_lazy("dimension", "Solved or not")
    ATTITUDE = "ATTITUDE", pgettext_lazy("dimension", "Attitude")
    SPEED = "SPEED", pgettext_lazy("dimension", "Response speed")
    SOLUTION = "SOLUTION", pgettext_lazy("dimension", "Efficiency and quality of the solution")
    ACCURACY = "ACCURACY", pgettext_lazy("dimension", "Accuracy")
    TIMELINESS = "TIMELINESS", pgettext_lazy("dimension", "Timeliness (complaint)")
    EFFECT = "EFFECT", pgettext_lazy("dimension", "Effect of the solution (complaint)")
    COMMUNICATION = "COMMUNICATION", pgettext_lazy("dimension", "Communication (complaint)")
    FOLLOW_UP = "FOLLOW_UP", pgettext_lazy("dimension", "Follow-up (complaint)")


class VersionState(models.TextChoices):
    """Whether a version is still being worded."""

    DRAFT = "DRAFT", pgettext_lazy("survey", "Draft")
    PUBLISHED = "PUBLISHED", pgettext_lazy("survey", "Published")


class Survey(models.Model):
    """One survey of an institution; what it asks stands in its versions."""

    public_id = PublicIdField(prefix="srv")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=SurveyKind.choices)
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """After a contact and after a case one survey is sent, not several."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind"],
                condition=Q(is_active=True, kind__in=sorted(rules.ONE_OF_A_KIND)),
                name="survey_one_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SurveyKind.values), name="survey_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["institution", "is_active", "-id"], name="survey_newest")]


class SurveyVersion(models.Model):
    """One wording of a survey; once published it is never changed, so answers keep their question.

    It counts from `active_from` (a Shanghai day) until a later version does.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=VersionState.choices, default=VersionState.DRAFT)
    name_zh = models.CharField(max_length=rules.NAME_CHARACTERS)
    name_en = models.CharField(max_length=rules.NAME_CHARACTERS)
    intro_zh = models.CharField(max_length=rules.INTRO_CHARACTERS, blank=True)
    intro_en = models.CharField(max_length=rules.INTRO_CHARACTERS, blank=True)
    window_days = models.PositiveSmallIntegerField()
    # The clause by which the window was bounded.
    clause = models.CharField(max_length=24)
    active_from = models.DateField(null=True)
    worded_at = models.DateTimeField()
    worded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """One draft at a time; what is published has its first day."""

        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_version_number"),
            models.UniqueConstraint(
                fields=["survey"], condition=Q(state="DRAFT"), name="survey_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", active_from__isnull=True, published_at__isnull=True)
                | Q(state="PUBLISHED", active_from__isnull=False, published_at__isnull=False),
                name="survey_published_from",
            ),
        ]
        indexes = [
            models.Index(
                fields=["survey", "-active_from", "-number"],
                condition=Q(state="PUBLISHED"),
                name="survey_in_force",
            )
        ]

    @property
    def name(self) -> str:
        """The survey's name, in the reader's language."""
        return self.name_zh if is_chinese() else self.name_en

    @property
    def intro(self) -> str:
        """What stands above the questions, in the reader's language; may be empty."""
        return self.intro_zh if is_chinese() else self.intro_en

    @property
    def is_draft(self) -> bool:
        """Whether it may still be worded."""
        return self.state == VersionState.DRAFT


class SurveyQuestion(models.Model):
    """One question of one version."""

    version = models.ForeignKey(SurveyVersion, on_delete=models.CASCADE, related_name="questions")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=QuestionKind.choices)
    dimension = models.CharField(max_length=13, choices=Dimension.choices, blank=True)
    is_required = models.BooleanField(default=False)
    words_zh = models.CharField(max_length=rules.QUESTION_CHARACTERS)
    words_en = models.CharField(max_length=rules.QUESTION_CHARACTERS)
    # Each choice as its Chinese and its English.
    choices: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        """A version's questions stand in one order, and measure each thing once."""

        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["version", "place"], name="survey_question_place"),
            models.UniqueConstraint(
                fields=["version", "dimension"],
                condition=~Q(dimension=""),
                name="survey_dimension_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="survey_question_kind"
            ),
        ]

    @property
    def words(self) -> str:
        """The question, in the reader's language."""
        return self.words_zh if is_chinese() else self.words_en

    @property
    def choice_words(self) -> list[str]:
        """What is to be chosen from, in the reader's language."""
        return [pair[0 if is_chinese() else 1] for pair in self.choices]
