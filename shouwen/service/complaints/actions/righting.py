"""A limit that was told in time and recorded late: asked for with proof, approved by another.

Only then the clock says so; what was recorded before stays in its ledger and on the request.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.kit import words
from shouwen.ground.policy import clocks
from shouwen.ground.vault import audit, masking
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import CaseFile, EntryKind, ReplyBy
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart, refusals
from shouwen.service.complaints.actions.extending import SUBJECT
from shouwen.service.complaints.models import Complaint, ComplaintRighting, RightingState
from shouwen.service.complaints.queries import Missed
from shouwen.service.complaints.rules import righting
from shouwen.service.complaints.rules.righting import WrongInstant
from shouwen.service.complaints.rules.states import Act

RIGHTING = "complaint.righting"
RIGHT_ASKED = "complaint_right_ask"
LEADS, SENIOR = "complaint.extend", "complaint.extend_senior"
ENDS = {
    "APPROVED": (RightingState.APPROVED, "complaint.righting_approved", "complaint_right_yes"),
    "DECLINED": (RightingState.DECLINED, "complaint.righting_declined", "complaint_right_no"),
    "WITHDRAWN": (RightingState.WITHDRAWN, "complaint.righting_withdrawn", "complaint_right_back"),
    "EXPIRED": (RightingState.EXPIRED, "complaint.righting_expired", "complaint_right_late"),
}
DECIDED = ("APPROVED", "DECLINED")
CHOOSE = gettext_lazy("Choose one of the values offered.")
WRONG: dict[WrongInstant, Words] = {
    WrongInstant.BEFORE: gettext_lazy(
        "This lies before the limit began, or before there was anything to tell. Look at it again."
    ),
    WrongInstant.AFTER_DUE: gettext_lazy(
        "This lies after the limit was due, so it was late. Nothing is to be set right then."
    ),
    WrongInstant.AFTER_RECORD: gettext_lazy(
        "This lies after it was recorded. Enter when the complainant was told."
    ),
}


class RightingAsked(Conflict):
    """One request at a time, and what was set right once stays so."""

    message = gettext_lazy(
        "Somebody has asked to set this limit right already. Look at the decision."
    )


class NothingWasMissed(Conflict):
    """There is no limit that was told and reads as missed."""

    message = gettext_lazy(
        "No limit of this complaint that was told reads as missed. Look at its clocks again."
    )


@transaction.atomic
def ask_righting(
    complaint: Complaint,
    clock: str,
    *,
    told_at: datetime | None,
    medium: str,
    evidence: str,
    proof: str = "",
    actor: Actor,
    at: datetime,
) -> ComplaintRighting:
    """Ask that a clock says when the complainant was told, where that was recorded too late.

    `clock` is its public id, `evidence` what shows the telling, `proof` the public id of a file of
    the case where there is one. Nothing moves yet. Raises Invalid naming what is wrong,
    NothingWasMissed, RightingAsked, RecusedHere, NotThere, NotAllowed, also for a program without a
    person. Serves HB-4.2-03, CG-4.1-05.
    """
    access.require(actor, complaint, Act.RESPOND)
    apart.refuse_recused(complaint.concerned, staff.person_behind(actor))
    missed = queries.missed_limits(complaint)
    if not missed:
        asked = complaint.rightings.filter(state=RightingState.ASKED, clock_ref=clock[:48])
        raise RightingAsked if asked.exists() else NothingWasMissed
    found = next((one for one in missed if one.clock.public_id == clock), None)
    # Whoever asks stands for it in person; a program without one does not.
    staff.person_acting(actor)
    wrong, file = _wrong(complaint, found, told_at, medium, evidence, proof)
    if wrong or found is None or told_at is None:
        raise Invalid(fields=wrong)
    row = _keep(complaint, found, told_at, medium, file, evidence.strip(), actor=actor, at=at)
    note = Note(EntryKind.INTERNAL, evidence.strip(), row.clause, medium)
    cases.tell(complaint.case, RIGHT_ASKED, note, actor=actor, at=at)
    audit.record(
        actor,
        "complaint.righting_asked",
        complaint,
        at=at,
        detail={"clock": row.clock_ref, "told_at": told_at.isoformat(), "medium": medium},
    )
    return row


def _wrong(
    complaint: Complaint,
    found: Missed | None,
    told_at: datetime | None,
    medium: str,
    evidence: str,
    proof: str,
) -> tuple[dict[str, Words], CaseFile | None]:
    wrong: dict[str, Words] = {}
    file = None
    if found is None:
        wrong["clock"] = CHOOSE
    if medium not in ReplyBy.values:
        wrong["medium"] = CHOOSE
    if told_at is None:
        wrong["told_at"] = gettext_lazy("Enter when the complainant was told.")
    elif found is not None:
        amiss = righting.wrong(told_at, found.span)
        if amiss is not None:
            wrong["told_at"] = WRONG[amiss]
    try:
        texts.needed("evidence", evidence, WORDS_MAX_CHARACTERS)
    except Invalid as error:
        wrong |= error.fields
    if proof:
        try:
            file = case_queries.file_of(complaint.case, proof)
        except NotThere:
            wrong["proof"] = CHOOSE
    return wrong, file


def _keep(
    complaint: Complaint,
    found: Missed,
    told_at: datetime,
    medium: str,
    file: CaseFile | None,
    evidence: str,
    *,
    actor: Actor,
    at: datetime,
) -> ComplaintRighting:
    clock, case = found.clock, complaint.case
    row = ComplaintRighting(
        complaint=complaint,
        clock_ref=clock.public_id,
        event=clock.event,
        clause=clock.clause,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at or at,
        missed_at=clock.breached_at or at,
        recorded_at=found.span.recorded_at,
        told_at=told_at,
        medium=medium,
        proof=file,
        right=SENIOR if found.is_statutory else LEADS,
        asked_by=staff.person_acting(actor),
        asked_at=at,
    )
    row.evidence = evidence
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise RightingAsked from None
    approval = approvals.ask_approval(
        RIGHTING,
        Subject(SUBJECT, complaint.public_id, case.number),
        words=_("%(limit)s: told %(told)s (%(medium)s), recorded %(recorded)s, due %(due)s")
        % {
            "limit": found.title,
            "told": words.moment(told_at, at),
            "medium": row.get_medium_display(),
            "recorded": words.moment(row.recorded_at, at),
            "due": words.moment(row.due_at, at),
        },
        reason=evidence,
        payload={"righting": row.public_id, "told_at": told_at.isoformat()},
        unit=case.unit,
        right=row.right,
        actor=actor,
        at=at,
    )
    row.approval_ref = approval.public_id
    row.save(update_fields=["approval_ref"])
    return row


def settle_righting(decision: Decision, at: datetime) -> None:
    """Take note of what became of a request; called in the transaction of the decision.

    With an approval the clock says that the limit was met. Raises RecusedHere for whoever is
    complained of, HandlerDecidesNot, and what `clocks.set_right` raises.
    """
    row = ComplaintRighting.objects.get(
        public_id=decision.payload["righting"],
        complaint__institution_id=decision.institution_id,
    )
    complaint = queries.complaint_of_righting(row)
    state, happened, told = ENDS[decision.outcome]
    decider = staff.person_behind(decision.decided_by) if decision.decided_by else None
    if decision.outcome in DECIDED:
        apart.refuse_recused(complaint.concerned, decider)
    if decision.is_approved:
        by, them = decision.decided_by, (complaint.case.handler, row.asked_by)
        if by is not None and any(each is not None and apart.is_one(by, each) for each in them):
            raise refusals.HandlerDecidesNot
        _set_right(complaint, row, decision, at)
    waiting = ComplaintRighting.objects.filter(pk=row.pk, state=RightingState.ASKED)
    if not waiting.update(state=state, decided_by=decider, decided_at=at):
        raise refusals.ComplaintMovedOn
    system = Actor.system("approvals", decision.institution_id)
    audit.record(
        decision.decided_by or system,
        happened,
        complaint,
        at=at,
        detail={
            "clock": row.clock_ref,
            "told_at": row.told_at.isoformat(),
            "recorded_at": row.recorded_at.isoformat(),
            "asked_by": row.asked_by.public_id,
        },
    )
    note = Note(EntryKind.INTERNAL, decision.opinion, row.clause, decider.name if decider else "")
    cases.tell(complaint.case, told, note, actor=system, at=at)


def _set_right(
    complaint: Complaint, row: ComplaintRighting, decision: Decision, at: datetime
) -> None:
    # Who is found to be complained of meanwhile asked for nothing.
    apart.refuse_recused(complaint.concerned, row.asked_by)
    if decision.decided_by is None:
        raise refusals.ComplaintMovedOn
    clocks.set_right(
        queries.clock_of(row),
        met_at=row.told_at,
        reason=masking.redact(row.evidence.plain)[:WORDS_MAX_CHARACTERS],
        asked_by=staff.actor_of(row.asked_by),
        approved_by=decision.decided_by,
        at=at,
    )
