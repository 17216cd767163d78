"""Redress by amount: proposed by the handler, approved by another, paid by another system.

Nothing is paid here: the approval asks for a payment by an event, and its result comes back.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Words
from shouwen.ground.kernel.events import announce
from shouwen.ground.kit import words as said
from shouwen.ground.vault import audit
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart, refusals
from shouwen.service.complaints.actions.extending import SUBJECT
from shouwen.service.complaints.actions.moving import move, put
from shouwen.service.complaints.actions.working import CHOOSE
from shouwen.service.complaints.events import ComplaintRedressApproved
from shouwen.service.complaints.models import Complaint, ComplaintRedress, RedressKind
from shouwen.service.complaints.rules import redress, states
from shouwen.service.complaints.rules.redress import Level, Wrong

REDRESS = "complaint.redress"
CLAUSE = "CG-3.1-09"
CURRENCY = "CNY"
# Whose right a level is; it says so again when the decision is taken.
RIGHTS = {Level.LEAD: "complaint.redress", Level.SENIOR: "complaint.redress_senior"}
# What became of the request, what the trail calls it, and the act on the timeline.
ENDS: dict[str, tuple[redress.Act, str, str]] = {
    "APPROVED": (redress.Act.APPROVE, "complaint.redress_approved", "complaint_redress_sent"),
    "DECLINED": (redress.Act.DECLINE, "complaint.redress_declined", "complaint_redress_no"),
    "WITHDRAWN": (redress.Act.TAKE_BACK, "complaint.redress_withdrawn", "complaint_redress_back"),
    "EXPIRED": (redress.Act.EXPIRE, "complaint.redress_expired", "complaint_redress_late"),
}
DECIDED = ("APPROVED", "DECLINED")
WRONG_AMOUNT: dict[Wrong, Words] = {
    Wrong.NO_NUMBER: gettext_lazy("Enter an amount in CNY, such as 1280.50."),
    Wrong.NOT_POSITIVE: gettext_lazy("Enter an amount above zero."),
    Wrong.TOO_FINE: gettext_lazy("Enter at most two decimals; the smallest amount is one fen."),
    Wrong.TOO_LARGE: gettext_lazy("This amount is too large. Check how many digits it has."),
}


class RedressProposed(Conflict):
    """One proposal at a time: a decision counts the whole redress of a complaint."""

    message = gettext_lazy(
        "A redress of this complaint waits for approval already. Wait for the decision."
    )


class RedressIsOver(Conflict):
    """A complaint that was taken back or has ended gives none."""

    message = gettext_lazy(
        "This complaint was taken back or has ended, so no redress is decided on it. Take it up "
        "again first, where that is right."
    )


class RedressWaits(Conflict):
    """What was proposed is decided, or taken back, before the loop is closed."""

    message = gettext_lazy(
        "A redress of this complaint waits for approval. Wait for the decision, or take the "
        "request back under Approvals."
    )


class DeputyDecidesNot(Conflict):
    """Who acts in the place of the one who asks is no second person."""

    message = gettext_lazy(
        "You stand in for who handles this complaint or proposed this redress, so somebody else "
        "must decide."
    )


class RedressChanged(Conflict):
    """What was asked for is approved, and nothing else."""

    message = gettext_lazy(
        "This redress is not what was asked for any more. Send it back, to be proposed anew."
    )


class RedressBeyondLevels(Invalid):
    """No level that decides here may give as much."""

    message = gettext_lazy("Nobody here may decide on as much.")


class RedressBeyondYou(NotAllowed):
    """The levels or the sum have changed since it was proposed."""

    message = gettext_lazy(
        "This amount is beyond what you may decide on by now. Send it back, to be proposed anew "
        "for the level above."
    )


@transaction.atomic
def propose_redress(
    complaint: Complaint,
    kind: str,
    *,
    amount: str,
    reason: str,
    basis: str,
    actor: Actor,
    at: datetime,
) -> ComplaintRedress:
    """Propose to make something good; `amount` is CNY as text with at most two decimals.

    Another person decides, of the level that the complaint's whole redress with it demands.
    Raises Invalid naming each wrong field, RedressBeyondLevels, RedressProposed, RedressIsOver,
    OnlyTheHandlerProposes, NotAllowed for a program without a person, and the errors of `move`.
    Serves CG-3.1-09, PV-10-02.
    """
    access.require(actor, complaint, states.Act.REDRESS)
    person = staff.person_acting(actor)
    fen = check_redress(kind, amount, reason, basis)
    made: list[ComplaintRedress] = []

    def on_case() -> None:
        if complaint.withdrawn_at is not None:
            raise RedressIsOver
        level = level_needed(complaint, fen)
        one = ComplaintRedress(
            institution_id=complaint.institution_id,
            complaint=complaint,
            kind=kind,
            amount_fen=fen,
            right=RIGHTS[level],
            proposed_by=person,
            proposed_at=at,
        )
        one.reason, one.basis = reason.strip(), basis.strip()
        made.append(keep_proposal(one))

    move(
        complaint,
        states.Act.REDRESS,
        actor=actor,
        at=at,
        on_case=on_case,
        detail={"kind": kind, "amount_fen": fen},
    )
    (one,) = made
    ask_decision(one, actor=actor, at=at)
    note = Note(EntryKind.INTERNAL, f"{said_of(one)}\n{reason.strip()}", CLAUSE)
    cases.tell(complaint.case, "complaint_redress", note, actor=actor, at=at)
    return one


def check_redress(kind: str, amount: str, reason: str, basis: str) -> int:
    """Give the amount in fen. Raises Invalid naming everything that is wrong."""
    wrong: dict[str, Words] = {}
    if kind not in RedressKind.values:
        wrong["kind"] = CHOOSE
    fen = redress.fen_of(amount)
    if isinstance(fen, Wrong):
        wrong["amount"] = WRONG_AMOUNT[fen]
    for field, text in (("reason", reason), ("basis", basis)):
        try:
            texts.needed(field, text, WORDS_MAX_CHARACTERS)
        except Invalid as error:
            wrong |= error.fields
    if wrong or isinstance(fen, Wrong):
        raise Invalid(fields=wrong)
    return fen


def level_needed(
    complaint: Complaint, fen: int, *, besides: ComplaintRedress | None = None
) -> Level:
    """Give whose decision the whole redress is. Raises RedressBeyondLevels, naming the most."""
    levels = queries.redress_levels(complaint.institution_id)
    held = queries.redress_total(complaint, besides=besides)
    level = redress.level_of(held + fen, levels)
    if level is None:
        words = _(
            "All redress of this complaint would be %(total)s, and nobody here decides on more "
            "than %(most)s. Propose less, or have it decided outside of this centre."
        ) % {"total": said.money(held + fen), "most": said.money(levels.senior_fen)}
        raise RedressBeyondLevels(fields={"amount": words})
    return level


def keep_proposal(one: ComplaintRedress) -> ComplaintRedress:
    """Keep a proposal. Raises RedressProposed while another waits."""
    try:
        with transaction.atomic():
            one.save(force_insert=True)
    except IntegrityError:
        raise RedressProposed from None
    return one


def ask_decision(one: ComplaintRedress, *, actor: Actor, at: datetime) -> None:
    """Ask a second person of the level to decide on a proposal."""
    case = one.complaint.case
    told = _("%(kind)s; basis: %(basis)s") % {
        "kind": one.get_kind_display(),
        "basis": one.basis.plain[: WORDS_MAX_CHARACTERS // 2],
    }
    if one.outside_on is not None and one.outside_body is not None:
        told = _("Granted by %(body)s on %(day)s, %(document)s; %(told)s") % {
            "body": one.outside_body.plain,
            "document": one.outside_document.plain if one.outside_document else "",
            "day": one.outside_on.isoformat(),
            "told": told,
        }
    approval = approvals.ask_approval(
        REDRESS,
        Subject(SUBJECT, one.complaint.public_id, case.number),
        words=told[:WORDS_MAX_CHARACTERS],
        reason=one.reason.plain,
        # The request's digest binds the amount itself: this is approved, and no other.
        payload={"redress": one.public_id, "amount_fen": one.amount_fen, "kind": one.kind},
        amount_fen=one.amount_fen,
        unit=case.unit,
        right=one.right,
        actor=actor,
        at=at,
    )
    one.approval_ref = approval.public_id
    one.save(update_fields=["approval_ref"])


def settle_redress(decision: Decision, at: datetime) -> None:
    """Take note of what became of a proposal; called in the transaction of the decision.

    An approval asks for the payment by an event and stands as asked for until its result comes.
    Raises RecusedHere for whoever is complained of, HandlerDecidesNot, DeputyDecidesNot,
    RedressIsOver, RedressChanged, RedressBeyondYou and RedressBeyondLevels by the levels as they
    are now, ComplaintMovedOn.
    """
    one = ComplaintRedress.objects.get(
        public_id=decision.payload["redress"], institution_id=decision.institution_id
    )
    complaint = queries.complaint_of(one)
    act, happened, told = ENDS[decision.outcome]
    decider = staff.person_behind(decision.decided_by) if decision.decided_by else None
    if decision.outcome in DECIDED:
        apart.refuse_recused(complaint.concerned, decider)
    if decision.is_approved:
        _refuse_approval(complaint, one, decision, decider)
        # Whoever takes the complaint back at the same moment is first, or this is.
        put(complaint, {})
    lead_on(one, act, {"decided_by": decider, "decided_at": at})
    system = Actor.system("approvals", decision.institution_id)
    audit.record(decision.decided_by or system, happened, complaint, at=at, detail=detail_of(one))
    by = decider.name if decider else ""
    if not decision.is_approved:
        note = Note(EntryKind.INTERNAL, decision.opinion, CLAUSE, by)
        cases.tell(complaint.case, told, note, actor=system, at=at)
        return
    note = Note(EntryKind.CUSTOMER, said_of(one), CLAUSE, by, visible=True)
    cases.tell(complaint.case, told, note, actor=system, at=at)
    one.complaint = complaint
    announce(asked_for(one, at))


def asked_for(one: ComplaintRedress, at: datetime) -> ComplaintRedressApproved:
    """Give the request for its payment, under the number of the present attempt."""
    return ComplaintRedressApproved(
        institution_id=one.institution_id,
        occurred_at=at,
        complaint_public_id=one.complaint.public_id,
        case_id=one.complaint.case_id,
        redress_public_id=one.public_id,
        kind=one.kind,
        amount_fen=one.amount_fen,
        currency=CURRENCY,
        approver_id=one.decided_by_id,
        request=one.request_ref,
        attempt=one.attempt,
    )


def _refuse_approval(
    complaint: Complaint, one: ComplaintRedress, decision: Decision, decider: Person | None
) -> None:
    if decider is not None and decider.pk == complaint.case.handler_id:
        raise refusals.HandlerDecidesNot
    by, them = decision.decided_by, (complaint.case.handler, one.proposed_by)
    if by is not None and any(each is not None and apart.is_one(by, each) for each in them):
        raise DeputyDecidesNot
    if complaint.withdrawn_at is not None or not complaint.is_open:
        raise RedressIsOver
    # Whatever wrote the row meanwhile: the approved amount is the one that goes out.
    if (one.amount_fen, one.kind) != (decision.payload["amount_fen"], decision.payload["kind"]):
        raise RedressChanged
    # Of what was granted outside the document is confirmed; who stands above decided the amount.
    outside = one.is_from_outside
    level = Level.SENIOR if outside else level_needed(complaint, one.amount_fen, besides=one)
    if not staff_access.has_right(decision.decided_by, RIGHTS[level]):
        raise RedressBeyondYou


def lead_on(one: ComplaintRedress, act: redress.Act, values: dict[str, object]) -> None:
    """Lead it on where nobody was faster. Raises ComplaintMovedOn."""
    before = redress.state_before(act)
    then = redress.after(before, act)
    values = {**values, "state": then}
    # Two may press at once: the row count, not an earlier read, says who was first.
    if not ComplaintRedress.objects.filter(pk=one.pk, state=before).update(**values):
        raise refusals.ComplaintMovedOn
    for field, value in values.items():
        setattr(one, field, value)


def refuse_undecided(complaint: Complaint) -> None:
    """Let the loop be closed. Raises RedressWaits while a proposal waits for its decision."""
    if complaint.withdrawn_at is None and queries.redress_waits(complaint):
        raise RedressWaits


def detail_of(one: ComplaintRedress) -> dict[str, audit.Value]:
    """Give what the trail holds of it."""
    return {"redress": one.public_id, "kind": one.kind, "amount_fen": one.amount_fen}


def said_of(one: ComplaintRedress) -> str:
    """Say what is given, in the centre's language: the story is kept as it was told."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(kind)s, %(amount)s") % {
            "kind": one.get_kind_display(),
            "amount": said.money(one.amount_fen),
        }
