"""Approvals for programs that act for a person: `/approvals` and below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.approvals import actions, queries
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS, Approval

router = Router(tags=["approvals"])

PAGE_LIMIT = 100


class ListIn(Strict):
    """Which requests to list, and from where."""

    view: Literal["waiting", "mine", "ended"] = "waiting"
    cursor: Annotated[str, Field(max_length=48)] = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 30


class OpinionIn(Strict):
    """Why it is decided so."""

    opinion: Annotated[str, Field(min_length=1, max_length=WORDS_MAX_CHARACTERS)]


class PersonOut(Schema):
    """A colleague."""

    id: str
    name: str


class ApprovalOut(Schema):
    """A request, its reasons and its end."""

    id: str
    kind: str
    subject_kind: str
    subject: str
    subject_name: str
    words: str
    amount_fen: int | None
    reason: str
    state: Literal["WAITING", "APPROVED", "DECLINED", "WITHDRAWN", "EXPIRED"]
    asked_by: PersonOut
    asked_at: datetime
    expires_at: datetime
    due_at: datetime | None
    decided_by: PersonOut | None
    ended_at: datetime | None
    opinion: str
    may_decide: bool


class ApprovalListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[ApprovalOut]
    next: str | None


def _person(person: Any) -> PersonOut | None:
    return PersonOut(id=person.public_id, name=person.name) if person else None


def shown(row: queries.Row) -> ApprovalOut:
    """Give a request as programs read it, also at the doors of the room that asked."""
    approval = row.approval
    return ApprovalOut.model_validate(
        {
            "id": approval.public_id,
            "kind": approval.kind,
            "subject_kind": approval.subject_kind,
            "subject": approval.subject_ref,
            "subject_name": approval.subject_name,
            "words": approval.words,
            "amount_fen": approval.amount_fen,
            "reason": approval.reason,
            "state": approval.state,
            "asked_by": _person(approval.asked_by),
            "asked_at": approval.asked_at,
            "expires_at": approval.expires_at,
            "due_at": approval.due_at,
            "decided_by": _person(approval.decided_by),
            "ended_at": approval.ended_at,
            "opinion": approval.opinion,
            "may_decide": row.may_decide,
        }
    )


@router.get("", response={200: ApprovalListOut, **PROBLEMS}, summary="List requests for approval")
def list_approvals(request: ApiRequest, asked: Annotated[ListIn, Query()]) -> ApprovalListOut:
    """Give what waits for the caller's decision, what they asked for, or what has ended."""
    page = queries.approvals_for(
        request.actor, asked.view, cursor=asked.cursor, limit=asked.limit, at=time.now()
    )
    return ApprovalListOut(items=[shown(row) for row in page.rows], next=page.next or None)


@router.get("/{ref}", response={200: ApprovalOut, **PROBLEMS}, summary="Read a request")
def read_approval(request: ApiRequest, ref: str) -> ApprovalOut:
    """Give one request within reach."""
    approval = queries.approval_for(request.actor, ref)
    return shown(queries.row_of(request.actor, approval, time.now()))


def _done(
    request: ApiRequest, ref: str, do: Callable[[Approval, Actor, datetime], None]
) -> ApprovalOut:
    actor, at = request.actor, time.now()
    do(queries.approval_for(actor, ref), actor, at)
    return shown(queries.row_of(actor, queries.approval_for(actor, ref), at))


ONE = {200: ApprovalOut, **PROBLEMS}


# A repeated decision is refused by name and changes nothing, so these need no key.
@router.post("/{ref}/approve", response=ONE, summary="Approve a request")
def approve(request: ApiRequest, ref: str, body: OpinionIn) -> ApprovalOut:
    """Let it be done; it takes effect at once. Programs without a person decide nothing."""
    return _done(
        request, ref, lambda a, actor, at: actions.approve(a, body.opinion, actor=actor, at=at)
    )


@router.post("/{ref}/decline", response=ONE, summary="Send a request back")
def decline(request: ApiRequest, ref: str, body: OpinionIn) -> ApprovalOut:
    """Say why it is not done so."""
    return _done(
        request, ref, lambda a, actor, at: actions.decline(a, body.opinion, actor=actor, at=at)
    )


@router.post("/{ref}/withdraw", response=ONE, summary="Withdraw one's own request")
def withdraw(request: ApiRequest, ref: str) -> ApprovalOut:
    """Take one's own request back before it is decided."""
    return _done(request, ref, lambda a, actor, at: actions.withdraw(a, actor=actor, at=at))
