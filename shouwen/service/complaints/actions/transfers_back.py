"""A regulator's number that was joined to the wrong complaint is taken back from it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict
from shouwen.ground.policy import clocks
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import CaseEntry, EntryKind
from shouwen.service.cases.queries.clocks import subject_of
from shouwen.service.complaints import access
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.actions.moving import put
from shouwen.service.complaints.actions.transfers import JOINED
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act, State

CLAUSE = "HB-4.2-01"


class NothingJoined(Conflict):
    """A number that a complaint came in with is its own; only a joined one is taken back."""

    message = _("No transfer was joined to this complaint, so none can be taken back from it.")


class JoinerTakesNotBack(Conflict):
    """A second person looks at it before a regulator's number goes (CG-3.4-02)."""

    message = _(
        "You joined this transfer yourself. Another who supervises complaints takes it back."
    )


class ArchivedWithIt(Conflict):
    """What lies in the archive is changed no more."""

    message = _("This complaint is in the archive. Take it up again first.")


@transaction.atomic
def take_back_transfer(complaint: Complaint, *, reason: str, actor: Actor, at: datetime) -> str:
    """Free the regulator's number of a complaint that it was joined to by mistake; give it.

    Done by somebody who supervises complaints and is not who joined it. The transfer may be entered
    or joined elsewhere from then on; the regulator's own days run here no more. Raises Invalid
    without a reason, NothingJoined, JoinerTakesNotBack, ArchivedWithIt, ComplaintMovedOn,
    RecusedHere, NotThere, NotAllowed. Serves HB-4.2-01.
    """
    access.require(actor, complaint, Act.CLOSE)
    apart.refuse_recused(complaint.concerned, staff.person_behind(actor))
    source_ref = complaint.source_ref
    if not source_ref or complaint.transferred_at is None:
        raise NothingJoined
    if complaint.state == State.ARCHIVED:
        raise ArchivedWithIt
    reason = texts.needed("reason", reason, texts.SHORT_MAX_CHARACTERS)
    staff.person_acting(actor)
    joins = CaseEntry.objects.filter(case=complaint.case, act=JOINED).order_by("-id")
    if joins.values_list("actor_ref", flat=True).first() == actor.ref:
        raise JoinerTakesNotBack
    on = complaint.regulator_on
    put(complaint, {"source_ref": "", "regulator_on": None, "transferred_at": None})
    subject = subject_of(complaint.case)
    counted = Clock.objects.filter(
        subject_kind=subject.kind,
        subject_ref=subject.ref,
        state=Clock.State.STOPPED,
        entries__act="STARTED",
        entries__trigger="regulator.received",
    )
    for clock in counted.order_by("pk"):
        clocks.void(clock, reason="transfer taken back", actor=actor, at=at)
    note = Note(EntryKind.INTERNAL, reason, CLAUSE, source_ref)
    cases.tell(complaint.case, "complaint_transfer_back", note, actor=actor, at=at)
    detail = {"source_ref": source_ref, "regulator_on": str(on)}
    audit.record(actor, "complaint.transfer_taken_back", complaint, at=at, detail=detail)
    return source_ref


def may_take_back(actor: Actor, complaint: Complaint) -> bool:
    """Whether the page offers it; whether it is another person than the joiner is seen then."""
    return (
        bool(complaint.source_ref)
        and complaint.transferred_at is not None
        and complaint.state != State.ARCHIVED
        and access.may_do(actor, complaint, Act.CLOSE)
    )
