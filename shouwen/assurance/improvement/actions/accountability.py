"""Holding somebody accountable, step by step, each by another person (CG-3.4-03, CG-3.4-04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access, queries
from shouwen.assurance.improvement.actions.saying import redacted
from shouwen.assurance.improvement.events import AccountabilityDecided
from shouwen.assurance.improvement.models import (
    Accountability,
    AccountabilityEntry,
    Conduct,
)
from shouwen.assurance.improvement.models.issues import TEXT_MAX_CHARACTERS
from shouwen.assurance.improvement.rules import accountability as rules
from shouwen.assurance.improvement.rules.accountability import Act, Reason
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.complaints.models import Complaint

SETTLES = frozenset({Act.DETERMINE, Act.CLEAR, Act.LIFT})


class HeldAlready(Conflict):
    """It is proposed once."""

    message = _("This was proposed already. Look at how far it is.")


class AccountabilityMovedOn(Conflict):
    """Somebody was first, or it is not so far yet."""

    message = _("It stands elsewhere by now. Look at its state, then decide.")


class NotHeardYet(Conflict):
    """Nobody is judged unheard."""

    message = _(
        "The person has not been heard yet. Wait for the statement, or record their silence."
    )


class ContestedStill(Conflict):
    """What is contested is answered first."""

    message = _("The person contests it. Answer that first.")


class StepByAnother(Conflict):
    """No step is judged by whoever took the one before, or is concerned."""

    message = _("Whoever took an earlier step, or is concerned, does not take this one.")


REFUSALS: dict[Reason, type[Conflict]] = {
    Reason.ELSEWHERE: AccountabilityMovedOn,
    Reason.NOT_HEARD: NotHeardYet,
    Reason.CONTESTED: ContestedStill,
}


@transaction.atomic
def propose_accountability(
    complaint: Complaint,
    person: Person,
    *,
    conduct: str,
    grounds: str,
    actor: Actor,
    at: datetime,
) -> Accountability:
    """Propose that somebody is held accountable for how a complaint was dealt with.

    Raises Invalid by field, StepByAnother for oneself, HeldAlready, NotAllowed. Serves CG-3.4-03.
    """
    access.require_accountability_act(actor, Act.PROPOSE)
    proposer = staff.person_acting(actor)
    if conduct not in Conduct.values:
        raise Invalid(fields={"conduct": _("Choose one of the values offered.")})
    if person.institution_id != complaint.institution_id:
        raise Invalid(fields={"person": _("There is no such entry.")})
    if person == proposer:
        raise StepByAnother
    said = redacted("grounds", grounds, TEXT_MAX_CHARACTERS)
    made = Accountability(
        institution_id=complaint.institution_id,
        complaint=complaint,
        person=person,
        unit=person.unit,
        conduct=conduct,
        proposed_by=proposer,
        proposed_at=at,
        version=1,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise HeldAlready from None
    _enter(made, Act.PROPOSE, proposer, said, at)
    detail: dict[str, audit.Value] = {
        "complaint": complaint.public_id,
        "person": person.public_id,
        "conduct": conduct,
    }
    audit.record(actor, "accountability.proposed", made, at=at, detail=detail)
    return made


def _enter(row: Accountability, act: Act, by: Person, words: str, at: datetime) -> None:
    entry = AccountabilityEntry(
        accountability=row, sequence=row.version, act=str(act), by=by, at=at
    )
    entry.words = words
    entry.save(force_insert=True)


@transaction.atomic
def take_step(
    row: Accountability, act: Act, *, words: str, seen: int, actor: Actor, at: datetime
) -> None:
    """Take one step with its words; `seen` is the version whoever acts was looking at.

    The person concerned states and contests, others do everything else, and none of them judges
    what they did before. Raises Invalid, StepByAnother, NotHeardYet, ContestedStill,
    AccountabilityMovedOn, NotAllowed, NotThere. Serves CG-3.4-04.
    """
    row = queries.accountability_for(actor, row.public_id, at=at)
    person = staff.person_acting(actor)
    if act is Act.PROPOSE:
        raise AccountabilityMovedOn
    if act in rules.OWN:
        if person.pk != row.person_id:
            raise NotAllowed
    else:
        access.require_accountability_act(actor, act)
    held = Accountability.objects.select_for_update().get(pk=row.pk)
    if held.version != seen:
        raise AccountabilityMovedOn
    standing = held.standing
    if not rules.may_be_done_by(act, person.pk, standing):
        raise StepByAnother
    reason = rules.why_not(act, standing)
    if reason is not None:
        raise REFUSALS[reason]
    said = redacted("words", words, TEXT_MAX_CHARACTERS)
    before = held.state
    for field, value in _changes(act, person, at).items():
        setattr(held, field, value)
    held.state = rules.after(act, standing.state).value
    held.version += 1
    held.save()
    _enter(held, act, person, said, at)
    detail: dict[str, audit.Value] = {"from": before, "to": held.state}
    audit.record(actor, f"accountability.{act.value.lower()}", held, at=at, detail=detail)
    if act in SETTLES:
        _announce(held, is_accountable=act is Act.DETERMINE, at=at)


def _changes(act: Act, person: Person, at: datetime) -> dict[str, Any]:
    match act:
        case Act.STATE:
            return {"stated_at": at}
        case Act.SILENT:
            return {"silent_at": at}
        case Act.INVESTIGATE:
            return {"investigated_by": person}
        case Act.DETERMINE | Act.CLEAR:
            return {"determined_by": person}
        case Act.CONTEST:
            return {"contested_at": at}
        case Act.KEEP | Act.LIFT:
            return {"answered_by": person, "answered_at": at}
        case _:
            return {}


def _announce(row: Accountability, *, is_accountable: bool, at: datetime) -> None:
    announce(
        AccountabilityDecided(
            institution_id=row.institution_id,
            occurred_at=at,
            accountability_id=row.pk,
            complaint_id=row.complaint_id,
            person_id=row.person_id,
            unit_id=row.unit_id,
            conduct=row.conduct,
            is_accountable=is_accountable,
        )
    )
