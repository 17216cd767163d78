"""Everything that can happen to a request for approval."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel import idempotency
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Words
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.ground.policy import figures
from shouwen.ground.vault import audit, masking
from shouwen.people.approvals import access, ports
from shouwen.people.approvals.events import ApprovalDecided
from shouwen.people.approvals.models import (
    NAME_MAX_CHARACTERS,
    WORDS_MAX_CHARACTERS,
    Approval,
    State,
)
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.ports import Heir

BATCH = 200
TRAIL: dict[State, str] = {
    State.APPROVED: "approval.approved",
    State.DECLINED: "approval.declined",
    State.WITHDRAWN: "approval.withdrawn",
    State.EXPIRED: "approval.expired",
}


class OwnRequest(NotAllowed):
    """Who asks does not decide."""

    message = gettext_lazy("You asked for this yourself, so somebody else must decide.")


class RequestAboutYou(NotAllowed):
    """Who gains does not decide."""

    message = gettext_lazy("This is about you yourself, so somebody else must decide.")


class NotYourRequest(NotAllowed):
    """A request is taken back by whoever made it."""

    message = gettext_lazy("A colleague asked for this. Only they can withdraw it; you may decide.")


class AlreadyDecided(Conflict):
    """Somebody was first."""

    message = gettext_lazy("This request has ended already. Look at it again.")


class RequestExpired(Conflict):
    """The time for a decision is over."""

    message = gettext_lazy("The time for this decision is over. It has to be asked for again.")


class AlreadyAsked(Conflict):
    """The same person asks for the same thing while it waits."""

    message = gettext_lazy("You have asked for this already. Wait for the decision.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about; `name` tells it to a reader and holds nothing personal."""

    kind: str
    ref: str
    name: str = ""


def _words(field: str, text: str) -> str:
    text = text.strip()
    wrong: Words = ""
    if not text:
        wrong = _("Write why. It is kept with the decision.")
    elif len(text) > WORDS_MAX_CHARACTERS:
        wrong = _("Use at most %(most)s characters.") % {"most": WORDS_MAX_CHARACTERS}
    elif "\x00" in text:
        wrong = _("Remove the characters that cannot be shown.")
    if wrong:
        raise Invalid(fields={field: wrong})
    return masking.redact(text)[:WORDS_MAX_CHARACTERS]


