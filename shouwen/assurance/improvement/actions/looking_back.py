"""Look-back: closed complaints are drawn, those hit by the same found, and each one asked."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from shouwen.assurance.improvement import access, queries
from shouwen.assurance.improvement.actions.causing import CauseNotUpheld
from shouwen.assurance.improvement.actions.saying import redacted
from shouwen.assurance.improvement.models import ComplaintCause, FollowUp
from shouwen.assurance.improvement.models.lookback import (
    REACHED,
    TRIES_MOST,
    WORDS_MAX_CHARACTERS,
    Answer,
    Why,
)
from shouwen.assurance.improvement.rules import drawing
from shouwen.assurance.monitoring.periods import Period
from shouwen.assurance.satisfaction.models import Score
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.vault import audit
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Purpose, Way
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution, Person
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import State as CaseState
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.actions.apart import refuse_recused
from shouwen.service.complaints.models import Complaint

DRAWN_MOST = 200
SEED_BYTES = 8


class NothingToDraw(Conflict):
    """A sample of nothing is none."""

    message = _("No complaint that was closed in these days is left to draw. Choose other days.")


class CauseFirst(Conflict):
    """Who was hit by the same is found by its cause."""

    message = _("This complaint has no root cause yet. Give it one first.")


class NobodyLeftToAsk(Conflict):
    """A colleague was faster with the same customers."""

    message = _("These customers are on the list already. Look at who is to be asked.")


class FollowUpMovedOn(Conflict):
    """Another person was first."""

    message = _("A colleague has moved this look-back on already. Look at where it stands.")


class NotRefused(Conflict):
    """Only a customer who refuses callbacks is not asked."""

    message = _(
        "The customer's file knows of no refusal of callbacks. Put the refusal on record there "
        "first, or call them."
    )


class NotCalledYet(Conflict):
    """Who was never called was not missed."""

    message = _("Nobody has called this customer yet. Call them, and note it when nobody answers.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of asking: the steps of a callback, and what the customer says (HB-3.3-03..04)."""

    answer: str
    words: str = ""
    score: int | None = None
    problem_confirmed: bool = False
    result_told: bool = False


@transaction.atomic
def draw_sample(period: Period, *, percent: int, actor: Actor, at: datetime) -> list[FollowUp]:
    """Draw a share of the complaints closed in a period, to be asked again.

    The seed is on the trail: whoever has it draws the same ones. Raises Invalid, NotAllowed,
    NothingToDraw. Serves CG-4.4-02.
    """
    staff_access.require(actor, access.FOLLOWS_UP)
    person = staff.person_acting(actor)
    if not 1 <= percent <= drawing.FULL:
        words = _("Enter a whole number from %(least)s to %(most)s.")
        raise Invalid(fields={"percent": words % {"least": 1, "most": drawing.FULL}})
    # One draw after another: what a seed draws is what is stored.
    Institution.objects.select_for_update().get(pk=person.institution_id)
    closed = queries.to_draw_from(actor, period, at=at)
    found = list(closed.values_list("public_id", flat=True))
    if not found:
        raise NothingToDraw
    seed = secrets.token_hex(SEED_BYTES)
    size = min(drawing.size_of(len(found), percent), DRAWN_MOST)
    drawn = closed.filter(public_id__in=drawing.draw(found, size, seed))
    made = _store([_follow_up(Why.SAMPLE, one, one.case_id, person.pk, at) for one in drawn])
    detail: dict[str, audit.Value] = {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "percent": percent,
        "of": len(found),
        "drawn": len(made),
        "seed": seed,
    }
    home = ("institution", str(person.institution_id))
    audit.record(actor, "lookback.drawn", home, at=at, detail=detail)
    return made


def _follow_up(why: Why, source: Complaint, case_id: int, person_id: int, at: datetime) -> FollowUp:
    return FollowUp(
        institution_id=source.institution_id,
        why=why,
        case_id=case_id,
        source=source,
        drawn_by_id=person_id,
        drawn_at=at,
    )


def _store(rows: list[FollowUp]) -> list[FollowUp]:
    """Store what nobody has stored meanwhile, and give that."""
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
    refs = [row.public_id for row in rows]
    return list(FollowUp.objects.filter(public_id__in=refs).order_by("pk"))


