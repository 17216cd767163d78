"""Taking up again what had ended, and looking at it by another person (HB-2.3-08, HB-2.4-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, NotAllowed, NotThere
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import access
from shouwen.service.cases.actions import refusals, running, texts
from shouwen.service.cases.actions.moving import Note, enter, move, tell_screens
from shouwen.service.cases.events import CaseReopened, CaseReviewed
from shouwen.service.cases.models import Case, CaseReview, CaseRound, EntryKind, Finding
from shouwen.service.cases.queries.rounds import worked_on
from shouwen.service.cases.rules.states import Act, State

REOPEN_CLAUSE = "HB-2.3-08"
REVIEW_CLAUSE = "HB-2.4-02"
RECTIFY_CLAUSE = "HB-2.4-05"
# What belongs to the round that ended and is void in the next.
VOID: dict[str, Any] = {
    "cause": None,
    "solution": None,
    "feedback": None,
    "feedback_channel": "",
    "waits_for": "",
    "expected_at": None,
    "started_at": None,
    "opinion_at": None,
    "resolved_at": None,
    "feedback_at": None,
    "agent_confirmed_at": None,
    "customer_confirmed_at": None,
    "customer_objected_at": None,
    "closed_at": None,
    "archived_at": None,
    "reviewed_at": None,
}


class OwnWork(NotAllowed):
    """Nobody judges what they did themselves (systems.md section 5)."""

    message = gettext_lazy("You worked on this case yourself. Another person reviews it.")


class AlreadyReviewed(Conflict):
    """A round is looked at once."""

    message = gettext_lazy("A colleague has reviewed this case already. Look at what was found.")


class ReviewAfterClosing(Conflict):
    """There is nothing final to look at yet."""

    message = gettext_lazy("A case is reviewed between its closing and the archive.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The three key points of a review: content, process, the customer's satisfaction."""

    content_ok: bool
    process_ok: bool
    customer_ok: bool

    @property
    def is_good(self) -> bool:
        """Whether the standard was kept in every point."""
        return self.content_ok and self.process_ok and self.customer_ok


@transaction.atomic
def reopen(case: Case, *, reason: str, actor: Actor, at: datetime) -> CaseRound:
    """Take a closed or archived case up again, since the same matter is not settled.

    What was is kept as a round; clocks run anew by the rules of today; the first owner stays, and
    the handler where they are still here. An archived one is taken out by whoever may archive.
    Raises CaseNotEnded, CaseAlreadyReopened, NotYourCase, Invalid. Serves HB-2.3-08, CG-1.2-07.
    """
    access.require_work(actor, case, Act.REOPEN)
    reason = texts.needed("reason", reason)
    return _begin_round(case, reason, clause=REOPEN_CLAUSE, actor=actor, at=at)


@transaction.atomic
def take_apart(case: Case, *, actor: Actor, at: datetime) -> CaseRound:
    """Take up again a case that was merged into one that is another customer's.

    Its limits run anew; the main case keeps the tasks it took over. Raises CaseMovedOn.
    """
    main = case.merged_into
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The files of two customers were parted; each question goes on by itself.")
    ended = _begin_round(case, reason, act=Act.PART, clause="", actor=actor, at=at)
    if main is not None:
        enter(main, "part_out", actor=actor, at=at, note=Note(subject_name=case.number))
        audit.record(actor, "case.parted_from", main, at=at, detail={"case": case.public_id})
        tell_screens(main)
    return ended


def _begin_round(
    case: Case,
    reason: str,
    *,
    act: Act = Act.REOPEN,
    clause: str,
    actor: Actor,
    at: datetime,
) -> CaseRound:
    was_archived = case.state == State.ARCHIVED
    ended = _as_round(case, reason, actor, at)
    stays = case.handler is not None and case.handler.is_active
    changes = {**VOID, "round": case.round + 1, "reopened_at": at, "merged_into": None}
    if act is Act.PART and case.category_id is None:
        changes["accepted_at"] = None
    if not stays:
        changes |= {"handler": None, "assigned_at": None}
    move(
        case,
        act,
        actor=actor,
        at=at,
        changes=changes,
        note=Note(EntryKind.CUSTOMER, reason, clause, visible=True),
    )
    ended.save(force_insert=True)
    running.begin_again(case, actor=actor, at=at)
    announce(
        CaseReopened(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            round=case.round,
            was_archived=was_archived,
        )
    )
    return ended


def _as_round(case: Case, reason: str, actor: Actor, at: datetime) -> CaseRound:
    """Write down what ended; the row is stored once the case has moved."""
    ended = CaseRound(
        case=case,
        number=case.round,
        began_at=case.round_began_at,
        resolved_at=case.resolved_at,
        closed_at=case.closed_at or at,
        archived_at=case.archived_at,
        handler_name=case.handler.name if case.handler else "",
        feedback_channel=case.feedback_channel,
        reopened_at=at,
        reopened_by_name=actor.name,
    )
    for field in ("cause", "solution", "feedback"):
        value = getattr(case, field)
        if value:
            setattr(ended, field, value.plain)
    ended.reason = reason
    return ended


@transaction.atomic
def review(
    case: Case, judgement: Judgement, *, words: str = "", actor: Actor, at: datetime
) -> CaseReview:
    """Record another person's look at a closed case; what is found sends it back to work.

    Words are needed where something was found. Raises OwnWork, ReviewAfterClosing,
    AlreadyReviewed, CaseMovedOn, Invalid, NotThere. Serves HB-2.4-02, HB-2.4-05.
    """
    if not access.may_see(actor, case):
        raise NotThere
    staff_access.require(actor, "case.review")
    if not access.may_review(actor, case) or actor.ref in worked_on(case):
        raise OwnWork
    if case.reviewed_at is not None:
        raise AlreadyReviewed
    if case.state != State.CLOSED:
        raise ReviewAfterClosing
    words = texts.allowed("words", words) if judgement.is_good else texts.needed("words", words)
    found = CaseReview(
        case=case,
        round=case.round,
        content_ok=judgement.content_ok,
        process_ok=judgement.process_ok,
        customer_ok=judgement.customer_ok,
        finding=Finding.KEPT if judgement.is_good else Finding.FOUND,
        reviewed_at=at,
        reviewer_ref=actor.ref,
        reviewer_name=actor.name,
    )
    if words:
        found.words = words
    _store(found, case, at)
    act = "review" if judgement.is_good else "review_found"
    enter(case, act, actor=actor, at=at, note=Note(text=words, clause=REVIEW_CLAUSE))
    audit.record(actor, "case.reviewed", case, at=at, detail={"finding": found.finding})
    if not judgement.is_good:
        with translation.override(settings.LANGUAGE_CODE):
            reason = _("Review: %(words)s") % {"words": words}
        _begin_round(case, reason, clause=RECTIFY_CLAUSE, actor=actor, at=at)
    announce(
        CaseReviewed(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            round=found.round,
            found=not judgement.is_good,
        )
    )
    tell_screens(case)
    return found


def _store(found: CaseReview, case: Case, at: datetime) -> None:
    """Store a review, once a round, of the case as it was looked at."""
    seen = Case.objects.filter(pk=case.pk, version=case.version, state=State.CLOSED)
    if not seen.update(reviewed_at=at, version=case.version + 1):
        raise refusals.CaseMovedOn
    case.reviewed_at, case.version = at, case.version + 1
    try:
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError:
        raise AlreadyReviewed from None