@transaction.atomic
def ask_approval(
    kind: str,
    subject: Subject,
    *,
    words: str,
    reason: str,
    payload: Mapping[str, Any],
    amount_fen: int | None = None,
    unit: Unit | None = None,
    right: str = "",
    about_person: Person | None = None,
    due_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> Approval:
    """Ask for something that another person decides; call it from the asking room's own action.

    `words` say what would be done, `payload` is what the room's settler gets back (ids and plain
    values, kept as canonical JSON), `right` and `unit` narrow who decides, which is never
    `about_person`, who would gain. What looks personal in
    `words` and `reason` is masked. Raises NotAllowed for programs, AlreadyAsked, Invalid, and
    KeyError for a kind no room has registered. Serves PV-10-01.
    """
    asker = staff.person_acting(actor)
    asked = ports.kind_of(kind)
    text = json.dumps(dict(payload), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = idempotency.digest(text)
    same = Approval.objects.filter(asked_by=asker, kind=kind, payload_digest=digest)
    for over in same.filter(state=State.WAITING, expires_at__lte=at):
        _end(over, State.EXPIRED, actor=Actor.system("approvals", over.institution_id), at=at)
    minutes = figures.figure(asked.figure).value
    values: dict[str, Any] = {
        "institution_id": asker.institution_id,
        "unit": unit,
        "kind": kind,
        "subject_kind": subject.kind,
        "subject_ref": subject.ref,
        "subject_name": masking.redact(subject.name)[:NAME_MAX_CHARACTERS],
        "words": _words("words", words),
        "amount_fen": amount_fen,
        "reason": _words("reason", reason),
        "right": right or asked.right,
        "payload": text,
        "payload_digest": digest,
        "asked_by": asker,
        "about_person": about_person,
        "asked_at": at,
        "expires_at": at + timedelta(minutes=minutes),
        "due_at": due_at,
    }
    # A mistyped right would leave the request undecided for good; this raises ValueError.
    staff_access.has_right(actor, values["right"])
    try:
        with transaction.atomic():
            approval = Approval.objects.create(**values)
    except IntegrityError:
        raise AlreadyAsked from None
    detail = {"kind": kind, "subject": subject.ref, "digest": digest, "amount_fen": amount_fen}
    audit.record(actor, "approval.asked", approval, at=at, detail=detail)
    _tell_screens(approval)
    return approval


@transaction.atomic
def approve(approval: Approval, opinion: str, *, actor: Actor, at: datetime) -> None:
    """Let it be done, and have it done in this very transaction.

    Raises OwnRequest, NotAllowed, NotThere, Invalid without an opinion, AlreadyDecided,
    RequestExpired, and what the asking room raises where its subject has changed.
    """
    _decide(approval, State.APPROVED, opinion, actor=actor, at=at)


@transaction.atomic
def decline(approval: Approval, opinion: str, *, actor: Actor, at: datetime) -> None:
    """Send it back with what is to be changed. Raises what `approve` raises."""
    _decide(approval, State.DECLINED, opinion, actor=actor, at=at)


def _decide(
    approval: Approval, outcome: State, opinion: str, *, actor: Actor, at: datetime
) -> None:
    who = access.deciders(actor)
    if not access.may_see(who, approval):
        raise NotThere
    if access.is_own(actor, approval):
        raise OwnRequest
    if access.is_about(actor, approval):
        raise RequestAboutYou
    decides_as = access.decides_as(who, approval)
    if decides_as is None:
        raise NotAllowed
    decider = staff.person_acting(actor)
    opinion = _words("opinion", opinion)
    in_place_of = ""
    if decides_as.ref != actor.ref:
        # The deputy acts in their own name, with what the one who is away may do.
        actor = replace(actor, roles=actor.roles | decides_as.roles)
        in_place_of = decides_as.ref
    _end(
        approval,
        outcome,
        actor=actor,
        at=at,
        decider=decider,
        opinion=opinion,
        in_place_of=in_place_of,
    )


@transaction.atomic
def withdraw(approval: Approval, *, actor: Actor, at: datetime) -> None:
    """Take one's own request back. Raises NotThere, NotYourRequest, AlreadyDecided."""
    if not access.may_see(access.deciders(actor), approval):
        raise NotThere
    if not access.is_own(actor, approval):
        raise NotYourRequest
    _end(approval, State.WITHDRAWN, actor=actor, at=at)


@transaction.atomic
def take_back_for(
    leaver: Person, ref: str, heir: Heir, reason: str, actor: Actor, at: datetime
) -> bool:
    """Withdraw a request of somebody who leaves: nobody else may stand for what they asked.

    Whoever needs it asks anew, in their own name; who may do so for the leaver is staff's to say.
    False where it has ended.
    """
    waiting = Approval.objects.filter(state=State.WAITING, asked_by=leaver, public_id=ref)
    approval = waiting.select_related("asked_by").first()
    if approval is None:
        return False
    outcome = State.WITHDRAWN if approval.expires_at > at else State.EXPIRED
    _end(approval, outcome, actor=actor, at=at, opinion=reason[:WORDS_MAX_CHARACTERS])
    return True


@transaction.atomic
def end_with_subject(
    kinds: Collection[str], subject: Subject, reason: str, *, actor: Actor, at: datetime
) -> int:
    """Withdraw what waits about something that has ended; give how many requests it was.

    For the room that asked, whoever ends its subject; `reason` is kept as the opinion. What
    somebody decides at the same moment stays decided.
    """
    waiting = Approval.objects.filter(
        state=State.WAITING,
        kind__in=kinds,
        subject_kind=subject.kind,
        subject_ref=subject.ref,
    )
    ended = 0
    for approval in waiting.select_related("asked_by", "institution").order_by("pk"):
        outcome = State.WITHDRAWN if approval.expires_at > at else State.EXPIRED
        try:
            with transaction.atomic():
                _end(approval, outcome, actor=actor, at=at, opinion=reason[:WORDS_MAX_CHARACTERS])
        except (AlreadyDecided, RequestExpired):
            continue
        ended += 1
    return ended


def expire_due(at: datetime) -> int:
    """End what nobody decided in time; give how many. Safe beside another process doing so."""
    waiting = Approval.objects.filter(state=State.WAITING, expires_at__lte=at)
    ended = 0
    for approval in waiting.select_related("asked_by").order_by("expires_at", "pk")[:BATCH]:
        try:
            with transaction.atomic():
                actor = Actor.system("approvals", approval.institution_id)
                _end(approval, State.EXPIRED, actor=actor, at=at)
        except AlreadyDecided:
            continue
        ended += 1
    return ended


def _end(
    approval: Approval,
    outcome: State,
    *,
    actor: Actor,
    at: datetime,
    decider: Person | None = None,
    opinion: str = "",
    in_place_of: str = "",
) -> None:
    """End a request once: settle it with its room, put it on the trail, tell everybody."""
    open_now = Approval.objects.filter(pk=approval.pk, state=State.WAITING)
    if outcome is not State.EXPIRED:
        open_now = open_now.filter(expires_at__gt=at)
    # Two may decide at once: the row count, not an earlier read, says who was first.
    ended = open_now.update(state=outcome, decided_by=decider, opinion=opinion, ended_at=at)
    if not ended:
        raise _beaten(approval)
    approval.state, approval.decided_by = outcome, decider
    approval.opinion, approval.ended_at = opinion, at
    decision = ports.Decision(
        ref=approval.public_id,
        kind=approval.kind,
        outcome=outcome.value,
        institution_id=approval.institution_id,
        subject_kind=approval.subject_kind,
        subject_ref=approval.subject_ref,
        asked_by_ref=approval.asked_by.public_id,
        payload=json.loads(approval.payload),
        decided_by=actor if decider else None,
        opinion=opinion,
    )
    ports.kind_of(approval.kind).settle(decision, at)
    detail = {
        "kind": approval.kind,
        "subject": approval.subject_ref,
        "digest": approval.payload_digest,
    }
    if in_place_of:
        detail["in_place_of"] = in_place_of
    audit.record(actor, TRAIL[outcome], approval, at=at, detail=detail)
    announce(
        ApprovalDecided(
            institution_id=approval.institution_id,
            occurred_at=at,
            approval_ref=approval.public_id,
            kind=approval.kind,
            outcome=outcome.value,
            subject_kind=approval.subject_kind,
            subject_ref=approval.subject_ref,
            asked_by_ref=decision.asked_by_ref,
        )
    )
    _tell_screens(approval)


def _beaten(approval: Approval) -> Conflict:
    """Say who was first, where that is known."""
    now = Approval.objects.select_related("decided_by").get(pk=approval.pk)
    if now.state in (State.WAITING, State.EXPIRED):
        return RequestExpired()
    if now.decided_by is None or now.ended_at is None:
        return AlreadyDecided()
    values = {
        "who": now.decided_by.name,
        "when": timezone.localtime(now.ended_at).strftime("%H:%M"),
    }
    if now.state == State.APPROVED:
        return AlreadyDecided(_("%(who)s approved this at %(when)s.") % values)
    return AlreadyDecided(_("%(who)s sent this back at %(when)s.") % values)


def _tell_screens(approval: Approval) -> None:
    publish(f"approvals-{approval.institution.code}")
    publish(f"person-{approval.asked_by.public_id}")
