"""Working on a case: start, first opinion, waiting, going on, resolving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit, masking
from shouwen.service.cases import access
from shouwen.service.cases.actions import approving, filling, promising, running, tasks, texts
from shouwen.service.cases.actions.moving import Note, enter, move, tell_screens
from shouwen.service.cases.actions.refusals import refuse_merged
from shouwen.service.cases.events import (
    CaseCarriedOn,
    CaseOpinionGiven,
    CaseResolved,
    CaseStarted,
    CaseWaiting,
)
from shouwen.service.cases.models import Case, EntryKind
from shouwen.service.cases.rules.states import Act


@transaction.atomic
def start_work(case: Case, *, actor: Actor, at: datetime) -> None:
    """Begin working on an assigned case. Raises CaseAlreadyStarted, FormIncomplete."""
    access.require_work(actor, case, Act.START)
    filling.refuse_incomplete(case, Act.START)
    move(
        case,
        Act.START,
        actor=actor,
        at=at,
        changes={"started_at": at},
        note=Note(visible=True),
    )
    running.passed(case, "case.started", actor=actor, at=at)
    announce(CaseStarted(institution_id=case.institution_id, occurred_at=at, case_id=case.pk))


@transaction.atomic
def record_opinion(
    case: Case,
    *,
    cause: str,
    solution: str,
    expected_at: datetime | None = None,
    is_told: bool = True,
    actor: Actor,
    at: datetime,
) -> None:
    """Put down the cause and the way to solve it; the first time this is the initial opinion.

    `expected_at` is the time the customer is told (HB-2.2-05); `is_told` says that the opinion
    reached them, which answers them as well. Every promise stays on the timeline, and a new one is
    told in a chat that is still open. Raises Invalid for a time that has passed.
    Serves HB-2.1-06, HB-2.2-04, HB-2.2-05.
    """
    access.require_work(actor, case, Act.OPINION)
    cause, solution = texts.needed("cause", cause), texts.needed("solution", solution)
    changes: dict[str, Any] = {
        "cause": case.seal("cause", cause),
        "solution": case.seal("solution", solution),
    }
    promise = promising.promised(case, expected_at, at)
    if promise is not None:
        changes["expected_at"] = promise.until
    is_first = case.opinion_at is None
    if is_first:
        changes["opinion_at"] = at
    move(
        case,
        Act.OPINION,
        actor=actor,
        at=at,
        changes=changes,
        note=Note(text=solution, clause="HB-2.1-06" if is_first else ""),
    )
    if is_first:
        running.passed(case, "case.initial_opinion", actor=actor, at=at)
        announce(
            CaseOpinionGiven(institution_id=case.institution_id, occurred_at=at, case_id=case.pk)
        )
    if is_told:
        running.passed(case, "case.responded", actor=actor, at=at)
    if promise is not None:
        promising.keep(case, promise, actor=actor, at=at)


@transaction.atomic
def wait_for_customer(case: Case, *, reason: str, actor: Actor, at: datetime) -> None:
    """Wait until the customer gives what is missing; clocks that may wait for it are held.

    Which may is said by the packs. Serves HB-2.1-08.
    """
    access.require_work(actor, case, Act.WAIT_CUSTOMER)
    reason = texts.needed("reason", reason, texts.SHORT_MAX_CHARACTERS)
    waits_for = masking.redact(reason)[: texts.SHORT_MAX_CHARACTERS]
    move(
        case,
        Act.WAIT_CUSTOMER,
        actor=actor,
        at=at,
        changes={"waits_for": waits_for},
        note=Note(EntryKind.CUSTOMER, reason, running.CUSTOMER_CLAUSE, visible=True),
    )
    running.stand_still(case, running.CUSTOMER, clause=running.CUSTOMER_CLAUSE, actor=actor, at=at)
    announce(
        CaseWaiting(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            waits_for=running.CUSTOMER,
        )
    )


@transaction.atomic
def wait_outside(case: Case, *, reason: str, actor: Actor, at: datetime) -> None:
    """Wait for somebody outside; clocks that may wait for it are held, the others run on.

    Which may is said by the packs. Serves OM-4.1-03.
    """
    access.require_work(actor, case, Act.WAIT_EXTERNAL)
    reason = texts.needed("reason", reason, texts.SHORT_MAX_CHARACTERS)
    move(
        case,
        Act.WAIT_EXTERNAL,
        actor=actor,
        at=at,
        changes={"waits_for": masking.redact(reason)[: texts.SHORT_MAX_CHARACTERS]},
        note=Note(text=reason, clause=running.OUTSIDE_CLAUSE),
    )
    running.stand_still(case, running.OUTSIDE, clause=running.OUTSIDE_CLAUSE, actor=actor, at=at)
    announce(
        CaseWaiting(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            waits_for=running.OUTSIDE,
        )
    )


@transaction.atomic
def carry_on(case: Case, *, note: str = "", actor: Actor, at: datetime) -> None:
    """Go on with a case that waited; paused clocks run again."""
    access.require_work(actor, case, Act.CARRY_ON)
    note = texts.allowed("note", note)
    move(
        case,
        Act.CARRY_ON,
        actor=actor,
        at=at,
        changes={"waits_for": ""},
        note=Note(text=note),
    )
    running.go_on(case, actor=actor, at=at)
    announce(CaseCarriedOn(institution_id=case.institution_id, occurred_at=at, case_id=case.pk))


@transaction.atomic
def resolve(case: Case, *, solution: str = "", cause: str = "", actor: Actor, at: datetime) -> None:
    """Say that the matter is settled inside; now the customer is to be told.

    `solution` and `cause` replace what the opinion said; without an opinion `solution` is needed.
    Raises SolutionNeeded, CaseAlreadyResolved, TasksStillOpen, ApprovalStillOpen, FormIncomplete.
    Serves HB-2.1-07.
    """
    access.require_work(actor, case, Act.RESOLVE)
    tasks.refuse_while_open(case)
    approving.refuse_while_asked(case, at)
    filling.refuse_incomplete(case, Act.RESOLVE)
    solution, cause = texts.allowed("solution", solution), texts.allowed("cause", cause)
    changes: dict[str, Any] = {"resolved_at": at}
    if solution:
        changes["solution"] = case.seal("solution", solution)
    if cause:
        changes["cause"] = case.seal("cause", cause)
    had_opinion = case.opinion_at is not None
    if not had_opinion:
        changes["opinion_at"] = at
    move(
        case,
        Act.RESOLVE,
        actor=actor,
        at=at,
        changes=changes,
        note=Note(text=solution, clause="HB-2.1-07", visible=False),
    )
    if not had_opinion:
        running.passed(case, "case.initial_opinion", actor=actor, at=at)
    running.passed(case, "case.resolved", actor=actor, at=at)
    announce(CaseResolved(institution_id=case.institution_id, occurred_at=at, case_id=case.pk))


@transaction.atomic
def add_note(
    case: Case, text: str, *, for_customer: bool = False, actor: Actor, at: datetime
) -> None:
    """Put a note on the timeline; `for_customer` lets the customer read it too (HB-2.2-05)."""
    access.require_work(actor, case, Act.OPINION)
    refuse_merged(case)
    text = texts.needed("text", text)
    kind = EntryKind.CUSTOMER if for_customer else EntryKind.INTERNAL
    enter(case, "note", actor=actor, at=at, note=Note(kind, text, visible=for_customer))
    audit.record(actor, "case.noted", case, at=at, detail={"for_customer": for_customer})
    tell_screens(case)
