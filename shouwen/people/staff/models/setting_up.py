"""What setting people up leaves behind: invitations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shouwen.people.staff.models.people import Person


class Invitation(models.Model):
    """One link by which a new person chooses their own password, once; only its digest is kept."""

    DATA_CLASSES = {"digest": "C1"}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)

    class Meta:
        """An invitation is good for some time."""

        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")), name="invitation_has_time"
            ),
        ]
