"""The events that webhooks tell, under names and in a form that stay.

A fact of a room may change its fields; what stands here is what integrators rely on. Only listed
fields go out, and a row's own number never does: `owner_id` goes out as `owner`, by public id.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from shouwen.assurance.satisfaction import events as satisfaction
from shouwen.contact.conversations import events as contacts
from shouwen.ground.kernel.errors import Words
from shouwen.ground.kernel.events import Event
from shouwen.ground.policy import events as clocks
from shouwen.people.approvals import events as approvals
from shouwen.service.cases import events as cases
from shouwen.service.complaints import events as complaints

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: its name outside, what it is about, and the fields that go with it.

    `ref` is the field that names the object; the object of a rating or a clock says its own kind.
    """

    code: str
    fact: type[Event]
    about: str
    ref: str
    words: Words
    fields: tuple[str, ...] = ()


def _contact(name: str, fact: type[Event], words: Words, *fields: str) -> Kind:
    shown = ("channel", "queue_code", *fields)
    return Kind(name, fact, "contact", "contact_public_id", words, shown)


def _message(name: str, fact: type[Event], words: Words, *fields: str) -> Kind:
    shown = ("message_public_id", "sequence", "channel", *fields)
    return Kind(name, fact, "contact", "contact_public_id", words, shown)


def _case(name: str, fact: type[Event], words: Words, *fields: str) -> Kind:
    return Kind(name, fact, "case", "case_id", words, fields)


def _clock(name: str, fact: type[Event], words: Words, *fields: str) -> Kind:
    shown = ("clock_public_id", "event", "clause", "due_at", "hard", *fields)
    return Kind(name, fact, "", "subject_ref", words, shown)


