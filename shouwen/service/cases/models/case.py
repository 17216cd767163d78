"""The case itself, what happened to it, and what it is found by."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.cases.models.categories import Category
from shouwen.service.cases.rules import states

TITLE_MAX_CHARACTERS = 120
DIGEST_CHARACTERS = 64


class State(models.TextChoices):
    """How far a case is; the same words as `rules.states.State`."""

    NEW = "NEW", _("Newly opened")
    ACCEPTED = "ACCEPTED", _("Accepted")
    CLASSIFIED = "CLASSIFIED", _("Classified")
    ASSIGNED = "ASSIGNED", _("Assigned")
    IN_PROGRESS = "IN_PROGRESS", _("Being worked")
    WAITING_CUSTOMER = "WAITING_CUSTOMER", _("Waiting for the customer")
    WAITING_EXTERNAL = "WAITING_EXTERNAL", _("Waiting outside")
    RESOLVED = "RESOLVED", _("Resolved")
    FEEDBACK_SENT = "FEEDBACK_SENT", _("Customer told")
    CLOSED = "CLOSED", _("Closed")
    ARCHIVED = "ARCHIVED", _("Archived")
    MERGED = "MERGED", _("Merged")


class Kind(models.TextChoices):
    """What the customer wants (OM-1.1-02)."""

    CONSULT = "CONSULT", _("Enquiry")
    REQUEST = "REQUEST", _("Request")
    COMPLAINT = "COMPLAINT", _("Complaint")
    FEEDBACK = "FEEDBACK", _("Suggestion or feedback")


class Urgency(models.TextChoices):
    """紧急, 普通, 重复 (OM-4.4-04)."""

    URGENT = "URGENT", _("Urgent")
    ORDINARY = "ORDINARY", _("Ordinary")
    REPEAT = "REPEAT", _("Repeated")


class Complexity(models.TextChoices):
    """一般, 复杂, 特殊 (CG-3.2)."""

    GENERAL = "GENERAL", _("General")
    COMPLEX = "COMPLEX", _("Complex")
    SPECIAL = "SPECIAL", _("Special")


class Channel(models.TextChoices):
    """Where the question came in."""

    CHAT = "CHAT", _("Online chat")
    PHONE = "PHONE", _("Phone call")
    EMAIL = "EMAIL", _("E-mail message")
    SMS = "SMS", _("SMS")
    FAX = "FAX", _("Fax")
    WEB = "WEB", _("Web form")
    LETTER = "LETTER", _("Postal letter")
    BRANCH = "BRANCH", _("Branch")
    API = "API", _("Program")


class ReplyBy(models.TextChoices):
    """How the customer wants to hear the result."""

    CHAT = "CHAT", _("Online chat")
    PHONE = "PHONE", _("Phone call")
    SMS = "SMS", _("SMS")
    EMAIL = "EMAIL", _("E-mail message")
    LETTER = "LETTER", _("Postal letter")


class Case(SealedModel):
    """One question that is worked until the customer agrees with the result (工单)."""

    public_id = PublicIdField(prefix="case")
    number = models.CharField(max_length=24)
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    contact = models.ForeignKey(
        "conversations.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Whose key seals the row, kept as it was at opening: a customer may become known later.
    seal_ref = models.CharField(max_length=80)
    title = models.CharField(max_length=TITLE_MAX_CHARACTERS)
    description = SealedTextField(data_class="C2", kind="text")
    place = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.ORDINARY)
    complexity = models.CharField(
        max_length=10, choices=Complexity.choices, default=Complexity.GENERAL
    )
    # A person has judged that the risk of the matter asks to complete it in 72 hours (CG-5.2-02).
    asks_risk_response = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    reply_by = models.CharField(max_length=10, choices=ReplyBy.choices, default=ReplyBy.PHONE)
    unit = models.ForeignKey(
        "staff.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.NEW)
    is_open = models.BooleanField(default=True)
    # Counts every change; a guarded update on it says who was first.
    version = models.PositiveIntegerField(default=0)
    cause = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    solution = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    feedback = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    feedback_channel = models.CharField(max_length=10, choices=ReplyBy.choices, blank=True)
    waits_for = models.CharField(max_length=200, blank=True)
    expected_at = models.DateTimeField(null=True, blank=True)
    # The tightest running hard clock: when it warns and when it is due; for views and sorting.
    soon_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    classified_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    # Since when the handler has been reminded and has done nothing yet.
    reminded_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    opinion_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    agent_confirmed_at = models.DateTimeField(null=True, blank=True)
    customer_confirmed_at = models.DateTimeField(null=True, blank=True)
    customer_objected_at = models.DateTimeField(null=True, blank=True)
    # Set while the customer urges and nobody has done anything since.
    urged_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    # The main case, which goes on for this one and holds all of it.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    # A case that is taken up again after its end begins another round, with clocks of its own.
    round = models.PositiveSmallIntegerField(default=1)
    reopened_at = models.DateTimeField(null=True, blank=True)
    # The file as it was when the case was closed for the first time (HB-2.3-05); nothing is known
    # of cases that were closed before this was kept.
    record_checked_at = models.DateTimeField(null=True, blank=True)
    record_complete = models.BooleanField(null=True, blank=True)
    # When another person looked at the present round (HB-2.4-02).
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What must always be true, and the orders in which the ledger is read."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="case_number_once"),
            models.CheckConstraint(
                condition=Q(is_open=True) & ~Q(state__in=("CLOSED", "ARCHIVED", "MERGED"))
                | Q(is_open=False, state__in=("CLOSED", "ARCHIVED", "MERGED")),
                name="case_open_or_closed",
            ),
            # HB-2.3-01, whatever code runs: no closed case without both sides' word.
            models.CheckConstraint(
                condition=Q(is_open=True)
                | Q(state="MERGED")
                | Q(agent_confirmed_at__isnull=False, customer_confirmed_at__isnull=False),
                name="case_closed_by_both",
            ),
            models.CheckConstraint(
                condition=Q(state="MERGED", merged_into__isnull=False)
                | ~Q(state="MERGED") & Q(merged_into__isnull=True),
                name="case_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(record_checked_at__isnull=True, record_complete__isnull=True)
                | Q(record_checked_at__isnull=False, record_complete__isnull=False),
                name="case_record_checked_once",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("pk")), name="case_not_into_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="case_newest"),
            models.Index(fields=["institution", "state", "-id"], name="case_by_state"),
            models.Index(fields=["institution", "unit", "-id"], name="case_by_unit"),
            models.Index(fields=["institution", "handler", "-id"], name="case_by_handler"),
            models.Index(fields=["institution", "owner", "-id"], name="case_by_owner"),
            models.Index(fields=["institution", "category", "-id"], name="case_by_category"),
            models.Index(fields=["institution", "customer", "-id"], name="case_by_customer"),
            models.Index(fields=["institution", "opened_at"], name="case_by_opening"),
            models.Index(fields=["institution", "closed_at"], name="case_by_closing"),
            models.Index(
                fields=["institution", "record_checked_at"],
                condition=Q(record_checked_at__isnull=False),
                name="case_by_record",
            ),
            models.Index(
                fields=["institution", "-id"], condition=Q(is_open=True), name="case_open_newest"
            ),
            models.Index(
                fields=["institution", "unit", "-id"],
                condition=Q(is_open=True),
                name="case_open_by_unit",
            ),
            models.Index(
                fields=["institution", "handler", "-id"],
                condition=Q(is_open=True),
                name="case_open_by_handler",
            ),
            models.Index(
                fields=["institution", "owner", "-id"],
                condition=Q(is_open=True),
                name="case_open_by_owner",
            ),
            models.Index(
                fields=["institution", "due_at", "id"],
                condition=Q(is_open=True, due_at__isnull=False),
                name="case_by_due",
            ),
            models.Index(
                fields=["institution", "-id"],
                condition=Q(is_open=True, state__in=("WAITING_CUSTOMER", "WAITING_EXTERNAL")),
                name="case_waiting",
            ),
            models.Index(
                fields=["institution", "-id"],
                condition=Q(state="CLOSED", reviewed_at__isnull=True),
                name="case_to_review",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the customer's own key, or the case's where no customer was known."""
        return self.seal_ref

    @property
    def standing(self) -> states.Standing:
        """What the rules need to know of this row."""
        return states.Standing(
            state=states.State(self.state),
            has_category=self.category_id is not None,
            has_handler=self.handler_id is not None,
            has_opinion=self.opinion_at is not None,
            has_solution=bool(self.solution),
            agent_confirmed=self.agent_confirmed_at is not None,
            customer_confirmed=self.customer_confirmed_at is not None,
        )

    @property
    def round_began_at(self) -> datetime:
        """When the present round began: at opening, or when the case was taken up again."""
        return self.reopened_at or self.opened_at

    @property
    def is_waiting(self) -> bool:
        """Whether the case waits for the customer or for somebody outside."""
        return states.State(self.state) in states.WAITING_STATES


