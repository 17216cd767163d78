"""Tables of the kernel."""

from __future__ import annotations

from django.db import models


class OutboxEvent(models.Model):
    """One fact that happened, kept until every hearer has it and a while longer."""

    name = models.CharField(max_length=80)
    institution_id = models.BigIntegerField(null=True)
    values = models.TextField()
    occurred_at = models.DateTimeField()


class DeliveryState(models.TextChoices):
    """How far one hearer is with one fact."""

    PENDING = "PENDING"
    DONE = "DONE"
    DEAD = "DEAD"


class Delivery(models.Model):
    """One hearer's claim on one fact."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    hearer = models.CharField(max_length=200)
    state = models.CharField(
        max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        """A hearer gets a fact once; the waiting ones are found without reading the done ones."""

        constraints = [
            models.UniqueConstraint(fields=["event", "hearer"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=models.Q(state="PENDING"),
                name="delivery_pending",
            ),
            models.Index(fields=["id"], condition=models.Q(state="DEAD"), name="delivery_dead"),
        ]


class IdempotencyKey(models.Model):
    """One write from outside that has had its effect; a repeat is answered from here."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=128)
    body_digest = models.CharField(max_length=64)
    reference = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        """The insert, not an earlier read, says who was first."""

        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]


class Lease(models.Model):
    """Which process does a job that only one may do, and until when."""

    name = models.CharField(max_length=80, unique=True)
    holder = models.CharField(max_length=80, blank=True)
    until_at = models.DateTimeField(null=True)
