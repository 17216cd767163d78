"""What became of a redress's payment, as the system that pays gives it back."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart, redress_again, refusals
from shouwen.service.complaints.actions.redress import CLAUSE, detail_of, lead_on, said_of
from shouwen.service.complaints.actions.working import CHOOSE
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintRedress,
    RedressAttempt,
    RedressState,
)
from shouwen.service.complaints.rules import redress

RESULT_RIGHT = "complaint.redress_result"
RESULTS: dict[str, tuple[redress.Act, str, str]] = {
    "PAID": (redress.Act.PAY, "complaint.redress_paid", "complaint_redress_paid"),
    "FAILED": (redress.Act.FAIL, "complaint.redress_failed", "complaint_redress_fail"),
}
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")


class RedressNotRequested(Conflict):
    """A result belongs to a payment that was asked for."""

    message = gettext_lazy("No payment was asked for by this redress. Check its id.")


class RedressSettled(Conflict):
    """Its result is here, and it is another one."""

    message = gettext_lazy(
        "Another result of this payment was recorded already and stays. Compare the numbers."
    )


class PaymentNumberKnown(Conflict):
    """One payment settles one redress."""

    message = gettext_lazy(
        "This number is the payment of another redress. Check which of them it settles."
    )


class ResultByAnother(NotAllowed):
    """Who proposed or approved does not say that it was paid, nor who acts in their place."""

    message = gettext_lazy(
        "You proposed or approved this redress, or stand in for who did, so somebody else records "
        "the payment's result."
    )


@transaction.atomic
def take_redress_result(
    complaint: Complaint,
    ref: str,
    *,
    outcome: str,
    reference: str,
    words: str = "",
    request: str = "",
    actor: Actor,
    at: datetime,
) -> ComplaintRedress:
    """Record what became of a payment that was asked for: PAID or FAILED, by its number outside.

    The same result again changes nothing, also of a complaint that has ended meanwhile. `words`
    say why it failed; `request` says which request it answers, the present one where it is empty.
    Whoever handles the complaint is told of a failure at once. Raises NotThere, NotAllowed,
    ResultByAnother, RecusedHere, Invalid, RedressNotRequested, RedressSettled for another result,
    PaymentNumberKnown.
    """
    if not access.may_see(actor, complaint):
        raise NotThere
    staff_access.require(actor, RESULT_RIGHT)
    one = queries.redress_for(complaint, ref)
    if one is None:
        raise NotThere
    one.complaint = complaint
    refuse_redress_teller(complaint, one, actor)
    reference, words = _result_said(outcome, reference, words)
    held = queries.redress_attempt(one, reference)
    if held is not None or request not in ("", one.request_ref):
        # Told once more what became of a request before; the present one goes on.
        return _of_before(one, held, outcome, request)
    if redress.State(one.state) in redress.SETTLED:
        return _same(one, outcome, reference)
    if one.state != RedressState.REQUESTED:
        raise RedressNotRequested
    if queries.redress_number_failed(one.institution_id, reference):
        raise PaymentNumberKnown
    act, happened, told = RESULTS[outcome]
    values: dict[str, object] = {"outside_ref": reference, "result_at": at}
    if words:
        values["result_words"] = one.seal("result_words", words)
    try:
        with transaction.atomic():
            lead_on(one, act, values)
    except IntegrityError:
        raise PaymentNumberKnown from None
    except refusals.ComplaintMovedOn:
        one.refresh_from_db()
        return _same(one, outcome, reference)
    detail = {**detail_of(one), "reference": reference}
    audit.record(actor, happened, complaint, at=at, detail=detail)
    system = Actor.system("payments", complaint.institution_id)
    note = Note(EntryKind.CUSTOMER, said_of(one), CLAUSE, visible=True)
    cases.tell(complaint.case, told, note, actor=system, at=at)
    if act is redress.Act.FAIL:
        redress_again.tell_failure(one, at=at)
    return one


def _of_before(
    one: ComplaintRedress, held: RedressAttempt | None, outcome: str, request: str
) -> ComplaintRedress:
    """Let a result of a failed request come again. Raises RedressSettled, RedressNotRequested."""
    if held is None:
        raise RedressNotRequested
    if outcome != RedressState.FAILED or request not in ("", held.request_ref):
        raise RedressSettled
    return one


def refuse_redress_teller(complaint: Complaint, one: ComplaintRedress, actor: Actor) -> None:
    """Let whoever holds the right say what became of the payment, but neither of the two persons.

    Raises NotAllowed, RecusedHere, ResultByAnother.
    """
    staff_access.require(actor, RESULT_RIGHT)
    person = staff.person_behind(actor)
    if person is None:
        return
    apart.refuse_recused(complaint.concerned, person)
    two = [each for each in (one.proposed_by, one.decided_by) if each]
    if any(apart.is_one(actor, each) for each in two):
        raise ResultByAnother


def _result_said(outcome: str, reference: str, words: str) -> tuple[str, str]:
    wrong: dict[str, Words] = {}
    reference = reference.strip()
    if outcome not in RESULTS:
        wrong["outcome"] = CHOOSE
    if not REFERENCE.fullmatch(reference):
        wrong["reference"] = _("Use 1 to 60 letters, digits, dots, slashes, hyphens, underscores.")
    try:
        text = texts.allowed("words", words, texts.SHORT_MAX_CHARACTERS)
    except Invalid as error:
        wrong |= error.fields
    else:
        if outcome == "FAILED" and not text:
            wrong["words"] = _("Say why the payment failed.")
    if wrong:
        raise Invalid(fields=wrong)
    return reference, text


def _same(one: ComplaintRedress, outcome: str, reference: str) -> ComplaintRedress:
    """Give what is recorded where it says the same. Raises RedressSettled."""
    if (one.state, one.outside_ref) != (outcome, reference):
        raise RedressSettled
    return one
