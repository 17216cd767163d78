"""Who was asked by which survey, what they answered, and how often one person is asked."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from shouwen.assurance.satisfaction.models.campaigns import CampaignRun
from shouwen.assurance.satisfaction.models.surveys import SurveyQuestion, SurveyVersion
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.staff.models import Institution

DIGEST_CHARACTERS = 64


class AskedBy(models.TextChoices):
    """By what way somebody was asked."""

    CHAT = "CHAT"
    LINK = "LINK"
    MAIL = "MAIL"


class AskedAbout(models.TextChoices):
    """What somebody was asked about; of a campaign the reference is that of who was drawn."""

    CONTACT = "contact"
    CASE = "case"
    CAMPAIGN = "campaign"


class Invitation(models.Model):
    """One person asked once, about a contact or case or in a campaign's run, by one wording.

    Only the digest of the link's token is kept; a new link takes the place of the one before.
    """

    DATA_CLASSES = {"asked_ref": "C1", "digest": "C1", "subject_ref": "C1"}

    public_id = PublicIdField(prefix="inv")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=8, choices=AskedAbout.choices)
    subject_ref = models.CharField(max_length=48)
    run = models.ForeignKey(
        CampaignRun, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Who was asked: the customer, or the visit of somebody unknown.
    asked_ref = models.CharField(max_length=64)
    way = models.CharField(max_length=4, choices=AskedBy.choices)
    digest = models.CharField(max_length=DIGEST_CHARACTERS, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """A contact or a case is asked about once."""

        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_ref"], name="invitation_once"),
            models.CheckConstraint(
                condition=Q(subject_kind__in=AskedAbout.values), name="invitation_subject_known"
            ),
            models.CheckConstraint(condition=Q(way__in=AskedBy.values), name="invitation_way"),
            models.CheckConstraint(
                condition=Q(subject_kind="campaign", run__isnull=False)
                | (~Q(subject_kind="campaign") & Q(run__isnull=True)),
                name="invitation_of_run",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "asked_ref", "asked_at"], name="invitation_person"),
            models.Index(fields=["version", "asked_at"], name="invitation_of_version"),
            models.Index(
                fields=["run", "answered_at"],
                condition=Q(run__isnull=False),
                name="invitation_by_run",
            ),
        ]

    def is_open(self, at: datetime) -> bool:
        """Whether it can still be answered at this moment."""
        return self.answered_at is None and self.expires_at > at


class SurveyAnswer(SealedModel):
    """One question of one invitation answered: by a number, or in words, which are sealed."""

    public_id = PublicIdField(prefix="sans")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(SurveyQuestion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(null=True)
    words = SealedTextField(data_class="C2", kind="text", null=True)
    answered_at = models.DateTimeField()

    class Meta:
        """A question is answered once; a number or words, never both."""

        constraints = [
            models.UniqueConstraint(fields=["invitation", "question"], name="survey_answer_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(words__isnull=True),
                name="survey_answer_either",
            ),
        ]
        indexes = [
            models.Index(fields=["question", "answered_at", "number"], name="survey_answer_sum")
        ]

    def seal_subject(self) -> str:
        """Name whose data key seals the words."""
        return f"institution:{self.invitation.institution_id}"


class SurveyLimit(models.Model):
    """How often at most an institution asks one person: `most` times in `days`."""

    institution = models.OneToOneField(Institution, on_delete=models.PROTECT, related_name="+")
    most = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        """Asking nobody is done by setting surveys aside, not by a limit."""

        constraints = [
            models.CheckConstraint(
                condition=Q(most__gte=1, days__gte=1), name="survey_limit_positive"
            ),
        ]
