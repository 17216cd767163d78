"""Redress as programs get it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Schema

from shouwen.people.staff.models import Person
from shouwen.service.cases.api.schemas import PersonOut
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint, ComplaintRedress
from shouwen.service.complaints.rules.redress import State

KindName = Literal["COMPENSATION", "REFUND", "WAIVER", "GOODWILL"]
StateName = Literal["PROPOSED", "REQUESTED", "PAID", "FAILED", "DECLINED", "WITHDRAWN", "EXPIRED"]


class RedressOut(Schema):
    """One amount that is to make good; nothing is paid here.

    REQUESTED means approved and asked for by `complaint.redress_approved`; `reference` is the
    paying system's number, given with its result.
    """

    id: str
    kind: KindName
    amount_fen: int
    currency: Literal["CNY"]
    state: StateName
    reason: str
    basis: str
    # Of what was granted outside: by whom, when, by which document.
    granted_by: str | None
    granted_on: date | None
    document: str | None
    right: str
    approval: str
    proposed_by: PersonOut
    proposed_at: datetime
    decided_by: PersonOut | None
    decided_at: datetime | None
    # The present request for the payment, and how often it was asked for.
    request: str
    attempt: int
    reference: str
    result: str | None
    result_at: datetime | None


def _person(person: Person | None) -> dict[str, str] | None:
    return {"id": person.public_id, "name": person.name} if person else None


def shown(row: ComplaintRedress) -> RedressOut:
    """Give one redress."""
    return RedressOut.model_validate(
        {
            "id": row.public_id,
            "kind": row.kind,
            "amount_fen": row.amount_fen,
            "currency": "CNY",
            "state": State(row.state).value,
            "reason": row.reason.plain,
            "basis": row.basis.plain,
            "granted_by": row.outside_body.plain if row.outside_body else None,
            "granted_on": row.outside_on,
            "document": row.outside_document.plain if row.outside_document else None,
            "right": row.right,
            "approval": row.approval_ref,
            "proposed_by": _person(row.proposed_by),
            "proposed_at": row.proposed_at,
            "decided_by": _person(row.decided_by),
            "decided_at": row.decided_at,
            "request": row.request_ref,
            "attempt": row.attempt,
            "reference": row.outside_ref,
            "result": row.result_words.plain if row.result_words else None,
            "result_at": row.result_at,
        }
    )


def redress_of(one: Complaint) -> list[RedressOut]:
    """Give the redress of a complaint, the newest first."""
    return [shown(row) for row in queries.redress_of(one)]
