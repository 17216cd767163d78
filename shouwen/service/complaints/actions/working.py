"""Accepting, naming the people, and the handler's steps up to the plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import access as case_access
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind, ReplyBy
from shouwen.service.cases.models import State as CaseState
from shouwen.service.complaints.actions import apart, progress
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.actions.refusals import CaseWaits
from shouwen.service.complaints.models import Complaint, PlanAnswer
from shouwen.service.complaints.rules.states import Act

CHOOSE = _("Choose one of the values offered.")


@transaction.atomic
def accept(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Take the complaint on; who does so is its acceptor and holds no other post.

    Raises ComplaintMovedOn, RecusedHere, RolesMustBeThree. Serves CG-3.2-01, HB-4.2-05.
    """
    person = staff.person_behind(actor)
    handler = complaint.case.handler if complaint.assigned_at else None
    apart.refuse_joined(person, handler, complaint.supervisor)

    def on_case() -> None:
        if complaint.case.state == CaseState.NEW:
            cases.accept(complaint.case, actor=actor, at=at)

    move(
        complaint,
        Act.ACCEPT,
        actor=actor,
        at=at,
        changes={"accepted_at": at, "acceptor": person},
        on_case=on_case,
        note=Note(EntryKind.CUSTOMER, clause="CG-3.2-01", visible=True),
        happening="complaint.accepted",
    )


@transaction.atomic
def assign(
    complaint: Complaint,
    *,
    handler: Person,
    supervisor: Person,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Name who handles it and who supervises; both are others than the acceptor.

    Raises Invalid for somebody without the right or the reach, RecusedHere, RolesMustBeThree,
    ComplaintMovedOn, ComplaintNotReady. Serves CG-3.4-02.
    """
    wrong: dict[str, Words] = {}
    for field, person, right in (
        ("handler", handler, "complaint.work"),
        ("supervisor", supervisor, "complaint.supervise"),
    ):
        if not _may_hold(person, complaint, right):
            wrong[field] = _("Choose an active colleague who works complaints.")
    if wrong:
        raise Invalid(fields=wrong)
    apart.refuse_recused(complaint.concerned, handler, supervisor)
    apart.refuse_joined(complaint.acceptor, handler, supervisor)

    def on_case() -> None:
        case = complaint.case
        if case.assigned_at is None or case.handler_id != handler.pk:
            cases.assign(case, handler, reason=reason, actor=actor, at=at)

    changes: dict[str, Any] = {"supervisor": supervisor, "assigned_at": at}
    move(
        complaint,
        Act.ASSIGN,
        actor=actor,
        at=at,
        changes=changes,
        on_case=on_case,
        note=Note(EntryKind.INTERNAL, subject_name=supervisor.name, clause="CG-3.4-02"),
        detail={"handler": handler.public_id, "supervisor": supervisor.public_id},
    )


def _may_hold(person: Person, complaint: Complaint, right: str) -> bool:
    if person.institution_id != complaint.institution_id or not person.is_active:
        return False
    actor = staff.actor_of(person)
    reaches = case_access.may_see(actor, complaint.case)
    return staff_access.has_right(actor, right) and (reaches or right == "complaint.work")


@transaction.atomic
def respond(complaint: Complaint, *, words: str, channel: str, actor: Actor, at: datetime) -> None:
    """Tell the complainant for the first time who deals with it and what comes next.

    Stops the clocks of the first response. Raises Invalid, ComplaintNotReady. Serves HB-4.2-03.
    """
    move(
        complaint,
        Act.RESPOND,
        actor=actor,
        at=at,
        changes={"responded_at": complaint.responded_at or at},
        on_case=lambda: cases.record_response(
            complaint.case, words=words, channel=channel, actor=actor, at=at
        ),
    )
    progress.settle(complaint, channel, actor=actor, at=at)


@transaction.atomic
def start(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Begin to investigate. Raises PeopleNeeded, ExecutiveNeeded, ComplaintMovedOn.

    Serves CG-4.1-02.
    """

    def on_case() -> None:
        if complaint.case.state == CaseState.ASSIGNED:
            cases.start_work(complaint.case, actor=actor, at=at)

    move(
        complaint,
        Act.START,
        actor=actor,
        at=at,
        changes={"started_at": at},
        on_case=on_case,
        note=Note(EntryKind.INTERNAL, clause="CG-4.1-02"),
        happening="complaint.started",
    )


@transaction.atomic
def analyse(complaint: Complaint, *, facts: str, actor: Actor, at: datetime) -> None:
    """Put down the facts found; they may be corrected until the plan is carried out.

    Raises Invalid, ComplaintMovedOn, ComplaintNotReady. Serves OM-4.4-03, CG-4.1-04.
    """
    facts = texts.needed("facts", facts)
    changes: dict[str, Any] = {"facts": complaint.seal("facts", facts)}
    if complaint.analysed_at is None:
        changes["analysed_at"] = at
    move(
        complaint,
        Act.ANALYSE,
        actor=actor,
        at=at,
        changes=changes,
        brings={"has_analysis": True},
        note=Note(EntryKind.INTERNAL, facts, "CG-4.1-04"),
    )


@transaction.atomic
def agree_plan(
    complaint: Complaint,
    *,
    cause: str,
    plan: str,
    answer: str,
    channel: str = ReplyBy.PHONE,
    actor: Actor,
    at: datetime,
) -> None:
    """Put down cause and plan, and what the complainant said to it; the case keeps both texts.

    Whoever was reached has thereby been answered; who was not still waits for the first response.
    Raises Invalid, CaseWaits, ComplaintMovedOn, ComplaintNotReady. Serves OM-4.4-03, CG-4.1-04.
    """
    if answer not in PlanAnswer.values:
        raise Invalid(fields={"answer": CHOOSE})
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": CHOOSE})
    wrong: dict[str, Words] = {}
    for field, text in (("cause", cause), ("plan", plan)):
        if not text.strip():
            wrong[field] = _("Write something here.")
        elif len(text) > texts.TEXT_MAX_CHARACTERS:
            wrong[field] = _("Use at most %(most)s characters.") % {
                "most": texts.TEXT_MAX_CHARACTERS
            }
    if wrong:
        raise Invalid(fields=wrong)
    is_told = answer != PlanAnswer.NOT_REACHED
    changes: dict[str, Any] = {"planned_at": at, "plan_answer": answer}
    if is_told and complaint.responded_at is None:
        changes["responded_at"] = at

    def on_case() -> None:
        refuse_waiting(complaint)
        cases.record_opinion(
            complaint.case, cause=cause, solution=plan, is_told=is_told, actor=actor, at=at
        )

    move(
        complaint,
        Act.PLAN,
        actor=actor,
        at=at,
        changes=changes,
        brings={"has_plan": True},
        on_case=on_case,
        note=Note(EntryKind.CUSTOMER, clause="OM-4.4-03", subject_name=answer),
        happening="complaint.planned",
        detail={"answer": answer, "channel": channel},
    )
    if is_told:
        progress.settle(complaint, channel, actor=actor, at=at)


def refuse_waiting(complaint: Complaint) -> None:
    """Let the case go on. Raises CaseWaits while it waits for somebody."""
    if complaint.case.is_waiting:
        raise CaseWaits
