"""Keys by which programs call the API."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models.organisation import Institution
from shouwen.people.staff.models.people import Person, Role


class ApiKey(models.Model):
    """One program's key with one role. The key itself is shown once; here is its SHA-256.

    With a `person`, the program acts as that person, in this role alone.
    """

    DATA_CLASSES = {"name": "C1", "prefix": "C1", "digest": "C1"}

    public_id = PublicIdField(prefix="key")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    # Its own limit; without one the house's figure counts.
    per_minute = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    # The last day in Shanghai on which it opens; without one it goes on until it is revoked.
    expires_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # Asked for by a person, and opens nothing until a second one has approved.
    is_waiting = models.BooleanField(default=False)
    # Noted to the minute, so that a busy program does not write at every call.
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        """A key bears a known role, and ends after it began."""

        constraints = [
            models.CheckConstraint(
                condition=Q(per_minute__isnull=True) | Q(per_minute__gte=1),
                name="key_opens_something",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="key_role_known"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=models.F("created_at")),
                name="key_ends_after_begin",
            ),
        ]
