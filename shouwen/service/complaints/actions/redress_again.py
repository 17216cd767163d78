"""A payment that failed is told to who handles the complaint, and asked for again by one press.

Sum and decision stay; the request has a number of its own. Where sum or payee change, or it has
failed too often, the redress is proposed anew.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, NotThere, Problem
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart, refusals
from shouwen.service.complaints.actions.redress import (
    CLAUSE,
    RIGHTS,
    RedressIsOver,
    asked_for,
    detail_of,
    lead_on,
    level_needed,
    said_of,
)
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintRedress,
    RedressAttempt,
    RedressState,
)
from shouwen.service.complaints.rules import redress, states

STORY = "complaint_redress_again"


class RedressNotFailed(Conflict):
    """Only what failed is asked for again, and once for each failure."""

    message = gettext_lazy("This payment waits for no second request. Look at the page again.")


class RedressAskedEnough(Conflict):
    """After so many failures the same request would fail again."""

    message = gettext_lazy(
        "This payment was asked for as often as may be. Find out why it fails, then propose the "
        "redress anew."
    )


class RedressReplaced(Conflict):
    """Nobody is paid twice for one thing."""

    message = gettext_lazy(
        "Another redress of this complaint was proposed after this payment failed. Where both are "
        "meant, propose this one anew."
    )


class RedressNeedsAnew(Conflict):
    """With what was granted since, the sum is another level's to decide."""

    message = gettext_lazy(
        "With what was granted meanwhile this sum needs another decision. Propose the redress anew."
    )


def tell_failure(one: ComplaintRedress, *, at: datetime) -> None:
    """Tell whoever handles the complaint that a payment failed, in the caller's transaction."""
    complaint = one.complaint
    case = complaint.case
    system = Actor.system("payments", complaint.institution_id)
    with translation.override(settings.LANGUAGE_CODE):
        # Why it failed may name the payee, so it stands on the complaint's page only.
        words = _(
            "The payment failed: %(what)s. Read on the complaint's page why, then ask for it "
            "again or propose it anew."
        ) % {"what": said_of(one)}
    try:
        with transaction.atomic():
            cases.remind_handler(case, words, actor=system, at=at)
    except Problem:
        # Nobody works on it any more; whoever looks at the complaint still reads it.
        note = Note(EntryKind.INTERNAL, words, CLAUSE)
        cases.tell(case, "complaint_redress_wait", note, actor=system, at=at)


def refuse_again(complaint: Complaint, one: ComplaintRedress, actor: Actor) -> None:
    """Let somebody ask for a failed payment again.

    Raises NotThere, NotAllowed, RecusedHere, OnlyTheHandlerProposes, RedressIsOver,
    RedressNotFailed, RedressAskedEnough, RedressReplaced, RedressNeedsAnew, RedressBeyondLevels.
    """
    access.require(actor, complaint, states.Act.REDRESS)
    person = staff.person_acting(actor)
    # Whoever handles it: those who accepted or supervise it are told so by name.
    apart.refuse_hands(complaint, states.Act.REDRESS, actor, person)
    if one.state != RedressState.FAILED:
        raise RedressNotFailed
    if complaint.withdrawn_at is not None:
        raise RedressIsOver
    if one.attempt >= queries.redress_asks_most():
        raise RedressAskedEnough
    if queries.redress_followed(one):
        raise RedressReplaced
    level = level_needed(complaint, one.amount_fen, besides=one)
    if not one.is_from_outside and RIGHTS[level] != one.right and level is redress.Level.SENIOR:
        raise RedressNeedsAnew


@transaction.atomic
def ask_payment_again(
    complaint: Complaint, ref: str, request: str, *, actor: Actor, at: datetime
) -> ComplaintRedress:
    """Ask for the payment of an approved redress again: same sum and decision, a new number.

    `request` is the number of the request that failed, so that a late second press asks for
    nothing. What became of that one stays on record. Raises what `refuse_again` raises and
    NotThere for another complaint's. Serves CG-3.1-09.
    """
    one = queries.redress_for(complaint, ref)
    if one is None:
        raise NotThere
    one.complaint = complaint
    refuse_again(complaint, one, actor)
    if one.request_ref != request or one.result_at is None:
        raise RedressNotFailed
    person = staff.person_acting(actor)
    values: dict[str, object] = {
        "attempt": one.attempt + 1,
        "outside_ref": "",
        "result_words": None,
        "result_at": None,
        # The watch over unanswered requests begins again.
        "reminded_at": at,
    }
    before = RedressAttempt(
        institution_id=one.institution_id,
        redress=one,
        attempt=one.attempt,
        outside_ref=one.outside_ref,
        result_at=one.result_at,
        asked_again_by=person,
        asked_again_at=at,
    )
    if one.result_words is not None:
        before.result_words = one.result_words.plain
    try:
        lead_on(one, redress.Act.ASK_AGAIN, values)
    except refusals.ComplaintMovedOn:
        raise RedressNotFailed from None
    before.save(force_insert=True)
    detail: dict[str, audit.Value] = {**detail_of(one), "request": one.request_ref}
    audit.record(actor, "complaint.redress_asked_again", complaint, at=at, detail=detail)
    note = Note(EntryKind.CUSTOMER, said_of(one), CLAUSE, visible=True)
    cases.tell(complaint.case, STORY, note, actor=actor, at=at)
    announce(asked_for(one, at))
    return one
