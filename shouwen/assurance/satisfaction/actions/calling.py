"""Calling customers back after a case is closed, and putting their words on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction import access, rules
from shouwen.assurance.satisfaction.models import Callback, Solved, SubjectKind
from shouwen.assurance.satisfaction.rules import calling
from shouwen.assurance.satisfaction.rules.calling import CallAct
from shouwen.ground.kernel import errors
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import clocks
from shouwen.ground.policy import queries as policy
from shouwen.ground.vault import audit
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Purpose, Way
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import Heir
from shouwen.service.cases.models import Case

EVENT = "followup.callback"


class CallbackNotReady(errors.Conflict):
    """The act does not fit how far the callback is; a colleague was perhaps first."""

    message = _("A colleague has moved this callback on. Look at where it stands, then decide.")


class CallWanted(errors.Conflict):
    """Only a customer who refuses callbacks is not called back."""

    message = _("The customer has not refused callbacks. Call them, then put it on record.")


class CallbackIncomplete(errors.Invalid):
    """The record of a callback lacks one of its parts."""

    message = _("Some parts of the record are missing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the customer said, and that the three steps were taken (HB-3.3-03, HB-3.3-04)."""

    problem_confirmed: bool = False
    result_told: bool = False
    score: int | None = None
    solved: str = Solved.UNSAID
    suggestion: str = ""


@transaction.atomic
def schedule_callback(case_id: int, *, at: datetime) -> Callback | None:
    """Plan to call the customer of a closed case back, where the institution's packs ask for it.

    Due when the case's own clock says, 15 days by HB-2.4-01. A case without a known customer has
    nobody to call. Called again, it changes nothing, but for a case that was closed anew before
    anybody called: the planned call takes the new due time.
    """
    case = Case.objects.select_related("customer").get(pk=case_id)
    if case.customer is None:
        return None
    planned = Callback.objects.filter(case=case).first()
    if planned is not None and (planned.state != calling.SCHEDULED or case.reopened_at is None):
        return None
    subject = clocks.Subject(SubjectKind.CASE, case.public_id)
    running = [c for c in policy.clocks_of(subject, at) if c.event == EVENT and not c.stopped_at]
    if not running:
        return None
    if planned is not None:
        moved = Callback.objects.filter(pk=planned.pk, state=calling.SCHEDULED)
        moved.update(due_at=running[0].due_at, clause=running[0].clause, scheduled_at=at)
        return None
    callback = Callback.objects.create(
        institution_id=case.institution_id,
        case=case,
        unit_id=case.unit_id,
        due_at=running[0].due_at,
        clause=running[0].clause,
        scheduled_at=at,
    )
    actor = Actor.system("satisfaction", case.institution_id)
    audit.record(actor, "callback.scheduled", callback, at=at, detail={"case": case.public_id})
    return callback


def start_call(callback: Callback, *, actor: Actor, at: datetime) -> None:
    """Take a callback in hand: the person rings the customer now.

    Raises CallbackNotReady, and ContactUnwanted for a customer who refuses callbacks.
    """
    customers.require_wanted(callback.case.customer, Purpose.CALLBACK, Way.PHONE)
    caller = Person.objects.get(public_id=actor.ref) if actor.is_person else None
    _step(callback, CallAct.START, actor, at, caller=caller, called_at=at, tries=callback.tries + 1)


def reach(callback: Callback, *, actor: Actor, at: datetime) -> None:
    """Note that the customer answers. Raises CallbackNotReady, NotAllowed for another's call."""
    access.require_caller(actor, callback)
    _step(callback, CallAct.REACH, actor, at, reached_at=at)


def miss(callback: Callback, *, actor: Actor, at: datetime) -> None:
    """Note that the customer does not answer; they may be called again."""
    access.require_caller(actor, callback)
    _step(callback, CallAct.MISS, actor, at)


