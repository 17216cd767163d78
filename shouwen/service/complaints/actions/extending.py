"""More time for a complaint: asked by its handler, approved by another, told in time.

The date moves with the last of the three, before the old one passes; else the old date stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit import words
from shouwen.ground.policy import clocks
from shouwen.ground.policy.queries import Extendable
from shouwen.ground.vault import audit, masking
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind, ReplyBy
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import apart, refusals
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.actions.working import CHOOSE
from shouwen.service.complaints.models import Complaint, ComplaintExtension, ExtensionState
from shouwen.service.complaints.rules import extending
from shouwen.service.complaints.rules.extending import WhyNot
from shouwen.service.complaints.rules.states import Act

EXTENSION = "complaint.extension"
SUBJECT = "complaints.complaint"
# Which right the level means that a clause names; a clause that names none means a lead's.
RIGHTS = {"senior": "complaint.extend_senior"}
LEADS = "complaint.extend"
ENDS = {
    "APPROVED": (ExtensionState.APPROVED, "complaint.extension_approved"),
    "DECLINED": (ExtensionState.DECLINED, "complaint.extension_declined"),
    "WITHDRAWN": (ExtensionState.WITHDRAWN, "complaint.extension_withdrawn"),
    "EXPIRED": (ExtensionState.EXPIRED, "complaint.extension_expired"),
}
DECIDED = ("APPROVED", "DECLINED")


@transaction.atomic
def ask_extension(
    complaint: Complaint, *, reason: str, clause: str = "", actor: Actor, at: datetime
) -> ComplaintExtension:
    """Ask for more time by a clause that allows it; without one for the limit that is due first.

    Nothing moves yet. Raises OnlyTheHandlerExtends, NothingToExtend, ExtendedAlready,
    ExtensionAsked, ExtensionTooLate, LimitOnHold, Invalid without a reason, and the errors of
    `move`. Serves CBIRC-2020-3-20-3, CG-3.3-04.
    """
    reason = texts.needed("reason", reason, WORDS_MAX_CHARACTERS)
    made: list[ComplaintExtension] = []

    def on_case() -> None:
        limit = _limit(complaint, clause, at)
        made.append(_ask(complaint, limit, reason, actor=actor, at=at))

    move(complaint, Act.EXTEND, actor=actor, at=at, on_case=on_case)
    (one,) = made
    note = Note(EntryKind.INTERNAL, reason, one.clause)
    cases.tell(complaint.case, "complaint_extend", note, actor=actor, at=at)
    return one


def _ask(
    complaint: Complaint, limit: Extendable, reason: str, *, actor: Actor, at: datetime
) -> ComplaintExtension:
    one = ComplaintExtension(
        complaint=complaint,
        clause=limit.clause,
        limit_clause=limit.limit_clause,
        old_due_at=limit.due_at,
        until=limit.until,
        right=RIGHTS.get(limit.approval, LEADS),
        asked_by=staff.person_acting(actor),
        asked_at=at,
    )
    one.reason = reason
    try:
        with transaction.atomic():
            one.save(force_insert=True)
    except IntegrityError:
        raise refusals.ExtensionAsked from None
    case = complaint.case
    approval = approvals.ask_approval(
        EXTENSION,
        Subject(SUBJECT, complaint.public_id, case.number),
        words=_("Put the limit of %(limit)s off from %(old)s to %(new)s (%(clause)s)")
        % {
            "limit": limit.limit_clause,
            "old": words.moment(limit.due_at, at),
            "new": words.moment(limit.until, at),
            "clause": limit.clause,
        },
        reason=reason,
        payload={"extension": one.public_id},
        unit=case.unit,
        right=one.right,
        due_at=limit.due_at,
        actor=actor,
        at=at,
    )
    one.approval_ref = approval.public_id
    one.save(update_fields=["approval_ref"])
    return one


def _limit(
    complaint: Complaint, clause: str, at: datetime, *, since: datetime | None = None
) -> Extendable:
    """Give the limit that may be put off now, running since before `since`.

    What was asked for one round of the work extends no limit of the next. Raises why it may not.
    """
    limits = queries.extendable(complaint)
    if since is not None:
        limits = [one for one in limits if queries.is_of_this_round(one, since)]
    if not clause and len(limits) > 1:
        free = [one for one in limits if extending.why_not(queries.limit_of(one), at) is None]
        limits = free or limits
    limit = next((one for one in limits if clause in ("", one.clause)), None)
    if limit is None:
        raise refusals.NothingToExtend
    why = extending.why_not(queries.limit_of(limit), at)
    if why is not None:
        _refuse(why)
    return limit


def _refuse(why: WhyNot) -> NoReturn:
    match why:
        case WhyNot.EXTENDED:
            raise refusals.ExtendedAlready
        case WhyNot.ON_HOLD:
            raise refusals.LimitOnHold
        case WhyNot.TOO_LATE:
            raise refusals.ExtensionTooLate


def settle_extension(decision: Decision, at: datetime) -> None:
    """Take note of what became of a request; called in the transaction of the decision.

    An approval moves no date yet: the complainant is told first. Raises RecusedHere for whoever
    is complained of, HandlerDecidesNot, and what `ask_extension` raises of the limit.
    """
    one = ComplaintExtension.objects.get(
        public_id=decision.payload["extension"],
        complaint__institution_id=decision.institution_id,
    )
    complaint = queries.complaint_of(one)
    state, happened = ENDS[decision.outcome]
    decider = staff.person_behind(decision.decided_by) if decision.decided_by else None
    values: dict[str, object] = {"state": state, "decided_by": decider, "decided_at": at}
    if decision.outcome in DECIDED:
        apart.refuse_recused(complaint.concerned, decider)
    if decision.is_approved:
        if decider is not None and decider.pk == complaint.case.handler_id:
            raise refusals.HandlerDecidesNot
        limit = _limit(complaint, one.clause, at, since=one.asked_at)
        values |= {"old_due_at": limit.due_at, "until": limit.until}
    waiting = ComplaintExtension.objects.filter(pk=one.pk, state=ExtensionState.ASKED)
    if not waiting.update(**values):
        raise refusals.ComplaintMovedOn
    system = Actor.system("approvals", decision.institution_id)
    audit.record(
        decision.decided_by or system,
        happened,
        complaint,
        at=at,
        detail={"clause": one.clause, "extension": one.public_id},
    )
    # Whoever decides need not work cases; the entry names them.
    note = Note(EntryKind.INTERNAL, decision.opinion, one.clause, decider.name if decider else "")
    cases.tell(complaint.case, f"complaint_more_{state.lower()}", note, actor=system, at=at)


def end_with_the_round(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Let what was approved and not told end with the round of work that it was asked for."""
    approved = complaint.extensions.filter(state=ExtensionState.APPROVED).order_by("pk")
    for one in approved:
        approved.filter(pk=one.pk).update(state=ExtensionState.EXPIRED)
        audit.record(
            actor,
            "complaint.extension_expired",
            complaint,
            at=at,
            detail={"clause": one.clause, "extension": one.public_id},
        )


