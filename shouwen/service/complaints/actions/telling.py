"""Telling the complainant the result, with the proof of it; and trying where nobody is reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.people.customers import queries as customers
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, Sent, texts
from shouwen.service.cases.models import EntryKind, ReplyBy
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import refusals
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.models import (
    Complaint,
    Medium,
    ResultNotice,
    TellingAttempt,
    TellingProof,
)
from shouwen.service.complaints.rules import telling
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.rules.telling import Proof, Wrong

RECEIVER_MAX_CHARACTERS, REFERENCE_MAX_CHARACTERS = 120, 60
# By what of the customer's wishes a medium goes; in person and on their own page nobody is asked.
_CHANNEL: Mapping[str, str] = {Medium.HANDED: ReplyBy.LETTER, Medium.PORTAL: ReplyBy.CHAT}
CHOOSE = gettext_lazy("Choose one of the values offered.")
_MISSING: Mapping[str, Words] = {
    "receiver": gettext_lazy("Say who signed for it, or to which number or address it went."),
    "reference": gettext_lazy("Enter the number of the registered letter."),
    "posted_on": gettext_lazy("Enter the day it was posted."),
    "said": gettext_lazy("Put down what was said on the telephone."),
}
_WRONG: Mapping[Wrong, Words] = {
    Wrong.AHEAD: gettext_lazy("This lies in the future. Enter when it happened."),
    Wrong.BEFORE: gettext_lazy("This lies before the result notice was issued. Look at it again."),
    Wrong.OWN: gettext_lazy("This is told at this moment by the system. Leave the time out."),
    Wrong.OTHER_DAY: gettext_lazy(
        "An attempt is recorded on the day it was made. Record only today's attempts."
    ),
}


def _check(proof: Proof, notice: ResultNotice, at: datetime) -> None:
    found = telling.wrong(proof, issued_at=notice.issued_at, at=at)
    wrong: dict[str, Words] = {
        field: _MISSING[field] if what is Wrong.MISSING else _WRONG[what]
        for field, what in found.items()
    }
    lengths = (
        ("receiver", RECEIVER_MAX_CHARACTERS),
        ("reference", REFERENCE_MAX_CHARACTERS),
        ("said", texts.TEXT_MAX_CHARACTERS),
    )
    for field, most in lengths:
        if len(getattr(proof, field)) > most:
            wrong[field] = _("Use at most %(most)s characters.") % {"most": most}
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def send_feedback(
    complaint: Complaint,
    *,
    text: str,
    proof: Proof,
    notice_ref: str | None = None,
    actor: Actor,
    at: datetime,
) -> Sent:
    """Tell the complainant the result of the issued notice, proved as the medium asks.

    The clocks that telling stops are stopped at the proof's instant: a letter that was posted in
    time and recorded later was in time. Those it starts count from `at`, so that nobody's time to
    contest the result is over before they hold it. `notice_ref` is the notice that was meant:
    another that has been issued meanwhile is not taken for it. Gives the link by which they confirm
    or object. Raises Invalid naming what the proof lacks, NoticeNeeded, NotTriedEnough,
    ComplaintMovedOn, ComplaintNotReady. Serves CG-3.2-07, CG-3.3-01, CG-3.3-02, CG-4.1-05.
    """
    access.require(actor, complaint, Act.FEEDBACK)
    if proof.medium not in Medium.values:
        raise Invalid(fields={"channel": CHOOSE})
    sent: list[Sent] = []
    notice = queries.newest_notice(complaint)
    told_at = at
    tried: list[TellingAttempt] = []
    if notice is not None and notice_ref not in (None, notice.public_id):
        raise refusals.ComplaintMovedOn
    if notice is not None and complaint.notice_at is not None:
        _check(proof, notice, at)
        told_at = telling.instant(proof, issued_at=notice.issued_at, at=at)
        tried = queries.attempts_of(complaint)

    def on_case() -> None:
        _refuse_medium(complaint, proof.medium, tried, at)
        channel = _CHANNEL.get(proof.medium, proof.medium)
        sent.append(
            cases.send_feedback(
                complaint.case,
                text,
                channel,
                told_at=told_at,
                asks_wish=proof.medium not in _CHANNEL,
                actor=actor,
                at=at,
            )
        )

    move(
        complaint,
        Act.FEEDBACK,
        actor=actor,
        at=at,
        changes={"feedback_at": told_at, "told_in": queries.deciding_unit(complaint)},
        on_case=on_case,
        detail={"medium": proof.medium, "told_at": told_at.isoformat()},
    )
    if notice is not None:
        _keep(notice, proof, told_at, tried, actor=actor, at=at)
    note = Note(EntryKind.INTERNAL, clause="CG-3.2-07", subject_name=proof.medium)
    cases.tell(
        complaint.case,
        "complaint_feedback",
        note,
        happening="complaint.feedback_sent",
        # Only what ends counts from the proof: whoever was told keeps their own time whole.
        happened_at=told_at,
        actor=actor,
        at=at,
    )
    return sent[0]


def _refuse_medium(
    complaint: Complaint, medium: str, tried: list[TellingAttempt], at: datetime
) -> None:
    contact = complaint.case.contact
    if medium == Medium.CHAT and (contact is None or not contact.is_open):
        ended = _("The chat has ended, so nobody reads it there. Choose another way.")
        raise Invalid(fields={"channel": ended})
    if medium == Medium.PORTAL and not customers.may_come_in(complaint.case.customer, at=at):
        closed = _("This complainant cannot sign in to a page of theirs. Choose another way.")
        raise Invalid(fields={"channel": closed})
    if medium == Medium.PORTAL and not queries.is_unreached(tried):
        times, days = queries.attempts_needed()
        raise refusals.NotTriedEnough(
            _(
                "Telling by the customer's page alone counts after %(times)s attempts on "
                "%(days)s different days. Record the attempts first."
            )
            % {"times": times, "days": days}
        )


def _keep(
    notice: ResultNotice,
    proof: Proof,
    told_at: datetime,
    tried: list[TellingAttempt],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    row = TellingProof(
        notice=notice,
        medium=proof.medium,
        told_at=told_at,
        reference=proof.reference.strip(),
        attempts=len(tried),
        attempt_days=len({day_of(one.tried_at) for one in tried}),
        recorded_by=staff.person_behind(actor),
        recorded_at=at,
    )
    if proof.receiver.strip():
        row.receiver = proof.receiver.strip()
    if proof.said.strip():
        row.said = proof.said.strip()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not TellingProof.objects.filter(notice=notice).exists():
            raise
        raise refusals.ComplaintMovedOn from None


@transaction.atomic
def record_attempt(
    complaint: Complaint,
    *,
    medium: str,
    outcome: str,
    tried_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> TellingAttempt:
    """Record an attempt at telling the result that did not reach the complainant.

    Enough of them, on different days, let the notice count as told by the customer's page; how many
    is the house's own figure, for no document says so. It is recorded on the day it was made.
    Raises Invalid, NoticeNeeded, and the errors of `move`. Serves CG-3.3-01.
    """
    access.require(actor, complaint, Act.TRY)
    person = staff.person_acting(actor)
    outcome = texts.needed("outcome", outcome)
    when = tried_at or at
    notice = queries.newest_notice(complaint)
    wrong: dict[str, Words] = {}
    if medium not in Medium.values or medium == Medium.PORTAL:
        wrong["channel"] = CHOOSE
    amiss = telling.wrong_try(when, issued_at=notice.issued_at if notice else when, at=at)
    if amiss is not None:
        wrong["tried_at"] = _WRONG[amiss]
    if wrong:
        raise Invalid(fields=wrong)
    move(
        complaint,
        Act.TRY,
        actor=actor,
        at=at,
        note=Note(EntryKind.INTERNAL, outcome, "CG-3.3-01", subject_name=medium),
        detail={"medium": medium, "tried_at": when.isoformat()},
    )
    if notice is None:
        raise refusals.NoticeNeeded
    row = TellingAttempt(
        notice=notice, medium=medium, tried_at=when, recorded_by=person, recorded_at=at
    )
    row.outcome = outcome
    row.save(force_insert=True)
    return row
