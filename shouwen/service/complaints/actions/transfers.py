"""What the regulator passes on: entered once, and joined to what the customer said themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.contact.conversations.actions.keeping import CheckedFile
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy import clocks
from shouwen.ground.vault import audit
from shouwen.people.customers.models import Customer
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note
from shouwen.service.cases.models import EntryKind
from shouwen.service.cases.queries.clocks import facts_of, subject_of
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.actions.refusals import ComplaintMovedOn
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act

JOINED = "complaint_transfer"
REF_MAX_CHARACTERS = 60
# No regulation on transfers is older; an earlier year is a slip of the pen.
FIRST_YEAR = 2000


class OnTheLedger(Conflict):
    """What is transferred is here already; `existing` is where."""

    message = gettext_lazy("This complaint is on the ledger already.")
    # Whether only a person can say that it is the same matter.
    may_be_apart: ClassVar[bool] = False

    def __init__(self, existing: Complaint, words: str) -> None:
        """Take the complaint that is there, and what to say of it."""
        super().__init__(words)
        self.existing = existing


class TransferKnown(OnTheLedger):
    """The regulator's number stands on the ledger."""


class OwnComplaintOpen(OnTheLedger):
    """The customer has an open complaint of their own, perhaps on the same matter."""

    may_be_apart = True


class NumberedAlready(Conflict):
    """The complaint bears a number of the regulator; another one is another transfer."""

    message = gettext_lazy(
        "This complaint has a number of the regulator already. Enter this transfer on its own."
    )


class ComplaintIsOver(Conflict):
    """Nobody works on the complaint any more, so nothing new is joined to it."""

    message = gettext_lazy("This complaint is closed. Enter the transfer on its own.")


def refuse_number(institution_id: int, source_ref: str) -> None:
    """Let a transfer go on whose number is new here. Raises TransferKnown."""
    existing = queries.of_number(institution_id, source_ref)
    if existing is not None:
        words = _("The regulator's number is on the ledger already, under %(number)s. Go on there.")
        raise TransferKnown(existing, words % {"number": existing.case.number})


def refuse_own(customer: Customer | None) -> None:
    """Let a transfer go on of who has no open complaint here. Raises OwnComplaintOpen."""
    existing = queries.open_of_customer(customer)
    if existing is not None:
        words = _(
            "This customer has an open complaint, %(number)s. Join the transfer to it, or say that "
            "it is another matter."
        )
        raise OwnComplaintOpen(existing, words % {"number": existing.case.number})


def wrong_day(
    regulator_on: date | None, arrived_at: datetime, *, is_needed: bool
) -> dict[str, Words]:
    """Say what is wrong with the day on which the regulator received a complaint, by field."""
    if regulator_on is None:
        words = gettext_lazy("Enter the day on which the regulator received the complaint.")
        return {"regulator_on": words} if is_needed else {}
    if regulator_on > day_of(arrived_at):
        words = gettext_lazy(
            "The regulator received it before passing it on: choose an earlier day."
        )
        return {"regulator_on": words}
    if regulator_on.year < FIRST_YEAR:
        return {"regulator_on": gettext_lazy("Enter a day from the year 2000 on.")}
    return {}


def count_days(complaint: Complaint, *, arrived_at: datetime, actor: Actor, at: datetime) -> None:
    """Count the regulator's working days from the day it received a complaint until it came here.

    Runs in the caller's transaction; nothing where no regulator received it. Serves
    CBIRC-2020-3-transfer.
    """
    if complaint.regulator_on is None:
        return
    began = datetime.combine(complaint.regulator_on, time(0), SHANGHAI)
    case = complaint.case
    clocks.start_all(
        "regulator.received",
        subject=subject_of(case),
        institution_id=case.institution_id,
        facts=facts_of(case),
        at=began,
        actor=actor,
    )
    # A case that was here before the regulator heard of it became its transfer today.
    came_at = arrived_at if complaint.regulator_on <= day_of(arrived_at) else at
    clocks.stop_all("regulator.transferred", subject=subject_of(case), at=came_at, actor=actor)


@transaction.atomic
def join_transfer(
    complaint: Complaint,
    *,
    source_ref: str,
    regulator_on: date | None = None,
    said: str = "",
    files: Sequence[CheckedFile] = (),
    actor: Actor,
    at: datetime,
) -> None:
    """Link the regulator's number to a complaint that is here, instead of a second one.

    Its clocks go on as they run; it stands among those from the regulator, and what the regulator
    `said` stands in its story. `regulator_on` is the day on which the regulator received it. Raises
    Invalid without number or day, TransferKnown, NumberedAlready, ComplaintIsOver,
    ComplaintMovedOn, RecusedHere, NotThere, NotAllowed. Serves HB-4.2-01, OM-4.4-04.
    """
    access.require(actor, complaint, Act.CLASSIFY)
    apart.refuse_recused(complaint.concerned, staff.person_behind(actor))
    source_ref = source_ref.strip()
    wrong = wrong_day(regulator_on, at, is_needed=True)
    if not 0 < len(source_ref) <= REF_MAX_CHARACTERS:
        wrong["source_ref"] = gettext_lazy("Enter the regulator's number of the transfer.")
    if wrong:
        raise Invalid(fields=wrong)
    if complaint.source_ref:
        raise NumberedAlready
    if not complaint.is_open:
        raise ComplaintIsOver
    refuse_number(complaint.institution_id, source_ref)
    same = Complaint.objects.filter(pk=complaint.pk, version=complaint.version)
    values = {
        "source_ref": source_ref,
        "regulator_on": regulator_on,
        "transferred_at": at,
        "version": complaint.version + 1,
    }
    try:
        with transaction.atomic():
            changed = same.update(**values)
    except IntegrityError:
        # Somebody entered the same number between looking and writing.
        refuse_number(complaint.institution_id, source_ref)
        raise
    if not changed:
        raise ComplaintMovedOn
    for field, value in values.items():
        setattr(complaint, field, value)
    note = Note(EntryKind.INTERNAL, said.strip(), "HB-4.2-01", source_ref)
    cases.tell(complaint.case, JOINED, note, actor=actor, at=at)
    if files:
        cases.attach_checked(complaint.case, files, actor=actor, at=at)
    detail = {"source_ref": source_ref, "regulator_on": str(regulator_on)}
    audit.record(actor, "complaint.transfer_joined", complaint, at=at, detail=detail)
    count_days(complaint, arrived_at=at, actor=actor, at=at)