@transaction.atomic
def follow_same_cause(
    complaint: Complaint, refs: Collection[str], *, actor: Actor, at: datetime
) -> list[FollowUp]:
    """From an upheld complaint to customers hit by the same cause: each is to be asked.

    `refs` are the cases, by id, of the customers chosen among those offered.
    Raises Invalid for what was not offered, NotAllowed, NotThere, RecusedHere, CauseNotUpheld,
    CauseFirst, NobodyLeftToAsk. Serves CG-4.4-01, CG-4.4-02.
    """
    staff_access.require(actor, access.FOLLOWS_UP)
    complaints.complaint_for(actor, complaint.public_id)
    person = staff.person_acting(actor)
    refuse_recused(complaint.concerned, person)
    if not queries.is_upheld(complaint):
        raise CauseNotUpheld
    if not ComplaintCause.objects.filter(complaint=complaint).exists():
        raise CauseFirst
    offered = {row.public_id: row for row in queries.hit_by_same(actor, complaint)}
    if not refs:
        raise Invalid(fields={"cases": _("Choose one customer at least.")})
    gone = [ref for ref in dict.fromkeys(refs) if ref not in offered]
    if gone:
        kept = FollowUp.objects.filter(
            source=complaint, case__public_id__in=[ref for ref in gone if ref.isprintable()]
        )
        if kept.count() == len(gone):
            raise NobodyLeftToAsk
        raise Invalid(fields={"cases": _("Choose one of the values offered.")})
    chosen = [offered[ref] for ref in dict.fromkeys(refs)]
    made = _store([_follow_up(Why.SAME_CAUSE, complaint, c.pk, person.pk, at) for c in chosen])
    if not made:
        raise NobodyLeftToAsk
    audit.record(actor, "lookback.spread", complaint, at=at, detail={"customers": len(made)})
    return made


@transaction.atomic
def record_follow_up(follow_up: FollowUp, said: Said, *, actor: Actor, at: datetime) -> None:
    """Put on record what a customer said when asked again, that nobody answers, or a refusal.

    The record stands in the case's story too. Raises Invalid by field, NotAllowed, NotThere,
    RecusedHere, ContactUnwanted, NotRefused, NotCalledYet, FollowUpMovedOn. Serves CG-4.4-02,
    HB-3.3-03, HB-3.3-04.
    """
    held, person = _in_hand(follow_up, actor)
    words = _checked(said)
    if said.answer == Answer.REFUSED:
        if not queries.refusing([held]):
            raise NotRefused
    elif said.answer == Answer.UNREACHED:
        if not held.tries:
            raise NotCalledYet
    else:
        customers.require_wanted(held.case.customer, Purpose.CALLBACK, Way.PHONE)
    score = said.score if said.answer in REACHED else None
    waiting = FollowUp.objects.filter(pk=held.pk, answer="")
    # Two may press at once: the row count, not an earlier read, says who was first.
    if not waiting.update(answer=said.answer, score=score, words=words, done_by=person, done_at=at):
        raise FollowUpMovedOn
    if held.case.state != CaseState.MERGED:
        cases.add_note(held.case, _story(said.answer, score, words), actor=actor, at=at)
    detail: dict[str, audit.Value] = {"answer": said.answer, "source": held.source.public_id}
    audit.record(actor, "lookback.recorded", held, at=at, detail=detail)


@transaction.atomic
def miss_follow_up(follow_up: FollowUp, *, seen_tries: int, actor: Actor, at: datetime) -> None:
    """Note that the customer was called and did not answer; they may be called again.

    `seen_tries` is how many calls the caller knows of, so that two presses are one call. Raises
    NotAllowed, NotThere, RecusedHere, ContactUnwanted, FollowUpMovedOn.
    """
    held, _person = _in_hand(follow_up, actor)
    customers.require_wanted(held.case.customer, Purpose.CALLBACK, Way.PHONE)
    waiting = FollowUp.objects.filter(pk=held.pk, answer="", tries=seen_tries)
    if seen_tries >= TRIES_MOST or not waiting.update(tries=seen_tries + 1, tried_at=at):
        raise FollowUpMovedOn
    audit.record(actor, "lookback.missed", held, at=at, detail={"tries": seen_tries + 1})


def _in_hand(follow_up: FollowUp, actor: Actor) -> tuple[FollowUp, Person]:
    """Give a follow-up and who works on it, if they may and have no part in the matter."""
    staff_access.require(actor, access.FOLLOWS_UP)
    held = queries.follow_up_for(actor, follow_up.public_id)
    person = staff.person_acting(actor)
    refuse_recused(held.source.concerned, person)
    own = complaints.complaint_over(held.case) if held.case_id != held.source.case_id else None
    if own is not None:
        refuse_recused(own.concerned, person)
    return held, person


def _checked(said: Said) -> str:
    """Give the words as they are kept. Raises Invalid, naming each part that is missing."""
    if said.answer not in Answer.values:
        raise Invalid(fields={"answer": _("Choose one of the answers.")})
    if said.answer not in REACHED:
        return redacted("words", said.words, WORDS_MAX_CHARACTERS) if said.words.strip() else ""
    wrong: dict[str, Words] = {}
    words = ""
    if not said.problem_confirmed:
        wrong["problem_confirmed"] = _("Go through the problem with the customer first.")
    if not said.result_told:
        wrong["result_told"] = _("Tell the customer the result first.")
    if said.score not in Score.values:
        wrong["score"] = _("Choose one of the five answers.")
    try:
        words = redacted("words", said.words, WORDS_MAX_CHARACTERS)
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid(fields=wrong)
    return words


def _story(answer: str, score: int | None, words: str) -> str:
    told = [
        Answer(answer).label,
        *([Score(score).label] if score else []),
        *([words] if words else []),
    ]
    said = " · ".join(str(each) for each in told)
    return pgettext("look-back", "Look-back: %(said)s") % {"said": said}
