"""How customers come in by themselves: one-time codes, and what the institution allows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.customers.models.people import ContactPoint, PointKind
from shouwen.people.staff.models import Institution


class SelfService(models.Model):
    """What one institution lets its customers do by themselves, and how often.

    Without a row the figures below count. PV-7-02 leaves the time of a code to the institution;
    the other figures are guards that no document fixes.
    """

    institution = models.OneToOneField(Institution, on_delete=models.PROTECT, related_name="+")
    code_seconds = models.PositiveIntegerField(default=120)
    code_tries = models.PositiveSmallIntegerField(default=5)
    codes_per_address = models.PositiveSmallIntegerField(default=3)
    codes_per_source = models.PositiveSmallIntegerField(default=60)
    # A way to reach somebody that was just added opens nothing yet.
    point_rest_hours = models.PositiveSmallIntegerField(default=24)
    # Questions by the form from one network address in half an hour.
    asks_per_source = models.PositiveSmallIntegerField(default=20)
    session_minutes = models.PositiveSmallIntegerField(default=120)
    urge_every_hours = models.PositiveSmallIntegerField(default=24)
    files_per_case = models.PositiveSmallIntegerField(default=9)
    changed_at = models.DateTimeField(null=True)


class EntryCode(models.Model):
    """One request to come in by a one-time code; the code itself is kept as a MAC alone.

    A request for an address nobody has gets a row too, with no `point`: it is answered, counted
    and refused in the same steps. `mac` stays empty until the code is made, at sending.
    """

    DATA_CLASSES = {"target_blind": "C1", "mac": "C1", "kind": "C1", "language": "C1"}

    public_id = PublicIdField(prefix="code")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=PointKind.choices)
    target_blind = models.CharField(max_length=64)
    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10)
    mac = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sendings = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Whoever sends it has it for themselves until then.
    held_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        """Codes to send are found without the rest; only the newest of an address counts."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "target_blind"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="entry_code_newest_only",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | (Q(point__isnull=False) & ~Q(mac="")),
                name="entry_code_used_was_made",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(sent_at__isnull=True, point__isnull=False, voided_at__isnull=True),
                name="entry_code_to_send",
            ),
            models.Index(fields=["expires_at"], name="entry_code_over"),
        ]
