"""What whoever works a case may not decide alone: they ask, a supervisor decides.

The case is not resolved while a request waits, so nothing is told to the customer that was sent
back. Serves PV-10-01, PV-10-02.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.vault import masking
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import Approval
from shouwen.people.approvals.models import State as Asked
from shouwen.people.approvals.ports import Decision
from shouwen.service.cases import access
from shouwen.service.cases.actions import texts
from shouwen.service.cases.actions.moving import Note, claim, enter, tell_screens
from shouwen.service.cases.actions.refusals import CaseNotReady
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.states import Act, State
from shouwen.service.cases.rules.tasks import may_be_asked_for

APPROVAL = "case.step"
SUBJECT = "case"
CLAUSE = "PV-10-02"
WHAT_MAX_CHARACTERS = 200
REASON_MAX_CHARACTERS = 400
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?")
# What the story calls each outcome.
STORY = {
    Asked.APPROVED.value: "approval_yes",
    Asked.DECLINED.value: "approval_no",
    Asked.WITHDRAWN.value: "approval_withdrawn",
    Asked.EXPIRED.value: "approval_over",
}


class ApprovalStillOpen(Conflict):
    """A case is not resolved while somebody is still to decide about it."""

    message = gettext_lazy(
        "A request for approval waits for its decision. Wait for it, or withdraw it."
    )


@transaction.atomic
def ask_approval(
    case: Case, what: str, *, reason: str, amount: str = "", actor: Actor, at: datetime
) -> Approval:
    """Ask a supervisor of the case's unit to approve a step, such as an advance of `amount` CNY.

    Raises NotYourCase, CaseNotReady, CaseMovedOn, Invalid naming each wrong field, AlreadyAsked
    for the same thing again, NotAllowed for programs.
    """
    access.require_work(actor, case, Act.OPINION)
    if not may_be_asked_for(State(case.state)):
        raise CaseNotReady
    what = texts.needed("what", what, WHAT_MAX_CHARACTERS)
    reason = texts.needed("reason", reason, REASON_MAX_CHARACTERS)
    fen = _fen(amount)
    # Whoever resolves the case at this moment finds it changed, and looks again.
    claim(case, act=Act.RESOLVE)
    approval = approvals.ask_approval(
        APPROVAL,
        Subject(SUBJECT, case.public_id, case.number),
        words=what,
        reason=reason,
        payload={"case": case.public_id, "what": masking.redact(what), "amount_fen": fen},
        amount_fen=fen,
        unit=case.unit,
        due_at=case.due_at if case.due_at and case.due_at > at else None,
        actor=actor,
        at=at,
    )
    note = Note(text=f"{what}\n{reason}", clause=CLAUSE)
    enter(case, "approval_ask", actor=actor, at=at, note=note)
    tell_screens(case)
    return approval


def _fen(amount: str) -> int | None:
    amount = amount.strip().replace(",", "")
    if not amount:
        return None
    if not _AMOUNT.fullmatch(amount) or not (fen := int(Decimal(amount) * 100)):
        raise Invalid(fields={"amount": _("Write an amount in CNY such as 2386.00, or nothing.")})
    return fen


def settle_step(decision: Decision, at: datetime) -> None:
    """Put what became of a request on the story; called in the transaction of the decision."""
    case = Case.objects.select_related("owner", "handler").get(
        public_id=decision.subject_ref, institution_id=decision.institution_id
    )
    actor = decision.decided_by or Actor.system("approvals", decision.institution_id)
    note = Note(text=decision.opinion, clause=CLAUSE)
    enter(case, STORY[decision.outcome], actor=actor, at=at, note=note)
    tell_screens(case)


def refuse_while_asked(case: Case, at: datetime) -> None:
    """Let a case be resolved. Raises ApprovalStillOpen."""
    waiting = Approval.objects.filter(
        kind=APPROVAL,
        subject_kind=SUBJECT,
        subject_ref=case.public_id,
        state=Asked.WAITING,
        expires_at__gt=at,
    )
    if waiting.exists():
        raise ApprovalStillOpen


def end_requests(case: Case, reason: str, *, actor: Actor, at: datetime) -> None:
    """Withdraw what waits about a case that has ended."""
    subject = Subject(SUBJECT, case.public_id, case.number)
    approvals.end_with_subject((APPROVAL,), subject, reason, actor=actor, at=at)
