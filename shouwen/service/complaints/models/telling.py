"""The result in writing, how the complainant was told, and what they say of the handling."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.complaints.models.complaint import Complaint

LEAST, MOST = 1, 5
DIMENSIONS = ("timeliness", "effect", "communication", "follow_up")


class Solved(models.TextChoices):
    """Whether the demand is met; the same words as `rules.notices.Solved`."""

    YES = "YES", pgettext_lazy("result", "The demand is met")
    PARTLY = "PARTLY", pgettext_lazy("result", "The demand is met in part")
    NO = "NO", pgettext_lazy("result", "The demand is not met")


class Title(models.TextChoices):
    """How the complainant is addressed; the same words as `rules.notices.Title`."""

    UNSAID = "UNSAID", pgettext_lazy("title", "Sir or Madam")
    MR = "MR", pgettext_lazy("title", "Mr")
    MS = "MS", pgettext_lazy("title", "Ms")
    BODY = "BODY", pgettext_lazy("title", "An organisation")


class Medium(models.TextChoices):
    """How the complainant was told; the same words as `rules.telling.Medium`."""

    PHONE = "PHONE", pgettext_lazy("told by", "Phone call")
    SMS = "SMS", pgettext_lazy("told by", "SMS")
    EMAIL = "EMAIL", pgettext_lazy("told by", "E-mail")
    LETTER = "LETTER", pgettext_lazy("told by", "Registered letter")
    HANDED = "HANDED", pgettext_lazy("told by", "Handed over in person")
    CHAT = "CHAT", pgettext_lazy("told by", "Online chat")
    PORTAL = "PORTAL", pgettext_lazy("told by", "Customer's page, after attempts")


class NoticeState(models.TextChoices):
    """How far a wording of notices is."""

    ASKED = "ASKED", pgettext_lazy("notice words", "Waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("notice words", "Approved")
    DECLINED = "DECLINED", pgettext_lazy("notice words", "Refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("notice words", "Taken back")
    EXPIRED = "EXPIRED", pgettext_lazy("notice words", "Not decided in time")


class NoticeWording(models.Model):
    """One version of an institution's own pieces of the notice; the newest approved one counts."""

    public_id = PublicIdField(prefix="nword")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.ASKED)
    opening = models.TextField()
    review = models.TextField()
    mediation = models.TextField()
    arbitration = models.TextField()
    court = models.TextField()
    closing = models.TextField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    approval_ref = models.CharField(max_length=48, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Numbers count on, one request at a time, two persons whatever code runs."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="notice_words_once"),
            models.UniqueConstraint(
                fields=["institution"], condition=Q(state="ASKED"), name="notice_words_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="notice_words_by_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED") | Q(decided_by__isnull=False),
                name="notice_words_approved_by_one",
            ),
        ]


class ResultNotice(SealedModel):
    """One issued notice. Never changed: a correction is another notice with the next number."""

    public_id = PublicIdField(prefix="notice")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="notices")
    sequence = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=40)
    solved = models.CharField(max_length=6, choices=Solved.choices)
    # Which version of the pieces it was built from.
    wording = models.CharField(max_length=24)
    # What the fixed words are rendered in after the Chinese, which is always there and decides.
    language = models.CharField(
        max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    text = SealedTextField(data_class="C2", kind="text")
    text_sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    pdf_sha256 = models.CharField(max_length=64)
    # Whose electronic seal the PDF bears, and the digest of its certificate; empty without one.
    seal_name = models.CharField(max_length=120, blank=True)
    seal_sha256 = models.CharField(max_length=64, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    issued_at = models.DateTimeField()

    class Meta:
        """A complaint's notices are numbered; a seal is told whole."""

        constraints = [
            models.UniqueConstraint(fields=["complaint", "sequence"], name="notice_number_once"),
            models.CheckConstraint(
                condition=Q(seal_name="", seal_sha256="") | (~Q(seal_name="") & ~Q(seal_sha256="")),
                name="notice_seal_whole",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref


class TellingAttempt(SealedModel):
    """One attempt at telling a complainant the result that did not reach them."""

    public_id = PublicIdField(prefix="try")
    notice = models.ForeignKey(ResultNotice, on_delete=models.PROTECT, related_name="attempts")
    medium = models.CharField(max_length=8, choices=Medium.choices)
    tried_at = models.DateTimeField()
    outcome = SealedTextField(data_class="C2", kind="text")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    class Meta:
        """Nothing is recorded before it happened."""

        constraints = [
            models.CheckConstraint(
                condition=Q(tried_at__lte=F("recorded_at")), name="attempt_not_ahead"
            )
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.notice.complaint.case.seal_ref


class TellingProof(SealedModel):
    """The proof that a complainant was told a result: when, how, and what shows it."""

    public_id = PublicIdField(prefix="told")
    notice = models.OneToOneField(ResultNotice, on_delete=models.PROTECT, related_name="proof")
    medium = models.CharField(max_length=8, choices=Medium.choices)
    told_at = models.DateTimeField()
    # Who signed, or the number or address it went to.
    receiver = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    # The number of the registered letter, or of the message at its gateway.
    reference = models.CharField(max_length=60, blank=True)
    said = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    # How many attempts, on how many days, had not reached the complainant before.
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt_days = models.PositiveSmallIntegerField(default=0)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    recorded_at = models.DateTimeField()

    class Meta:
        """What shows it is there, whatever code runs; nothing is recorded before it happened."""

        constraints = [
            models.CheckConstraint(
                condition=Q(told_at__lte=F("recorded_at")), name="telling_not_ahead"
            ),
            models.CheckConstraint(
                condition=~Q(medium="LETTER") | ~Q(reference=""), name="telling_letter_registered"
            ),
            models.CheckConstraint(
                condition=~Q(medium__in=("HANDED", "SMS", "EMAIL")) | Q(receiver__isnull=False),
                name="telling_received_by_one",
            ),
            models.CheckConstraint(
                condition=~Q(medium="PHONE") | Q(said__isnull=False), name="telling_call_has_words"
            ),
            models.CheckConstraint(
                condition=~Q(medium="PORTAL") | Q(attempts__gt=0), name="telling_portal_was_tried"
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.notice.complaint.case.seal_ref


def _score() -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(
        validators=[MinValueValidator(LEAST), MaxValueValidator(MOST)]
    )


class ComplaintRating(SealedModel):
    """What a complainant says of the handling, on the four dimensions of CG-4.3-01, 1 to 5.

    Each result that was told is rated once; figures count a complaint by its newest rating.
    """

    public_id = PublicIdField(prefix="crate")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="ratings")
    newest_of = models.OneToOneField(
        Complaint, on_delete=models.PROTECT, null=True, blank=True, related_name="rating"
    )
    # When the result was told that it is about.
    about_at = models.DateTimeField()
    timeliness = _score()
    effect = _score()
    communication = _score()
    follow_up = _score()
    comment = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    # How it was said to whoever entered it; empty where the complainant did it alone.
    channel = models.CharField(max_length=10, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    given_at = models.DateTimeField()

    class Meta:
        """Every score lies on the scale, and every result has one rating."""

        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "about_at"], name="complaint_rating_once_a_result"
            ),
            models.CheckConstraint(
                condition=Q(newest_of__isnull=True) | Q(newest_of=F("complaint")),
                name="complaint_rating_newest_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(
                    **{f"{name}__gte": LEAST for name in DIMENSIONS},
                    **{f"{name}__lte": MOST for name in DIMENSIONS},
                ),
                name="complaint_rating_on_scale",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.complaint.case.seal_ref
