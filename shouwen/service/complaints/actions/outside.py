"""Somebody outside appraises or mediates: it begins and ends, and the complainant is told of both.

Only the limits whose clause names it stand still meanwhile (CBIRC-2020-3-20-4,
CBIRC-2020-3-mediation); every other clock runs on.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind, ReplyBy
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import refusals
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.actions.working import CHOOSE
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintReferral,
    ReferralKind,
    ReferralState,
)
from shouwen.service.complaints.rules import outside
from shouwen.service.complaints.rules.outside import Cannot
from shouwen.service.complaints.rules.states import Act

BODY_MAX_CHARACTERS = 120


class ReferralGoingOn(Conflict):
    """One body at a time: two at once would count the same days twice."""

    message = gettext_lazy("An appraisal or a mediation is going on. Record its end first.")


class NothingToRefer(Conflict):
    """Nothing is being decided that somebody outside could help with."""

    message = gettext_lazy(
        "Nothing is being decided now. Somebody outside is asked while a complaint is in hand or "
        "a review waits."
    )


class NoReferral(Conflict):
    """There is nothing to end."""

    message = gettext_lazy("No appraisal or mediation is going on. Look at what was recorded.")


@transaction.atomic
def begin_referral(
    complaint: Complaint,
    kind: str,
    *,
    body: str,
    words: str,
    channel: str,
    began_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> ComplaintReferral:
    """Record that somebody outside was asked, and that the complainant was told of it.

    The clocks that may wait for it stand still from `at`, never from an earlier day. Raises
    Invalid, NotAllowed for a program without a person, ReferralGoingOn, NothingToRefer, and the
    errors of `move`. Serves CBIRC-2020-3-20-4, CBIRC-2020-3-mediation.
    """
    day = began_on or day_of(at)
    wrong = _wrong(channel, "began_on", day, complaint.received_at, at)
    if kind not in ReferralKind.values:
        wrong["kind"] = CHOOSE
    if wrong:
        raise Invalid(fields=wrong)
    name = texts.needed("body", body, BODY_MAX_CHARACTERS)
    said = texts.needed("words", words)
    person = staff.person_acting(actor)
    made: list[ComplaintReferral] = []

    def on_case() -> None:
        _refuse(complaint)
        one = ComplaintReferral(
            complaint=complaint,
            kind=kind,
            began_on=day,
            began_told_by=channel,
            began_by=person,
            began_at=at,
        )
        one.body, one.reason = name, said
        made.append(_keep(one))

    detail = {"kind": kind, "channel": channel, "began_on": str(day)}
    move(complaint, Act.REFER, actor=actor, at=at, on_case=on_case, detail=detail)
    (one,) = made
    held = cases.hold_clocks(
        complaint.case, kind.lower(), clause=outside.CLAUSES[kind], actor=actor, at=at
    )
    one.held = [clock.event for clock in held]
    one.save(update_fields=["held"])
    _tell(complaint, Act.REFER, one, name, said, channel, actor=actor, at=at)
    return one


@transaction.atomic
def end_referral(
    complaint: Complaint,
    *,
    words: str,
    channel: str,
    ended_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> ComplaintReferral:
    """Record what came of it and that the complainant was told; time counts from `ended_on` again.

    Raises Invalid, NoReferral, NotAllowed for a program without a person, and the errors of `move`.
    """
    day = ended_on or day_of(at)
    said = texts.needed("words", words)
    person = staff.person_acting(actor)
    ended: list[ComplaintReferral] = []

    def on_case() -> None:
        one = queries.open_referral(complaint)
        if one is None:
            raise NoReferral
        wrong = _wrong(channel, "ended_on", day, one.began_at, at)
        if wrong:
            raise Invalid(fields=wrong)
        ended.append(_settle(one, day, said, channel, person, at))

    detail = {"channel": channel, "ended_on": str(day)}
    move(complaint, Act.RETURN, actor=actor, at=at, on_case=on_case, detail=detail)
    (one,) = ended
    cases.release_clocks(
        complaint.case,
        one.kind.lower(),
        clause=outside.CLAUSES[one.kind],
        ended_at=outside.counts_again_at(day, held_at=one.began_at, at=at),
        actor=actor,
        at=at,
    )
    _tell(complaint, Act.RETURN, one, one.body.plain, said, channel, actor=actor, at=at)
    return one


def _wrong(channel: str, field: str, day: date, since: datetime, at: datetime) -> dict[str, Words]:
    wrong: dict[str, Words] = {}
    if channel not in ReplyBy.values:
        wrong["channel"] = CHOOSE
    if day > day_of(at):
        wrong[field] = gettext_lazy("Choose today or an earlier day.")
    elif day < day_of(since):
        wrong[field] = gettext_lazy("That day lies before it began. Choose a later one.")
    return wrong


def _refuse(complaint: Complaint) -> None:
    match queries.why_not_referred(complaint):
        case Cannot.GOING_ON:
            raise ReferralGoingOn
        case Cannot.NOTHING_TO_DECIDE:
            raise NothingToRefer


def _keep(one: ComplaintReferral) -> ComplaintReferral:
    try:
        with transaction.atomic():
            one.save(force_insert=True)
    except IntegrityError:
        raise ReferralGoingOn from None
    return one


def _settle(
    one: ComplaintReferral, day: date, said: str, channel: str, person: Person, at: datetime
) -> ComplaintReferral:
    values = {
        "state": ReferralState.ENDED,
        "ended_on": day,
        "result": one.seal("result", said),
        "ended_told_by": channel,
        "ended_by": person,
        "ended_at": at,
    }
    # Two may press at once: the row count says who was first.
    waiting = ComplaintReferral.objects.filter(pk=one.pk, state=ReferralState.GOING_ON)
    if not waiting.update(**values):
        raise refusals.ComplaintMovedOn
    for field, value in values.items():
        setattr(one, field, value)
    return one


def _tell(
    complaint: Complaint,
    act: Act,
    one: ComplaintReferral,
    body: str,
    said: str,
    channel: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    day = one.ended_on or one.began_on
    with translation.override(settings.LANGUAGE_CODE):
        head = _("%(kind)s, %(body)s, %(day)s") % {
            "kind": one.get_kind_display(),
            "body": body,
            "day": day.isoformat(),
        }
    note = Note(
        EntryKind.CUSTOMER,
        f"{head}\n{said}",
        outside.CLAUSES[one.kind],
        subject_name=channel,
        visible=True,
    )
    cases.tell(complaint.case, f"complaint_{act.value}", note, actor=actor, at=at)


def refuse_referred(complaint: Complaint) -> None:
    """Let a decision be made. Raises ReferralGoingOn while somebody outside is at work on it."""
    if queries.open_referral(complaint) is not None:
        raise ReferralGoingOn


def cut_referral(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Let what goes on outside end with a complaint that is taken back, and put it on the trail."""
    one = queries.open_referral(complaint)
    if one is None:
        return
    going = ComplaintReferral.objects.filter(pk=one.pk, state=ReferralState.GOING_ON)
    going.update(state=ReferralState.CUT, ended_at=at)
    detail = {"referral": one.public_id, "kind": one.kind}
    audit.record(actor, "complaint.referral_cut", complaint, at=at, detail=detail)
