"""Places in the queues, offers, and the decisions behind them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing.models.queues import Queue
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models import Institution, Person


class EntryState(models.TextChoices):
    """Where a contact's place in the queue stands."""

    WAITING = "WAITING", _("Waiting")
    OFFERED = "OFFERED", _("Offered")
    ASSIGNED = "ASSIGNED", _("In hand")
    DONE = "DONE", _("Finished")
    ABANDONED = "ABANDONED", _("Customer left")


# A contact on offer counts as waiting until somebody takes it.
WAITING_ENTRY_STATES = (EntryState.WAITING, EntryState.OFFERED)
OPEN_ENTRY_STATES = (*WAITING_ENTRY_STATES, EntryState.ASSIGNED)


class QueueEntry(models.Model):
    """One contact's place in the queues, kept through returns until the contact ends.

    `rank_at` orders the queue: the earlier, the sooner served (see `rules.rank_at`).
    """

    public_id = PublicIdField(prefix="entr")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.WAITING)
    priority = models.SmallIntegerField()
    enqueued_at = models.DateTimeField()
    rank_at = models.DateTimeField()
    returns = models.PositiveSmallIntegerField(default=0)
    preferred_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    returned_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True)
    in_queue_since = models.DateTimeField(null=True)
    been_in = models.JSONField(default=list)
    # When the customer was last told that the queue is closed and what they can do.
    told_closed_at = models.DateTimeField(null=True)
    # When they were last told of spike mode and what they can do instead of waiting.
    told_spike_at = models.DateTimeField(null=True)

    class Meta:
        """A contact has one open place; the waiting ones are found in order, without the rest."""

        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(state__in=["WAITING", "OFFERED", "ASSIGNED"]),
                name="entry_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EntryState.values), name="entry_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "queue", "rank_at", "id"],
                condition=Q(state="WAITING"),
                name="entry_waiting",
            ),
            models.Index(fields=["contact"], name="entry_of_contact"),
            # The live counts look at the few open places among all there ever were.
            models.Index(fields=["institution", "state", "queue"], name="entry_by_state"),
        ]


class OfferState(models.TextChoices):
    """What became of an offer."""

    OPEN = "OPEN", _("On offer")
    ACCEPTED = "ACCEPTED", _("Taken")
    DECLINED = "DECLINED", pgettext_lazy("offer", "Declined")
    EXPIRED = "EXPIRED", _("Not answered")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class Offer(models.Model):
    """One contact offered to one person for some seconds: a lease that ends by itself."""

    public_id = PublicIdField(prefix="offer")
    entry = models.ForeignKey(QueueEntry, on_delete=models.PROTECT, related_name="offers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A contact is offered to one person at a time, and a person is offered one at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="OPEN"), name="offer_one_open_per_entry"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="OPEN"), name="offer_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OfferState.values), name="offer_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="OPEN"), name="offer_to_expire"),
            models.Index(fields=["entry", "-ended_at"], name="offer_of_entry"),
        ]


class Decision(models.Model):
    """Why a contact went to this queue or was offered to this person: inputs and outcome."""

    entry = models.ForeignKey(QueueEntry, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(
        max_length=8, choices=[(kind, kind) for kind in ("QUEUE", "PERSON", "RANK")]
    )
    chosen = models.CharField(max_length=60)
    inputs = models.JSONField()
    decided_at = models.DateTimeField()

    class Meta:
        """Read in order for one entry."""

        indexes = [models.Index(fields=["entry", "id"], name="decision_of_entry")]


class DispatchLock(models.Model):
    """The row that whoever offers an institution's contacts holds while doing so."""

    institution = models.OneToOneField(Institution, on_delete=models.PROTECT, related_name="+")
    dispatched_at = models.DateTimeField(null=True)