@transaction.atomic
def tell_extension(
    complaint: Complaint, *, words: str, channel: str, actor: Actor, at: datetime
) -> ComplaintExtension:
    """Record that the complainant was told of the approved extension; with this the date moves.

    Raises NotApprovedYet, ExtensionTooLate at or after the old date, OnlyTheHandlerExtends,
    NotAllowed for a program without a person, Invalid, and the errors of `move`. Serves
    CBIRC-2020-3-20-3.
    """
    # The handler stands for it in person; a program without one does not.
    staff.person_acting(actor)
    said = texts.needed("words", words)
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": CHOOSE})
    told: list[ComplaintExtension] = []
    move(
        complaint,
        Act.NOTICE,
        actor=actor,
        at=at,
        on_case=lambda: told.append(_grant(complaint, said, channel, actor=actor, at=at)),
        detail={"channel": channel},
    )
    (one,) = told
    note = Note(EntryKind.CUSTOMER, said, one.clause, subject_name=channel, visible=True)
    cases.tell(
        complaint.case,
        "complaint_notice",
        note,
        happening="complaint.extended",
        actor=actor,
        at=at,
    )
    return one


def _grant(
    complaint: Complaint, said: str, channel: str, *, actor: Actor, at: datetime
) -> ComplaintExtension:
    one = queries.extension_to_tell(complaint, at)
    if one is None or one.decided_by is None:
        raise refusals.NotApprovedYet
    limit = _limit(complaint, one.clause, at, since=one.asked_at)
    values = {
        "state": ExtensionState.GRANTED,
        "notice": one.seal("notice", said),
        "notice_by": channel,
        "notified_at": at,
        "old_due_at": limit.due_at,
        "until": limit.until,
    }
    # Two may press at once: the row count, not an earlier read, says who was first.
    if not ComplaintExtension.objects.filter(pk=one.pk, state=one.state).update(**values):
        raise refusals.ComplaintMovedOn
    for field, value in values.items():
        setattr(one, field, value)
    # Who decides later tells later: the clause moves every clock that its limit runs on.
    for clock in (limit.clock, *limit.beside):
        clocks.extend(
            clock,
            reason=masking.redact(one.reason.plain)[:WORDS_MAX_CHARACTERS],
            clause=one.clause,
            approved_by=one.decided_by.public_id,
            at=at,
            actor=actor,
            due_at=limit.until,
            notified_at=at,
        )
    return one
