"""From the handled complaint to the archive: called back, closed; or taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.events import announce
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import access
from shouwen.service.complaints.actions.contesting import end_with_the_complaint
from shouwen.service.complaints.actions.grouping import weigh_group
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.actions.outside import cut_referral, refuse_referred
from shouwen.service.complaints.actions.redress import refuse_undecided
from shouwen.service.complaints.actions.requests import end_requests
from shouwen.service.complaints.actions.working import refuse_waiting
from shouwen.service.complaints.events import ComplaintClosed
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act


@transaction.atomic
def resolve(complaint: Complaint, *, solution: str = "", actor: Actor, at: datetime) -> None:
    """Say that the plan is carried out; `solution` replaces what the plan said.

    Raises ExecutiveNeeded, CaseWaits, ReferralGoingOn, TasksStillOpen, FormIncomplete,
    ComplaintMovedOn. Serves CG-3.2-04.
    """

    def on_case() -> None:
        refuse_waiting(complaint)
        refuse_referred(complaint)
        cases.resolve(complaint.case, solution=solution, actor=actor, at=at)

    move(
        complaint,
        Act.RESOLVE,
        actor=actor,
        at=at,
        changes={"handled_at": at},
        on_case=on_case,
        note=Note(EntryKind.INTERNAL, clause="CG-3.2-04"),
        happening="complaint.resolved",
    )


@transaction.atomic
def call_back(
    complaint: Complaint,
    *,
    is_satisfied: bool,
    words: str,
    channel: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Record the satisfaction callback: it is settled, or the complaint is worked again.

    What they said is put down also where they confirmed by themselves; where they said nothing
    until now it is their word from here on, no longer their silence.
    Raises Invalid, ComplaintMovedOn, ComplaintNotReady. Serves SN-40-01, OM-4.4-03.
    """
    if not is_satisfied:
        access.require(actor, complaint, Act.CALLBACK)
        # The companion follows the case, as when the complainant objects by the link.
        cases.record_objection(complaint.case, reason=words, channel=channel, actor=actor, at=at)
        complaint.refresh_from_db()
        return

    def on_case() -> None:
        case = complaint.case
        texts.needed("words", words)
        if case.customer_confirmed_at is None or case_queries.was_taken_by_silence(case):
            cases.record_confirmation(case, words=words, channel=channel, actor=actor, at=at)

    move(
        complaint,
        Act.CALLBACK,
        actor=actor,
        at=at,
        changes={"callback_at": at},
        brings={"is_confirmed": True},
        on_case=on_case,
        note=Note(EntryKind.INTERNAL, words.strip(), "SN-40-01", subject_name=channel),
    )


def _end_case(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    case = complaint.case
    if case.agent_confirmed_at is None:
        cases.confirm_by_agent(case, actor=actor, at=at)
    cases.close(case, actor=actor, at=at)


def _closed(complaint: Complaint, at: datetime) -> None:
    announce(
        ComplaintClosed(
            institution_id=complaint.institution_id,
            occurred_at=at,
            complaint_id=complaint.pk,
            is_withdrawn=complaint.withdrawn_at is not None,
            open_seconds=int((at - complaint.received_at).total_seconds()),
        )
    )


@transaction.atomic
def close(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Look at what was done and close the loop, as its supervisor.

    Raises OnlyTheSupervisorCloses, NotAgreedYet, RedressWaits, FormIncomplete, ComplaintMovedOn.
    Serves HB-4.2-05, HB-6.1-04, CG-3.4-02.
    """

    def on_case() -> None:
        refuse_undecided(complaint)
        end_requests(complaint, actor=actor, at=at)
        _end_case(complaint, actor=actor, at=at)

    move(
        complaint,
        Act.CLOSE,
        actor=actor,
        at=at,
        changes={"closed_at": at},
        on_case=on_case,
        note=Note(EntryKind.INTERNAL, clause="HB-4.2-05"),
        happening="complaint.closed",
    )
    _closed(complaint, at)


@transaction.atomic
def archive(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Put the closed file into the archive. Raises ArchiveFieldsMissing, ComplaintMovedOn."""
    move(
        complaint,
        Act.ARCHIVE,
        actor=actor,
        at=at,
        changes={"archived_at": at},
        on_case=lambda: cases.archive(complaint.case, actor=actor, at=at),
        note=Note(EntryKind.SYSTEM, clause="HB-2.3-05"),
    )


@transaction.atomic
def withdraw(
    complaint: Complaint, *, reason: str, channel: str, actor: Actor, at: datetime
) -> None:
    """Record that the complainant takes it back: it ends at once, with every clock.

    There is nothing left to supervise, so whoever records it closes it, nor to decide: what was
    asked for ends too. Raises Invalid, FormIncomplete, ComplaintMovedOn once a result is there.
    """

    def on_case() -> None:
        end_requests(complaint, actor=actor, at=at)
        cases.record_withdrawal(complaint.case, reason=reason, channel=channel, actor=actor, at=at)

    move(
        complaint,
        Act.WITHDRAW,
        actor=actor,
        at=at,
        changes={"withdrawn_at": at},
        on_case=on_case,
        note=Note(EntryKind.INTERNAL, subject_name=channel),
    )
    end_with_the_complaint(complaint, actor=actor, at=at)
    cut_referral(complaint, actor=actor, at=at)
    close(complaint, actor=actor, at=at)
    weigh_group(complaint, at=at)
