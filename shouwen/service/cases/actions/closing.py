"""Ending a case: both sides confirm, or the customer objects; then close and archive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.events import announce
from shouwen.service.cases import access
from shouwen.service.cases.actions import filling, links, refusals, running, texts
from shouwen.service.cases.actions.moving import Note, move
from shouwen.service.cases.events import CaseArchived, CaseClosed, CaseConfirmed, CaseObjected
from shouwen.service.cases.models import Case, EntryKind, ReplyBy
from shouwen.service.cases.queries.archive import archive_record
from shouwen.service.cases.queries.reading import was_taken_by_silence
from shouwen.service.cases.rules import states
from shouwen.service.cases.rules.states import Act

CLOSING_CLAUSE = "HB-2.3-01"
SILENCE = "silence"


def _announce_confirmed(case: Case, by: str, at: datetime) -> None:
    announce(
        CaseConfirmed(institution_id=case.institution_id, occurred_at=at, case_id=case.pk, by=by)
    )


@transaction.atomic
def confirm_by_agent(case: Case, *, actor: Actor, at: datetime) -> None:
    """Say as the agent that the matter is settled. Raises AlreadyConfirmed."""
    access.require_work(actor, case, Act.CONFIRM_BY_AGENT)
    move(
        case,
        Act.CONFIRM_BY_AGENT,
        actor=actor,
        at=at,
        changes={"agent_confirmed_at": at},
        note=Note(clause=CLOSING_CLAUSE),
    )
    _announce_confirmed(case, "agent", at)


def _customer_confirmed(
    case: Case, note: Note, *, by: str = "customer", actor: Actor, at: datetime
) -> None:
    # Who stayed silent until now may still speak; silence itself is taken once.
    was_silent = by != SILENCE and was_taken_by_silence(case)
    move(
        case,
        Act.CONFIRM_BY_CUSTOMER,
        actor=actor,
        at=at,
        changes={"customer_confirmed_at": at},
        note=note,
        by_silence=was_silent,
    )
    if not was_silent:
        # The clocks heard of it when silence was taken for it.
        running.passed(case, "case.confirmed", actor=actor, at=at)
    _announce_confirmed(case, by, at)


@transaction.atomic
def confirm_by_customer(case: Case, *, actor: Actor, at: datetime) -> None:
    """Take the customer's own confirmation, which stands for the signature (HB-2.3-02).

    `actor` is the customer; whose silence was taken for a yes may still say it themselves.
    Raises AlreadyConfirmed, CaseNotReady, NotThere.
    """
    access.require_customer(actor, case)
    note = Note(EntryKind.CUSTOMER, clause=CLOSING_CLAUSE, visible=True)
    _customer_confirmed(case, note, actor=actor, at=at)


def _heard_by(channel: str) -> None:
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": _("Choose one of the values offered.")})


@transaction.atomic
def record_confirmation(
    case: Case, *, words: str, channel: str, actor: Actor, at: datetime
) -> None:
    """Record the confirmation a customer gave by telephone, letter or in person.

    The timeline shows who recorded it, by which channel, and the customer's words.
    """
    access.require_work(actor, case, Act.CONFIRM_BY_CUSTOMER)
    _heard_by(channel)
    words = texts.needed("words", words)
    note = Note(EntryKind.CUSTOMER, words, CLOSING_CLAUSE, subject_name=channel, visible=True)
    _customer_confirmed(case, note, actor=actor, at=at)


@transaction.atomic
def confirm_by_silence(case: Case, *, words: str, actor: Actor, at: datetime) -> None:
    """Take silence for the customer's word, where the room above may: the entry says so.

    `actor` is the system. Raises AlreadyConfirmed, CaseNotReady.
    """
    note = Note(EntryKind.SYSTEM, words, CLOSING_CLAUSE, visible=True)
    _customer_confirmed(case, note, by=SILENCE, actor=actor, at=at)


def _objected(case: Case, note: Note, *, actor: Actor, at: datetime) -> None:
    changes: dict[str, Any] = {
        "customer_objected_at": at,
        "agent_confirmed_at": None,
        "customer_confirmed_at": None,
        "resolved_at": None,
        "feedback_at": None,
    }
    move(case, Act.OBJECT, actor=actor, at=at, changes=changes, note=note)
    running.objected(case, actor=actor, at=at)
    announce(CaseObjected(institution_id=case.institution_id, occurred_at=at, case_id=case.pk))


@transaction.atomic
def object_by_customer(case: Case, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take the customer's own objection: the case is worked again, its time runs anew.

    `actor` is the customer. Raises AlreadyObjected, CaseNotReady, NotThere.
    """
    access.require_customer(actor, case)
    reason = texts.needed("reason", reason)
    note = Note(EntryKind.CUSTOMER, reason, CLOSING_CLAUSE, visible=True)
    _objected(case, note, actor=actor, at=at)