KINDS: tuple[Kind, ...] = (
    _contact(
        "contact.opened", contacts.ContactOpened, pgettext_lazy("webhook event", "Contact opened")
    ),
    _contact(
        "contact.queued",
        contacts.ContactQueued,
        pgettext_lazy("webhook event", "Contact waits for a person"),
        "is_return",
    ),
    _contact(
        "contact.assigned",
        contacts.ContactAssigned,
        pgettext_lazy("webhook event", "Contact taken in hand"),
        "person_id",
        "is_first",
        "wait_seconds",
    ),
    _contact(
        "contact.answered",
        contacts.ContactAnswered,
        pgettext_lazy("webhook event", "First reply given"),
        "person_id",
        "reply_seconds",
    ),
    _contact(
        "contact.released",
        contacts.ContactReleased,
        pgettext_lazy("webhook event", "Contact given back"),
        "person_id",
        "reason",
    ),
    _contact(
        "contact.ended",
        contacts.ContactEnded,
        pgettext_lazy("webhook event", "Contact ended"),
        "person_id",
        "owner_id",
        "disposition",
        "was_answered",
        "was_queued",
        "handle_seconds",
    ),
    _contact(
        "contact.wrapped_up",
        contacts.ContactWrappedUp,
        pgettext_lazy("webhook event", "Contact wrapped up"),
        "person_id",
        "disposition",
        "wrap_up_seconds",
    ),
    _message(
        "message.received",
        contacts.MessageReceived,
        pgettext_lazy("webhook event", "Message from a customer"),
    ),
    _message(
        "message.sent",
        contacts.MessageSent,
        pgettext_lazy("webhook event", "Message to a customer"),
        "author_kind",
    ),
    _case(
        "case.opened",
        cases.CaseOpened,
        pgettext_lazy("webhook event", "Case opened"),
        "channel",
        "kind",
        "owner_id",
    ),
    _case("case.accepted", cases.CaseAccepted, pgettext_lazy("webhook event", "Case accepted")),
    _case(
        "case.classified",
        cases.CaseClassified,
        pgettext_lazy("webhook event", "Case classified"),
        "category_id",
    ),
    _case(
        "case.assigned",
        cases.CaseAssigned,
        pgettext_lazy("webhook event", "Case assigned"),
        "handler_id",
        "previous_handler_id",
    ),
    _case(
        "case.started", cases.CaseStarted, pgettext_lazy("webhook event", "Work on the case begun")
    ),
    _case(
        "case.opinion_given",
        cases.CaseOpinionGiven,
        pgettext_lazy("webhook event", "First opinion given"),
    ),
    _case(
        "case.waiting",
        cases.CaseWaiting,
        pgettext_lazy("webhook event", "Case waits for somebody"),
        "waits_for",
    ),
    _case("case.carried_on", cases.CaseCarriedOn, pgettext_lazy("webhook event", "Case goes on")),
    _case("case.resolved", cases.CaseResolved, pgettext_lazy("webhook event", "Case resolved")),
    _case(
        "case.feedback_sent",
        cases.CaseFeedbackSent,
        pgettext_lazy("webhook event", "Result told to the customer"),
        "channel",
    ),
    _case(
        "case.confirmed",
        cases.CaseConfirmed,
        pgettext_lazy("webhook event", "Result confirmed"),
        "by",
    ),
    _case("case.objected", cases.CaseObjected, pgettext_lazy("webhook event", "Customer objected")),
    _case(
        "case.urged",
        cases.CaseUrged,
        pgettext_lazy("webhook event", "Customer asked to hurry"),
        "owner_id",
        "handler_id",
    ),
    _case(
        "case.withdrawn",
        cases.CaseWithdrawn,
        pgettext_lazy("webhook event", "Question withdrawn"),
    ),
    _case(
        "case.material_added",
        cases.MaterialAdded,
        pgettext_lazy("webhook event", "Material added by the customer"),
        "files",
    ),
    _case(
        "case.closed",
        cases.CaseClosed,
        pgettext_lazy("webhook event", "Case closed"),
        "owner_id",
        "handler_id",
        "open_seconds",
    ),
    _case("case.archived", cases.CaseArchived, pgettext_lazy("webhook event", "Case archived")),
    _case(
        "case.reviewed",
        cases.CaseReviewed,
        pgettext_lazy("webhook event", "Closed case reviewed by another person"),
        "round",
        "found",
    ),
    _case(
        "case.reopened",
        cases.CaseReopened,
        pgettext_lazy("webhook event", "Case taken up again"),
        "round",
        "was_archived",
    ),
    _case(
        "case.merged",
        cases.CaseMerged,
        pgettext_lazy("webhook event", "Case merged into another"),
        "into_id",
    ),
    _case(
        "case.split",
        cases.CaseSplit,
        pgettext_lazy("webhook event", "Part of a case split off"),
        "part_id",
    ),
    _case(
        "case.task_asked",
        cases.TaskAsked,
        pgettext_lazy("webhook event", "Task given to a unit"),
        "task_id",
        "unit_id",
        "due_at",
    ),
    _case(
        "case.task_ended",
        cases.TaskEnded,
        pgettext_lazy("webhook event", "Task ended"),
        "task_id",
        "unit_id",
        "state",
        "in_time",
    ),
    # Whoever pays hears it and gives the result back by the API.
    Kind(
        "complaint.redress_approved",
        complaints.ComplaintRedressApproved,
        "complaint",
        "complaint_public_id",
        pgettext_lazy("webhook event", "Redress approved, payment asked for"),
        (
            "case_id",
            "redress_public_id",
            "request",
            "attempt",
            "kind",
            "amount_fen",
            "currency",
            "approver_id",
        ),
    ),
    _clock("clock.warned", clocks.ClockWarned, pgettext_lazy("webhook event", "Deadline near")),
    _clock(
        "clock.breached", clocks.ClockBreached, pgettext_lazy("webhook event", "Deadline missed")
    ),
    _clock(
        "clock.stopped",
        clocks.ClockStopped,
        pgettext_lazy("webhook event", "Clock stopped"),
        "late",
    ),
    Kind(
        "rating.given",
        satisfaction.RatingGiven,
        "",
        "subject_ref",
        pgettext_lazy("webhook event", "Rating given"),
        ("score", "satisfied"),
    ),
    Kind(
        "approval.decided",
        approvals.ApprovalDecided,
        "approval",
        "approval_ref",
        pgettext_lazy("webhook event", "Request for approval ended"),
        ("kind", "outcome", "subject_kind", "subject_ref"),
    ),
)
BY_TYPE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
BY_FACT: dict[type[Event], Kind] = {kind.fact: kind for kind in KINDS}
GROUPS: tuple[tuple[str, Words], ...] = (
    ("contact", pgettext_lazy("webhook group", "Contacts")),
    ("message", pgettext_lazy("webhook group", "Messages")),
    ("case", pgettext_lazy("webhook group", "Cases")),
    ("complaint", pgettext_lazy("webhook group", "Complaints")),
    ("clock", pgettext_lazy("webhook group", "Clocks")),
    ("rating", pgettext_lazy("webhook group", "Ratings")),
    ("approval", pgettext_lazy("webhook group", "Approvals")),
)
