"""What customers agree to and refuse, as they said it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.customers.models.people import Customer


class Purpose(models.TextChoices):
    """What a customer is reached for."""

    ANY = "ANY", _("Any contact from us")
    CALLBACK = "CALLBACK", _("Callbacks after a case")
    SURVEY = "SURVEY", _("Satisfaction surveys")
    NOTICE = "NOTICE", _("Letters and messages about their cases")
    MARKETING = "MARKETING", _("Offers and news")
    SHARING = "SHARING", _("Passing data on to partners")


class Way(models.TextChoices):
    """By what a customer is reached; empty means by anything."""

    ANY = "", _("Any way")
    PHONE = "PHONE", _("Phone call")
    SMS = "SMS", _("SMS")
    EMAIL = "EMAIL", _("E-mail message")
    CHAT = "CHAT", _("Online chat")
    LETTER = "LETTER", _("Postal letter")


class Evidence(models.TextChoices):
    """What proves that the customer said so."""

    CONTACT = "CONTACT", _("Conversation")
    RECORDING = "RECORDING", _("Recording")
    FORM = "FORM", _("Signed form")
    ONLINE = "ONLINE", _("Online confirmation")
    LETTER = "LETTER", pgettext_lazy("evidence", "Letter from the customer")


class Consent(models.Model):
    """One time a customer said yes or no to being reached; a newer row overrules it.

    The pair (ANY, any way) said no to is the wish to be left alone (谢绝联系).
    """

    DATA_CLASSES = {
        "way": "C1",
        "evidence_ref": "C1",
        "recorded_by_ref": "C1",
        "recorded_by_name": "C1",
    }

    public_id = PublicIdField(prefix="cons")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    way = models.CharField(max_length=8, choices=Way.choices, blank=True)
    is_given = models.BooleanField()
    decided_at = models.DateTimeField()
    evidence = models.CharField(max_length=12, choices=Evidence.choices)
    evidence_ref = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by_ref = models.CharField(max_length=80)
    recorded_by_name = models.CharField(max_length=120)

    class Meta:
        """Known words only; nothing is said in the future."""

        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="consent_purpose_known"
            ),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="consent_way_known"),
            models.CheckConstraint(
                condition=Q(evidence__in=Evidence.values), name="consent_evidence_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__lte=models.F("recorded_at")), name="consent_not_ahead"
            ),
        ]
        indexes = [models.Index(fields=["customer", "-decided_at"], name="consent_of_customer")]