@transaction.atomic
def record_objection(case: Case, *, reason: str, channel: str, actor: Actor, at: datetime) -> None:
    """Record the objection a customer made by telephone, letter or in person."""
    access.require_work(actor, case, Act.OBJECT)
    _heard_by(channel)
    reason = texts.needed("reason", reason)
    note = Note(EntryKind.CUSTOMER, reason, CLOSING_CLAUSE, subject_name=channel, visible=True)
    _objected(case, note, actor=actor, at=at)


@transaction.atomic
def close(case: Case, *, actor: Actor, at: datetime) -> None:
    """End a case on which both sides agree.

    The first time it is kept whether the file is complete, which counts for the share of records
    that follow the standard. Raises AgentHasNotConfirmed, CustomerHasNotConfirmed,
    CaseAlreadyClosed, FormIncomplete. Serves HB-2.3-01, CG-2.4.1-02.
    """
    access.require_work(actor, case, Act.CLOSE)
    filling.refuse_incomplete(case, Act.CLOSE)
    changes: dict[str, Any] = {"closed_at": at}
    complete = None
    # What was closed before this was kept is not closed for the first time now.
    if case.record_checked_at is None and case.round == 1:
        complete = not states.missing_for_archive(archive_record(case))
        changes |= {"record_checked_at": at, "record_complete": complete}
    move(
        case,
        Act.CLOSE,
        actor=actor,
        at=at,
        changes=changes,
        note=Note(EntryKind.CUSTOMER, clause=CLOSING_CLAUSE, visible=True),
    )
    running.ended(case, "case.closed", actor=actor, at=at)
    announce(
        CaseClosed(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            owner_id=case.owner_id,
            handler_id=case.handler_id,
            open_seconds=int((at - case.round_began_at).total_seconds()),
            record_complete=complete,
        )
    )


@transaction.atomic
def archive(case: Case, *, actor: Actor, at: datetime) -> None:
    """Put a closed case into the archive once its file is complete.

    Raises ArchiveFieldsMissing, which names each missing field (HB-2.3-05), FormIncomplete,
    CaseAlreadyArchived.
    """
    access.require_work(actor, case, Act.ARCHIVE)
    missing = states.missing_for_archive(archive_record(case))
    if missing and case.state == states.State.CLOSED:
        raise refusals.ArchiveFieldsMissing(
            fields={field: refusals.archive_field_words(field) for field in missing}
        )
    filling.refuse_incomplete(case, Act.ARCHIVE)
    move(
        case,
        Act.ARCHIVE,
        actor=actor,
        at=at,
        changes={"archived_at": at},
        note=Note(EntryKind.SYSTEM, clause="HB-2.3-05"),
    )
    links.void_all(case, at)
    running.passed(case, "case.archived", actor=actor, at=at)
    announce(CaseArchived(institution_id=case.institution_id, occurred_at=at, case_id=case.pk))
