"""A complaint begins: from a case that is there, or entered whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.actions.keeping import CheckedFile
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.time import day_of
from shouwen.ground.vault import audit
from shouwen.people.customers.models import Customer
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Unit
from shouwen.service.cases import access as case_access
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, Question
from shouwen.service.cases.models import (
    Case,
    CaseFile,
    Category,
    Channel,
    Complexity,
    EntryKind,
    Kind,
    ReplyBy,
    Urgency,
)
from shouwen.service.cases.rules.states import Act as CaseAct
from shouwen.service.complaints import access
from shouwen.service.complaints.actions import repeats, transfers
from shouwen.service.complaints.actions.refusals import AlreadyAComplaint
from shouwen.service.complaints.events import ComplaintFiled
from shouwen.service.complaints.models import Complaint, Origin

DEMAND_MAX_CHARACTERS = 2000
NAME_MAX_CHARACTERS = 80
REACH_MAX_CHARACTERS = 120
REF_MAX_CHARACTERS = 60
FILED = "complaint_filed"
NEEDED: dict[str, Words] = {
    "demand": _("Write down what the complainant demands."),
    "complainant": _("Enter the complainant's name, or choose the customer."),
    "reachable_at": _("Enter how the complainant is reached, or choose the customer."),
    "source_ref": _("Enter the regulator's number of the transfer."),
}
HAS_RESULT = _(
    "This case has its result already. Take the case up again first, or enter a complaint of its "
    "own."
)
MOST = {
    "demand": DEMAND_MAX_CHARACTERS,
    "complainant": NAME_MAX_CHARACTERS,
    "reachable_at": REACH_MAX_CHARACTERS,
    "source_ref": REF_MAX_CHARACTERS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What somebody complains of, as taken down (CG-3.1-10, SN-41-01, HB-4.2-01)."""

    title: str
    description: str
    demand: str
    origin: str = Origin.CUSTOMER
    channel: str = Channel.PHONE
    reply_by: str = ReplyBy.PHONE
    urgency: str = Urgency.ORDINARY
    complexity: str = Complexity.GENERAL
    place: str = ""
    # Needed only of somebody whose file is not here.
    complainant: str = ""
    reachable_at: str = ""
    source_ref: str = ""
    # The day on which the regulator received what it passes on.
    regulator_on: date | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Behalf:
    """For whom a complainant speaks, and the file that shows that they may."""

    capacity: str
    name: str
    relation: str
    proof: CaseFile


def check_said(
    values: dict[str, str],
    origin: str,
    *,
    is_known: bool,
    more: Mapping[str, Words] | None = None,
) -> None:
    """Hold the mandatory set, asking for nothing that the customer's file says. Raises Invalid.

    `more` is what was found wrong beside the texts.
    """
    wrong: dict[str, Words] = dict(more or {})
    needed = {"demand"} | (set() if is_known else {"complainant", "reachable_at"})
    if origin == Origin.REGULATOR:
        needed.add("source_ref")
    for field, text in values.items():
        if field in needed and not text.strip():
            wrong[field] = NEEDED[field]
        elif len(text) > MOST[field]:
            wrong[field] = _("Use at most %(most)s characters.") % {"most": MOST[field]}
    if origin not in Origin.values:
        wrong["origin"] = _("Choose one of the values offered.")
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def file_complaint(
    statement: Statement,
    *,
    customer: Customer | None = None,
    contact: Contact | None = None,
    unit: Unit | None = None,
    category: Category | None = None,
    answers: Mapping[str, str] | None = None,
    is_apart: bool = False,
    files: Sequence[CheckedFile] = (),
    actor: Actor,
    at: datetime,
) -> Complaint:
    """Enter a complaint whole: its case is opened and every clock runs since it was received.

    What the regulator passes on is entered once; `is_apart` says that it is another matter than
    the customer's own open complaint; `category` is what the one who enters it says, and `answers`
    what it asks at opening; `files`, such as the scan of a letter, have passed `cases.check_files`.
    Raises Invalid naming each missing field of the mandatory set, FormIncomplete, TransferKnown,
    OwnComplaintOpen, NotAllowed. Serves CG-3.1-10, SN-41-01, HB-4.2-01, HB-4.2-06.
    """
    staff_access.require(actor, access.FILES)
    known = customer or (contact.customer if contact else None)
    said = {field: getattr(statement, field) for field in MOST}
    question = Question(
        title=statement.title,
        description=statement.description,
        kind=Kind.COMPLAINT,
        channel=statement.channel,
        urgency=statement.urgency,
        complexity=statement.complexity,
        reply_by=statement.reply_by,
        place=statement.place,
        received_at=statement.received_at,
    )
    # All that is wrong is named at once, whichever room looks at it.
    wrong = cases.wrong_in(question, at) | transfers.wrong_day(
        statement.regulator_on,
        statement.received_at or at,
        is_needed=statement.origin == Origin.REGULATOR,
    )
    if statement.received_at and day_of(statement.received_at).year < transfers.FIRST_YEAR:
        wrong["received_at"] = _("Enter a day from the year 2000 on.")
    check_said(said, statement.origin, is_known=known is not None, more=wrong)
    if statement.source_ref.strip():
        transfers.refuse_number(actor.institution_id or 0, statement.source_ref)
    if statement.origin == Origin.REGULATOR and not is_apart:
        transfers.refuse_own(known)
    case = cases.open_case(
        question,
        customer=customer,
        contact=contact,
        category=category,
        unit=unit,
        answers=answers,
        is_led=True,
        actor=actor,
        at=at,
    )
    if files:
        cases.attach_checked(case, files, actor=actor, at=at)
    return stand_over(
        case,
        said,
        statement.origin,
        statement.received_at,
        regulator_on=statement.regulator_on,
        actor=actor,
        at=at,
    )


