"""Transfers: a contact handed over in three steps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.models import Contact, ContactNote
from shouwen.contact.routing.models.places import QueueEntry
from shouwen.contact.routing.models.queues import Queue
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.staff.models import Person


class IdentityProof(models.TextChoices):
    """Step one of a transfer: by what the customer's identity is confirmed."""

    ACCOUNT = "ACCOUNT", _("Signed in to their account")
    DETAILS = "DETAILS", _("Details agree with the file")
    CODE = "CODE", _("One-time code")
    DOCUMENT = "DOCUMENT", _("Identity document")
    NOT_NEEDED = "NOT_NEEDED", _("Not needed, because …")


class TransferReason(models.TextChoices):
    """Step two of a transfer: why it goes to somebody else."""

    OTHER_SKILL = "OTHER_SKILL", _("Needs another skill")
    OTHER_UNIT = "OTHER_UNIT", _("Another unit's business")
    COMPLAINT = "COMPLAINT", _("It is a complaint")
    ASKED = "ASKED", _("The customer asked for it")
    SHIFT_END = "SHIFT_END", _("The shift ends")
    CONFLICT = "CONFLICT", _("Knows this customer")
    TECHNICAL = "TECHNICAL", _("The desk has a fault")
    OTHER = "OTHER", _("Another reason")


class CustomerView(models.TextChoices):
    """What the customer said to being passed on."""

    AGREES = "AGREES", _("Agrees")
    RELUCTANT = "RELUCTANT", _("Agrees reluctantly")
    OBJECTS = "OBJECTS", _("Objects")
    NOT_ASKED = "NOT_ASKED", _("Could not be asked")


class Transfer(SealedModel):
    """One hand-over of a contact in three steps: identity, reason, record.

    The record itself is the note, which the receiver reads. Serves OM-2.3-04, OM-2.3-05.
    """

    public_id = PublicIdField(prefix="transf")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(QueueEntry, on_delete=models.PROTECT, related_name="+")
    from_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    to_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    to_queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+")
    identity = models.CharField(max_length=10, choices=IdentityProof.choices)
    identity_words = SealedTextField(data_class="C2", kind="text", null=True)
    reason = models.CharField(max_length=11, choices=TransferReason.choices)
    reason_words = SealedTextField(data_class="C2", kind="text", null=True)
    customer_view = models.CharField(max_length=9, choices=CustomerView.choices)
    note = models.OneToOneField(ContactNote, on_delete=models.PROTECT, related_name="+")
    transferred_at = models.DateTimeField()

    class Meta:
        """The transfers of a contact are read in order."""

        constraints = [
            models.CheckConstraint(
                condition=Q(identity__in=IdentityProof.values), name="transfer_identity_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=TransferReason.values), name="transfer_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(customer_view__in=CustomerView.values), name="transfer_view_known"
            ),
        ]
        indexes = [
            models.Index(fields=["contact", "id"], name="transfer_of_contact"),
            models.Index(fields=["entry", "-id"], name="transfer_of_entry"),
        ]

    def seal_subject(self) -> str:
        """Seal under the contact's own key, as what is said in it."""
        return f"contact:{self.contact.public_id}"
