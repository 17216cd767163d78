"""Tables of the integrations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.egress import ADDRESS_CHARACTERS
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedText, SealedTextField
from shouwen.ground.vault.models import SealedModel

NAME_MAX_CHARACTERS = 60
ANSWER_CHARACTERS = 300


class State(models.TextChoices):
    """Whether a webhook is told anything."""

    WAITING = "WAITING", pgettext_lazy("webhook", "Waits for approval")
    ON = "ON", pgettext_lazy("webhook", "On")
    PAUSED = "PAUSED", pgettext_lazy("webhook", "Paused after failures")
    OFF = "OFF", pgettext_lazy("webhook", "Off")
    REFUSED = "REFUSED", pgettext_lazy("webhook", "Not approved")


# What happens is kept for these; a paused one hears of it once it is on again.
HEARING = (State.ON, State.PAUSED)


class Webhook(SealedModel):
    """One address of another system that is told of chosen events of one institution.

    `events` holds their types, separated by spaces. `next_secret` waits for a second person;
    `former_secret` signs beside the present one until `former_until`.
    """

    DATA_CLASSES = {"name": "C1", "address": "C1", "events": "C1"}

    public_id = PublicIdField(prefix="hook")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=NAME_MAX_CHARACTERS)
    address = models.CharField(max_length=ADDRESS_CHARACTERS)
    events = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    secret: SealedTextField[str | SealedText, SealedText] = SealedTextField(data_class="C3")
    next_secret: SealedTextField[str | SealedText, SealedText] = SealedTextField(
        data_class="C3", default=""
    )
    former_secret: SealedTextField[str | SealedText, SealedText] = SealedTextField(
        data_class="C3", default=""
    )
    former_until = models.DateTimeField(null=True)
    # Grows with each change, so that what was asked for on an older one is void.
    revision = models.PositiveIntegerField(default=1)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        """Few rows, found by institution; a paused one says since when."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(state="PAUSED") | Q(paused_at__isnull=False),
                name="webhook_paused_since",
            ),
        ]
        indexes = [models.Index(fields=["institution", "state", "id"], name="webhook_of_house")]

    def seal_subject(self) -> str:
        """Name whose key seals the secrets."""
        return f"institution:{self.institution_id}"

    @property
    def is_heard(self) -> bool:
        """Whether what happens is kept for it."""
        return self.state in HEARING

    @property
    def event_types(self) -> list[str]:
        """The types of events it is told of."""
        return self.events.split()


class WebhookFact(models.Model):
    """One thing that happened, in the very bytes that are sent and signed."""

    public_id = PublicIdField(prefix="evt")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    type = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=20)
    object_ref = models.CharField(max_length=80)
    at = models.DateTimeField()
    body = models.TextField()
    # Of the fact as it was announced: told twice, it is kept once.
    digest = models.CharField(max_length=64)

    class Meta:
        """Found by time, for replays and for forgetting."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "digest"], name="webhook_fact_once")
        ]
        indexes = [
            models.Index(fields=["institution", "at", "id"], name="webhook_fact_by_time"),
            models.Index(fields=["at", "id"], name="webhook_fact_old"),
        ]


class DeliveryState(models.TextChoices):
    """How far a fact is on its way to one address."""

    WAITING = "WAITING", pgettext_lazy("delivery", "Waits")
    DONE = "DONE", pgettext_lazy("delivery", "Delivered")
    FAILED = "FAILED", pgettext_lazy("delivery", "Given up")


class WebhookDelivery(models.Model):
    """One fact on its way to one webhook; while it is being sent `next_try_at` lies ahead."""

    public_id = PublicIdField(prefix="dlv")
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    fact = models.ForeignKey(WebhookFact, on_delete=models.CASCADE, related_name="deliveries")
    # What it is about, as one word: deliveries of one object keep their order.
    object_key = models.CharField(max_length=101)
    state = models.CharField(
        max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """A webhook gets a fact once; the waiting ones are found without reading the others."""

        constraints = [
            models.UniqueConstraint(fields=["webhook", "fact"], name="webhook_delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state="WAITING"),
                name="webhook_delivery_due",
            ),
            models.Index(
                fields=["webhook", "object_key", "id"],
                condition=Q(state="WAITING"),
                name="webhook_delivery_in_order",
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_delivery_newest"),
            models.Index(fields=["webhook", "state", "-id"], name="webhook_delivery_by_state"),
        ]


class WebhookAttempt(models.Model):
    """One try to deliver: the status that came back, or why none did, and how long it took."""

    delivery = models.ForeignKey(
        WebhookDelivery, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=10, blank=True)
    answer = models.CharField(max_length=ANSWER_CHARACTERS, blank=True)

    class Meta:
        """Read with their delivery; an attempt was answered or says why it was not."""

        constraints = [
            models.CheckConstraint(
                condition=Q(status__isnull=False, failure="")
                | Q(status__isnull=True) & ~Q(failure=""),
                name="webhook_attempt_answered_or_not",
            ),
        ]
        indexes = [models.Index(fields=["delivery", "id"], name="webhook_attempts")]
