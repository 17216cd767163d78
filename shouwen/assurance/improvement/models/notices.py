"""Who was told of early warnings: notices in the system, letters to departments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.assurance.improvement.models.issues import Issue
from shouwen.assurance.improvement.models.warnings import EarlyWarning
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedText, SealedTextField
from shouwen.ground.vault.models import SealedModel

CODE_MAX_CHARACTERS = 24
EVENT_MAX_CHARACTERS = 40


class Notice(models.Model):
    """That somebody was told in the system, and when they had seen it.

    Told of an early warning, or that the limit `event` of an issue, due at `due_at`, is near.
    """

    public_id = PublicIdField(prefix="told")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    warning = models.ForeignKey(
        EarlyWarning,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        db_index=False,
    )
    issue = models.ForeignKey(
        Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    event = models.CharField(max_length=EVENT_MAX_CHARACTERS, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A person is told of one warning once, and of one limit once."""

        constraints = [
            models.UniqueConstraint(fields=["warning", "person"], name="notice_of_warning_once"),
            models.UniqueConstraint(
                fields=["issue", "event", "due_at", "person"],
                condition=Q(issue__isnull=False),
                name="notice_of_limit_once",
            ),
            models.CheckConstraint(
                condition=Q(warning__isnull=False, issue__isnull=True, event="")
                | (Q(warning__isnull=True, issue__isnull=False) & ~Q(event="")),
                name="notice_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_newest"),
            models.Index(
                fields=["person"], condition=Q(seen_at__isnull=True), name="notice_unseen"
            ),
        ]


class WarningWay(models.TextChoices):
    """By what a department is told beside the system itself (CG-5.3-02)."""

    EMAIL = "EMAIL", pgettext_lazy("early warning", "E-mail")
    PHONE = "PHONE", pgettext_lazy("early warning", "Text message")


class WarningAddress(SealedModel):
    """Where a department is told of early warnings; without a unit, of those of the whole house.

    Never changed: it is taken out, and another set.
    """

    public_id = PublicIdField(prefix="wadr")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    way = models.CharField(max_length=5, choices=WarningWay.choices)
    email = SealedTextField(data_class="C2", kind="email", null=True)
    phone = SealedTextField(data_class="C2", kind="phone", null=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A department has one address that counts for each way."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "unit", "way"],
                condition=Q(retired_at__isnull=True, unit__isnull=False),
                name="warning_address_of_unit",
            ),
            models.UniqueConstraint(
                fields=["institution", "way"],
                condition=Q(retired_at__isnull=True, unit__isnull=True),
                name="warning_address_of_house",
            ),
            models.CheckConstraint(
                condition=Q(way="EMAIL", email__isnull=False, phone__isnull=True)
                | Q(way="PHONE", email__isnull=True, phone__isnull=False),
                name="warning_address_by_its_way",
            ),
        ]

    def seal_subject(self) -> str:
        """The address of a department is the institution's, not a customer's."""
        return f"institution:{self.institution_id}"

    @property
    def address(self) -> SealedText | None:
        """The address itself, masked when shown."""
        return self.email if self.way == WarningWay.EMAIL else self.phone


class LetterState(models.TextChoices):
    """How far a letter of an early warning is."""

    DUE = "DUE", pgettext_lazy("warning letter", "On its way")
    SENT = "SENT", pgettext_lazy("warning letter", "Sent")
    FAILED = "FAILED", pgettext_lazy("warning letter", "Not delivered")


class WarningLetter(models.Model):
    """One early warning to one address: due until it was taken, refused for good, or too late.

    `why` is one of our own words or the carrier's numbers, never its words.
    """

    public_id = PublicIdField(prefix="wlet")
    warning = models.ForeignKey(
        EarlyWarning, on_delete=models.PROTECT, related_name="letters", db_index=False
    )
    to = models.ForeignKey(
        WarningAddress, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=6, choices=LetterState.choices, default=LetterState.DUE)
    why = models.CharField(max_length=CODE_MAX_CHARACTERS, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An address is told of one warning once."""

        constraints = [
            models.UniqueConstraint(fields=["warning", "to"], name="warning_letter_once"),
            models.CheckConstraint(
                condition=Q(state="DUE", ended_at__isnull=True)
                | Q(state__in=["SENT", "FAILED"], ended_at__isnull=False),
                name="warning_letter_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="DUE"), name="warning_letter_due"),
        ]
