"""Approvals on a case for programs that act for a person: asked, and read with their decision."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Status

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.approvals import api as approvals_api
from shouwen.people.approvals import queries as approvals
from shouwen.people.approvals.api import ApprovalListOut, ApprovalOut
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import PAGE_LIMIT

approving_router = Router(tags=["approvals"])


class StepIn(Strict):
    """What is to be approved and why; `amount` in CNY such as `2386.00`, or nothing."""

    what: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Annotated[str, Field(min_length=1, max_length=400)]
    amount: Annotated[str, Field(max_length=24)] = ""


@approving_router.get(
    "/{ref}/approvals",
    response={200: ApprovalListOut, **PROBLEMS},
    summary="List a case's requests for approval",
)
def list_case_approvals(request: ApiRequest, ref: str) -> ApprovalListOut:
    """Give what was asked on a case, the newest hundred, as far as the caller may see it."""
    case = queries.case_for(request.actor, ref)
    rows = approvals.approvals_of(
        request.actor, "case", case.public_id, at=time.now(), limit=PAGE_LIMIT
    )
    return ApprovalListOut(items=[approvals_api.shown(row) for row in rows], next=None)


@approving_router.post(
    "/{ref}/approvals",
    response={201: ApprovalOut, **PROBLEMS},
    summary="Ask for approval on a case",
)
def ask_approval(request: ApiRequest, ref: str, body: StepIn, key: Key = "") -> Status[ApprovalOut]:
    """Ask a supervisor to approve a step; the case is not resolved before the decision.

    The key must act for a person. Whoever decides does so at `/approvals`.
    """
    actor, at = request.actor, time.now()

    def work() -> str:
        case = queries.case_for(actor, ref)
        asked = actions.ask_approval(
            case, body.what, reason=body.reason, amount=body.amount, actor=actor, at=at
        )
        return str(asked.public_id)

    made = once(request, "approval", key, body, at, work, ref)
    row = approvals.row_of(actor, approvals.approval_for(actor, made), at)
    return Status(201, approvals_api.shown(row))
