"""Tables of conversations."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.rules import talking
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.customers.models import Customer
from shouwen.people.staff.models import Institution, Person


class ContactState(models.TextChoices):
    """Where a contact stands."""

    ARRIVED = "ARRIVED", _("Arrived")
    QUEUED = "QUEUED", _("Waiting")
    ACTIVE = "ACTIVE", _("With a person")
    WRAP_UP = "WRAP_UP", _("Wrapping up")
    ENDED = "ENDED", _("Ended")
    ABANDONED = "ABANDONED", _("Left before an answer")


class Disposition(models.TextChoices):
    """How a contact ended."""

    RESOLVED = "RESOLVED", _("Question answered")
    CASE = "CASE", _("Case opened")
    INFORMATION = "INFORMATION", _("Information given")
    CALLBACK = "CALLBACK", _("Callback promised")
    NO_ANSWER = "NO_ANSWER", _("Customer stopped answering")
    ASSISTANT = "ASSISTANT", _("Answered by the assistant")
    ABANDONED = "ABANDONED", _("Customer left while waiting")
    SPAM = "SPAM", _("Spam")
    OTHER = "OTHER", _("Something else")


class Contact(models.Model):
    """One time a customer reached the centre, by one channel, from arrival to wrap-up."""

    public_id = PublicIdField(prefix="cont")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    visitor_ref = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=talking.SUBJECT_MAX_CHARACTERS, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    intent = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=10, choices=ContactState.choices, default=ContactState.ARRIVED
    )
    queue_code = models.CharField(max_length=40, blank=True)
    handover_reason = models.CharField(max_length=60, blank=True)
    disposition = models.CharField(max_length=12, choices=Disposition.choices, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    handler = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    arrived_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    wrapped_up_at = models.DateTimeField(null=True)

    message_count = models.PositiveIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True)
    last_customer_message_at = models.DateTimeField(null=True)
    last_staff_message_at = models.DateTimeField(null=True)

    class Meta:
        """Instants come in their order; whoever has a contact in hand has owned it or another."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ContactState.values), name="contact_state_known"
            ),
            models.CheckConstraint(
                condition=Q(handler__isnull=True) | Q(owner__isnull=False),
                name="contact_in_hand_is_owned",
            ),
            models.CheckConstraint(
                condition=Q(queued_at__isnull=True) | Q(queued_at__gte=F("arrived_at")),
                name="contact_queued_after_arrival",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("arrived_at")),
                name="contact_ended_after_arrival",
            ),
            models.CheckConstraint(
                condition=Q(wrapped_up_at__isnull=True) | Q(wrapped_up_at__gte=F("ended_at")),
                name="contact_wrapped_up_after_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | Q(handler__isnull=False),
                name="contact_active_is_in_hand",
            ),
            models.CheckConstraint(
                condition=~Q(state="ENDED") | (~Q(disposition="") & Q(ended_at__isnull=False)),
                name="contact_ended_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="contact_newest"),
            models.Index(fields=["institution", "state", "-id"], name="contact_state"),
            models.Index(fields=["institution", "queued_at"], name="contact_by_queueing"),
            models.Index(fields=["customer", "-id"], name="contact_of_customer"),
            models.Index(fields=["visitor_ref", "-id"], name="contact_of_visitor"),
            models.Index(
                fields=["handler", "state"],
                condition=Q(handler__isnull=False, state__in=["ACTIVE", "WRAP_UP"]),
                name="contact_in_hand",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether anyone may still say something in it."""
        return self.state in talking.OPEN_STATES


class Handling(models.Model):
    """One stretch of time that one person had one contact in hand."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="handlings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        """One person has a contact in hand at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(until_at__isnull=True),
                name="handling_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["person", "-until_at"], name="handling_of_person")]


class AuthorKind(models.TextChoices):
    """Who speaks."""

    CUSTOMER = "CUSTOMER", _("Customer")
    STAFF = "STAFF", _("Staff")
    ASSISTANT = "ASSISTANT", _("Assistant")
    SYSTEM = "SYSTEM", _("The centre")


class MessageKind(models.TextChoices):
    """What is said."""

    TEXT = "TEXT", _("Words")
    FILE = "FILE", _("File")
    CARD = "CARD", _("Information card")
    NOTICE = "NOTICE", _("Line of the centre")


class Message(SealedModel):
    """One thing said in a contact; `sequence` counts from 1 without gaps."""

    public_id = PublicIdField(prefix="msg")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="messages")
    sequence = models.PositiveIntegerField()
    author_kind = models.CharField(max_length=10, choices=AuthorKind.choices)
    author_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=6, choices=MessageKind.choices, default=MessageKind.TEXT)
    body = SealedTextField(data_class="C2", kind="text")
    sources = models.CharField(max_length=400, blank=True)
    client_key = models.CharField(max_length=talking.CLIENT_KEY_MAX_CHARACTERS)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """A number and a sender's key each mean one message of the contact."""

        constraints = [
            models.UniqueConstraint(fields=["contact", "sequence"], name="message_sequence"),
            models.UniqueConstraint(fields=["contact", "client_key"], name="message_client_key"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="message_from_one"),
            models.CheckConstraint(
                condition=~Q(author_kind="STAFF") | Q(author_person__isnull=False),
                name="message_staff_has_name",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the contact's own key, which stays when its customer becomes known."""
        return f"contact:{self.contact.public_id}"


class NoteKind(models.TextChoices):
    """Why a note was written."""

    NOTE = "NOTE", _("Internal note")
    TRANSFER = "TRANSFER", _("Transfer record")
    WHISPER = "WHISPER", _("Whisper of a lead")
    TAKEOVER = "TAKEOVER", _("Take-over record")


class TakeOverReason(models.TextChoices):
    """Why a lead takes a running conversation out of a colleague's hands."""

    RISK = "RISK", _("A mistake or risk is near")
    ASKED = "ASKED", _("The customer asks for a lead")
    UPSET = "UPSET", _("The customer is upset")
    AWAY = "AWAY", _("The colleague is away")
    HELP = "HELP", _("The colleague asks for help")
    OTHER = "OTHER", _("Another reason")


class ContactNote(SealedModel):
    """One thing said about a contact among colleagues; no customer ever sees it.

    It stands apart from the messages, whose numbers the customer's page counts without a gap, and
    is shown after the message numbered `after_sequence`.
    """

    public_id = PublicIdField(prefix="note")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=NoteKind.choices, default=NoteKind.NOTE)
    body = SealedTextField(data_class="C2", kind="text")
    after_sequence = models.PositiveIntegerField()
    client_key = models.CharField(max_length=talking.CLIENT_KEY_MAX_CHARACTERS)
    created_at = models.DateTimeField()

    class Meta:
        """An author's key means one note of the contact; notes are read in their order."""

        constraints = [
            models.UniqueConstraint(
                fields=["contact", "author", "client_key"], name="note_client_key"
            ),
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="note_kind_known"),
        ]
        indexes = [models.Index(fields=["contact", "id"], name="note_of_contact")]

    def seal_subject(self) -> str:
        """Seal under the contact's own key, as its messages are."""
        return f"contact:{self.contact.public_id}"


class NoteMention(models.Model):
    """One colleague who is asked to look at one note."""

    note = models.ForeignKey(ContactNote, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        """A note names a person once; what a person has not read is found without the rest."""

        constraints = [
            models.UniqueConstraint(fields=["note", "person"], name="mention_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="mention_newest"),
            models.Index(
                fields=["person"], condition=Q(read_at__isnull=True), name="mention_unread"
            ),
        ]


class ScanState(models.TextChoices):
    """How far the scanner is with a file."""

    PENDING = "PENDING", _("Being checked")
    CLEAN = "CLEAN", _("Checked")
    REFUSED = "REFUSED", _("Refused")


class Attachment(SealedModel):
    """One file of one message; the bytes are in the file store under `storage_key`."""

    public_id = PublicIdField(prefix="file")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="attachment")
    storage_key = models.CharField(max_length=40, unique=True)
    name = SealedTextField(data_class="C2", kind="text")
    size_bytes = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    scan_state = models.CharField(
        max_length=8, choices=ScanState.choices, default=ScanState.PENDING
    )
    scanned_at = models.DateTimeField(null=True)

    class Meta:
        """Files that wait for the scanner are found without reading the rest."""

        indexes = [
            models.Index(
                fields=["id"], condition=Q(scan_state="PENDING"), name="attachment_to_scan"
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the contact's own key."""
        return f"contact:{self.message.contact.public_id}"
