"""Redress beyond every level here: decided outside, and its document confirmed by a second person.

Also the watch over payments that were asked for and never answered.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Problem, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import figures
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.actions.redress import (
    CLAUSE,
    RIGHTS,
    RedressIsOver,
    ask_decision,
    check_redress,
    keep_proposal,
    said_of,
)
from shouwen.service.complaints.models import Complaint, ComplaintRedress, RedressState
from shouwen.service.complaints.rules import redress, states
from shouwen.service.complaints.rules.redress import Level

BODY_MAX_CHARACTERS = 120
WATCH_FIGURE = "redress-result-days"
REMINDED_AT_ONCE = 100


@transaction.atomic
def record_outside_redress(
    complaint: Complaint,
    kind: str,
    *,
    amount: str,
    reason: str,
    basis: str,
    body: str,
    decided_on: date | None,
    document: str,
    actor: Actor,
    at: datetime,
) -> ComplaintRedress:
    """Record that the board, the head office or a court granted more than any level here may.

    `document` names what shows it, such as the number of a resolution. Senior management confirms
    it, then the payment is asked for. Raises Invalid naming each wrong field, also where a
    level here decides on as much, RedressProposed, RedressIsOver, OnlyTheHandlerProposes,
    NotAllowed for a program without a person, and the errors of `move`. Serves CG-3.1-09, PV-10-02.
    """
    access.require(actor, complaint, states.Act.REDRESS)
    fen = check_redress(kind, amount, reason, basis)
    _check_decision(complaint, fen, body, decided_on, document, at)
    person = staff.person_acting(actor)
    made: list[ComplaintRedress] = []

    def on_case() -> None:
        if complaint.withdrawn_at is not None:
            raise RedressIsOver
        one = ComplaintRedress(
            institution_id=complaint.institution_id,
            complaint=complaint,
            kind=kind,
            amount_fen=fen,
            right=RIGHTS[Level.SENIOR],
            proposed_by=person,
            proposed_at=at,
            outside_on=decided_on,
        )
        one.reason, one.basis = reason.strip(), basis.strip()
        one.outside_body, one.outside_document = body.strip(), document.strip()
        made.append(keep_proposal(one))

    detail: dict[str, audit.Value] = {"kind": kind, "amount_fen": fen, "outside": True}
    move(complaint, states.Act.REDRESS, actor=actor, at=at, on_case=on_case, detail=detail)
    (one,) = made
    ask_decision(one, actor=actor, at=at)
    note = Note(EntryKind.INTERNAL, f"{said_of(one)}\n{reason.strip()}", CLAUSE)
    cases.tell(complaint.case, "complaint_redress_out", note, actor=actor, at=at)
    return one


def _check_decision(
    complaint: Complaint,
    fen: int,
    body: str,
    decided_on: date | None,
    document: str,
    at: datetime,
) -> None:
    """Let a decision taken outside be recorded. Raises Invalid naming what is wrong."""
    wrong: dict[str, Words] = {}
    levels = queries.redress_levels(complaint.institution_id)
    if redress.level_of(queries.redress_total(complaint) + fen, levels) is not None:
        wrong["amount"] = gettext_lazy("This amount is decided here. Propose it for approval.")
    for field, text in (("body", body), ("document", document)):
        try:
            texts.needed(field, text, BODY_MAX_CHARACTERS)
        except Invalid as error:
            wrong |= error.fields
    if decided_on is None or not day_of(complaint.received_at) <= decided_on <= day_of(at):
        wrong["decided_on"] = gettext_lazy(
            "Enter the day of the decision, between the complaint and today."
        )
    if wrong:
        raise Invalid(fields=wrong)


def remind_of_payments(at: datetime) -> int:
    """Remind who handles a complaint of payments that nobody answered for; give how many.

    How many days are too many is the house's own figure, for no document says so. Each is reminded
    of again after as many days.
    """
    before = at - timedelta(days=figures.figure(WATCH_FIGURE).value)
    waiting = ComplaintRedress.objects.filter(
        Q(reminded_at__isnull=True) | Q(reminded_at__lte=before),
        state=RedressState.REQUESTED,
        decided_at__lte=before,
    )
    found = list(waiting.order_by("decided_at", "pk")[:REMINDED_AT_ONCE])
    return sum(_remind(one, before, at) for one in found)


@transaction.atomic
def _remind(one: ComplaintRedress, before: datetime, at: datetime) -> bool:
    still = ComplaintRedress.objects.filter(
        Q(reminded_at__isnull=True) | Q(reminded_at__lte=before),
        pk=one.pk,
        state=RedressState.REQUESTED,
    )
    if not still.update(reminded_at=at):
        return False
    complaint = queries.complaint_of(one)
    system = Actor.system("payments", complaint.institution_id)
    with translation.override(settings.LANGUAGE_CODE):
        words = _("No result of the payment has come yet: %(what)s. Ask who pays, then record it.")
        words = words % {"what": said_of(one)}
    case = complaint.case
    try:
        with transaction.atomic():
            cases.remind_handler(case, words, actor=system, at=at)
    except Problem:
        # Nobody works on it any more; whoever looks at the complaint still reads it.
        note = Note(EntryKind.INTERNAL, words, CLAUSE)
        cases.tell(case, "complaint_redress_wait", note, actor=system, at=at)
    return True