def waive_call(callback: Callback, *, actor: Actor, at: datetime) -> None:
    """Put on record that the customer refuses callbacks, and stop the clock.

    Raises CallbackNotReady, and CallWanted for one who does not refuse.
    """
    try:
        customers.require_wanted(callback.case.customer, Purpose.CALLBACK, Way.PHONE)
    except customers.ContactUnwanted:
        _step(callback, CallAct.WAIVE, actor, at, is_unwanted=True, recorded_at=at)
    else:
        raise CallWanted


def record_call(callback: Callback, answers: Answers, *, actor: Actor, at: datetime) -> None:
    """Put a callback on record and stop its clock.

    One who was reached was asked the three things, and says how satisfied they are and whether it
    is solved; for one who was not, the record says so. Raises CallbackIncomplete with each missing
    part, CallbackNotReady. Serves HB-3.3-03, HB-3.3-04, HB-2.4-01.
    """
    access.require_caller(actor, callback)
    suggestion = answers.suggestion.strip()
    kept: dict[str, Any] = {"recorded_at": at}
    if callback.state == calling.REACHED:
        _check(answers, suggestion)
        kept |= {
            "problem_confirmed": True,
            "result_told": True,
            "score": answers.score,
            "solved": answers.solved,
        }
    _step(callback, CallAct.RECORD, actor, at, suggestion=suggestion, **kept)


@transaction.atomic
def hand_over_callback(
    leaver: Person, ref: str, heir: Heir, reason: str, actor: Actor, at: datetime
) -> bool:
    """Give a callback that a leaver has begun to somebody else, at the step it is.

    Who may do so is staff's to say. False where it is no longer the leaver's.
    """
    held = Callback.objects.select_for_update(of=("self",)).exclude(state=calling.RECORDED)
    callback = held.filter(public_id=ref, caller=leaver).first()
    if callback is None:
        return False
    Callback.objects.filter(pk=callback.pk).update(caller=heir.person, unit=heir.unit)
    detail: dict[str, audit.Value] = {"caller_before": leaver.public_id, "to": heir.ref}
    audit.record(actor, "callback.handed_over", callback, at=at, purpose=reason, detail=detail)
    return True


def _check(answers: Answers, suggestion: str) -> None:
    wrong: dict[str, errors.Words] = {}
    if not answers.problem_confirmed:
        wrong["problem_confirmed"] = _("Go through the problem with the customer first.")
    if not answers.result_told:
        wrong["result_told"] = _("Tell the customer the result first.")
    if not rules.is_score(answers.score):
        wrong["score"] = _("Choose one of the five answers.")
    if answers.solved not in Solved.values or answers.solved == Solved.UNSAID:
        wrong["solved"] = _("Choose one of the answers.")
    if len(suggestion) > rules.COMMENT_CHARACTERS:
        wrong["suggestion"] = _("Up to 200 characters.")
    if wrong:
        raise CallbackIncomplete(fields=wrong)


@transaction.atomic
def _step(
    callback: Callback,
    act: CallAct,
    actor: Actor,
    at: datetime,
    *,
    suggestion: str = "",
    **changes: Any,
) -> None:
    access.require_calling(actor, callback)
    before = callback.state
    fits, after = calling.STEPS[act]
    # The row count, not an earlier read, says who was first.
    moved = Callback.objects.filter(pk=callback.pk, state=before, state__in=fits)
    if not moved.update(state=after, **changes):
        raise CallbackNotReady
    callback.refresh_from_db()
    if suggestion:
        callback.suggestion = suggestion
        callback.save(update_fields=["suggestion"])
    if act in (CallAct.RECORD, CallAct.WAIVE):
        subject = clocks.Subject(SubjectKind.CASE, callback.case.public_id)
        clocks.stop_all("followup.called", subject=subject, at=at, actor=actor)
    audit.record(actor, f"callback.{act}", callback, at=at, detail={"from": before, "to": after})