@transaction.atomic
def file_from_case(
    case: Case,
    *,
    demand: str,
    origin: str = Origin.CUSTOMER,
    source_ref: str = "",
    regulator_on: date | None = None,
    complainant: str = "",
    reachable_at: str = "",
    actor: Actor,
    at: datetime,
) -> Complaint:
    """Make a case a complaint; nothing of it is typed again.

    Its clocks are a complaint's from the moment the matter came in. Raises AlreadyAComplaint,
    TransferKnown, ResultIsThere (record an objection instead), Invalid, NotYourCase, NotThere.
    """
    case_access.require_work(actor, case, CaseAct.CLASSIFY)
    if Complaint.objects.filter(case=case).exists():
        raise AlreadyAComplaint
    said = {
        "demand": demand,
        "source_ref": source_ref,
        "complainant": complainant,
        "reachable_at": reachable_at,
    }
    day = transfers.wrong_day(regulator_on, at, is_needed=origin == Origin.REGULATOR)
    check_said(said, origin, is_known=case.customer_id is not None, more=day)
    if source_ref.strip():
        transfers.refuse_number(case.institution_id, source_ref)
    try:
        cases.turn_into(case, Kind.COMPLAINT, actor=actor, at=at)
    except cases.ResultIsThere:
        raise cases.ResultIsThere(HAS_RESULT) from None
    return stand_over(
        case, said, origin, case.opened_at, regulator_on=regulator_on, actor=actor, at=at
    )


def stand_over(
    case: Case,
    said: dict[str, str],
    origin: str,
    received_at: datetime | None,
    *,
    behalf: Behalf | None = None,
    regulator_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> Complaint:
    """Put a complaint over its case, on the trail and among the repeats looked for.

    Runs in the caller's transaction. Raises AlreadyAComplaint.
    """
    complaint = Complaint(
        institution_id=case.institution_id,
        case=case,
        origin=origin,
        source_ref=said["source_ref"].strip(),
        regulator_on=regulator_on,
        received_at=received_at or at,
        filed_at=at,
    )
    complaint.demand = said["demand"].strip()
    if case.customer_id is None:
        complaint.complainant = said["complainant"].strip()
        complaint.reachable_at = said["reachable_at"].strip()
    if behalf is not None:
        complaint.capacity, complaint.proof = behalf.capacity, behalf.proof
        complaint.behalf_name, complaint.relation = behalf.name, behalf.relation
    try:
        with transaction.atomic():
            complaint.save(force_insert=True)
    except IntegrityError:
        # Two at once: the one entered the same number, or made the same case a complaint.
        transfers.refuse_number(case.institution_id, complaint.source_ref)
        raise AlreadyAComplaint from None
    # What a complainant files alone came in as a complaint: the case's first entry says it.
    if actor.kind is not ActorKind.CUSTOMER:
        note = Note(EntryKind.CUSTOMER, clause="CG-3.1-10", visible=True)
        cases.tell(case, FILED, note, actor=actor, at=at)
    audit.record(
        actor,
        "complaint.filed",
        complaint,
        at=at,
        detail={"case": case.public_id, "origin": origin},
    )
    announce(
        ComplaintFiled(
            institution_id=case.institution_id,
            occurred_at=at,
            complaint_id=complaint.pk,
            case_id=case.pk,
            origin=origin,
        )
    )
    transfers.count_days(complaint, arrived_at=complaint.received_at, actor=actor, at=at)
    repeats.look(complaint, at=at)
    return complaint
