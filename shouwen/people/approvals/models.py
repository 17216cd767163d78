"""Tables of the approvals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField

WORDS_MAX_CHARACTERS = 400
NAME_MAX_CHARACTERS = 120


class State(models.TextChoices):
    """How far a request is."""

    WAITING = "WAITING", pgettext_lazy("approval", "To be decided")
    APPROVED = "APPROVED", pgettext_lazy("approval", "Approved")
    DECLINED = "DECLINED", pgettext_lazy("approval", "Sent back")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("approval", "Withdrawn")
    EXPIRED = "EXPIRED", pgettext_lazy("approval", "Not decided in time")


DECIDED = (State.APPROVED, State.DECLINED)


class Approval(models.Model):
    """One thing that one person asks for and another decides about.

    `payload` is what the asking room needs to do it, as canonical JSON of ids and plain values.
    """

    public_id = PublicIdField(prefix="appr")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Where it happens: whoever decides reaches this unit.
    unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_ref = models.CharField(max_length=80)
    subject_name = models.CharField(max_length=NAME_MAX_CHARACTERS, blank=True)
    words = models.CharField(max_length=WORDS_MAX_CHARACTERS)
    amount_fen = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=WORDS_MAX_CHARACTERS)
    right = models.CharField(max_length=40)
    payload = models.TextField()
    payload_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Whom it gives something, where it does: they do not decide either.
    about_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # The end of a clock that runs on what is asked for, where one does.
    due_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    ended_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=WORDS_MAX_CHARACTERS, blank=True)

    class Meta:
        """Two persons, an opinion, one open request for the same thing; lists by end or by age."""

        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="approval_by_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(about_person__isnull=True)
                | ~Q(decided_by=F("about_person")),
                name="approval_not_by_who_gains",
            ),
            models.CheckConstraint(
                condition=Q(state="WAITING", ended_at__isnull=True, decided_by__isnull=True)
                | Q(state__in=("WITHDRAWN", "EXPIRED"), ended_at__isnull=False)
                | (
                    Q(state__in=("APPROVED", "DECLINED"), ended_at__isnull=False)
                    & Q(decided_by__isnull=False)
                    & ~Q(opinion="")
                ),
                name="approval_waiting_or_ended",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gte=0),
                name="approval_amount_not_negative",
            ),
            models.UniqueConstraint(
                fields=["asked_by", "kind", "payload_digest"],
                condition=Q(state="WAITING"),
                name="approval_asked_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "expires_at", "id"],
                condition=Q(state="WAITING"),
                name="approval_waiting",
            ),
            models.Index(
                fields=["expires_at", "id"], condition=Q(state="WAITING"), name="approval_expiring"
            ),
            models.Index(fields=["institution", "-id"], name="approval_newest"),
            models.Index(fields=["asked_by", "-id"], name="approval_by_asker"),
            models.Index(fields=["subject_kind", "subject_ref", "-id"], name="approval_of_subject"),
        ]
