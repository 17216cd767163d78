"""Spike mode: when it ran, for which queue, and who switched it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.contact.routing.models.queues import Queue
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models import Institution


class SpikeEnd(models.TextChoices):
    """How a stretch of spike mode ended."""

    HAND = "HAND", pgettext_lazy("end of a spike", "By hand")
    EASED = "EASED", pgettext_lazy("end of a spike", "The rush was over")
    TIME = "TIME", pgettext_lazy("end of a spike", "Its time was up")


class Spike(models.Model):
    """One stretch of spike mode of one queue, or of every queue of the institution.

    `eased_since` is since when a stretch that the rule began has had no pressure behind it.
    """

    DATA_CLASSES = {"began_by_ref": "C1", "began_by_name": "C1", "reason": "C1"}

    public_id = PublicIdField(prefix="spik")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, null=True, related_name="+")
    by_rule = models.BooleanField(default=False)
    reason = models.CharField(max_length=80)
    began_at = models.DateTimeField()
    began_by_ref = models.CharField(max_length=80)
    began_by_name = models.CharField(max_length=120)
    ends_at = models.DateTimeField()
    eased_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=8, choices=SpikeEnd.choices, blank=True)

    class Meta:
        """One runs at a time for a queue and for the whole; the few that run are found at once."""

        constraints = [
            models.UniqueConstraint(
                fields=["queue"], condition=Q(ended_at__isnull=True), name="spike_one_per_queue"
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(ended_at__isnull=True, queue__isnull=True),
                name="spike_one_for_all",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="")
                | Q(ended_at__isnull=False, ended_how__in=SpikeEnd.values),
                name="spike_end_said",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution"], condition=Q(ended_at__isnull=True), name="spike_running"
            ),
            models.Index(fields=["institution", "-began_at"], name="spike_history"),
        ]
