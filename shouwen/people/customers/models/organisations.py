"""Who may be spoken to for an organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.customers.models.people import Customer


class Authority(models.TextChoices):
    """What a person may settle for the organisation."""

    FULL = "FULL", _("May decide for it")
    ENQUIRE = "ENQUIRE", _("May ask about its cases")
    NONE = "NONE", _("May be called only")


class Representative(models.Model):
    """One person who is, or was, to be spoken to for one organisation."""

    DATA_CLASSES = {"post": "C1"}

    public_id = PublicIdField(prefix="repr")
    organisation = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="representatives"
    )
    person = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="organisations")
    post = models.CharField(max_length=60)
    authority = models.CharField(max_length=8, choices=Authority.choices)
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A person stands for an organisation once at a time, and never for themselves."""

        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(ended_at__isnull=True),
                name="representative_once",
            ),
            models.CheckConstraint(
                condition=~Q(organisation=F("person")), name="representative_is_another"
            ),
            models.CheckConstraint(
                condition=Q(authority__in=Authority.values), name="representative_authority_known"
            ),
        ]