class EntryKind(models.TextChoices):
    """For whom an entry is: 对客, 内部, 系统."""

    CUSTOMER = "CUSTOMER", _("With the customer")
    INTERNAL = "INTERNAL", _("Internal")
    SYSTEM = "SYSTEM", _("System")


class CaseEntry(SealedModel):
    """One thing that happened to a case. Never changed; a correction is a new entry."""

    public_id = PublicIdField(prefix="entry")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries", db_index=False)
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    act = models.CharField(max_length=24)
    from_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=State.choices)
    actor_kind = models.CharField(max_length=10)
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80)
    subject_name = models.CharField(max_length=80, blank=True)
    text = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    clause = models.CharField(max_length=24, blank=True)
    visible_to_customer = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        """A case's entries are read newest first."""

        indexes = [models.Index(fields=["case", "-id"], name="entry_newest")]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.case.seal_ref


class CaseLink(models.Model):
    """One link by which a customer follows one case; only the token's digest is kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=DIGEST_CHARACTERS, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)


class CaseTerm(models.Model):
    """One term by which one case is found; the index alone answers a search."""

    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    term = models.CharField(max_length=32)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        """A case has a term once; the same index is read newest first."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "term", "case"], name="case_term_once")
        ]


class CaseCounter(models.Model):
    """The last number given to a case of one institution on one Shanghai day."""

    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.CharField(max_length=8)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """One counter a day; it only ever grows."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "day"], name="case_counter_once")
        ]
