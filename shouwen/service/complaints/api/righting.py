"""Limits told in time and recorded late, by program."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Router, Schema

from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.service.cases.api.repeating import Key
from shouwen.service.cases.api.schemas import PersonOut
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.schemas import ComplaintDetailOut
from shouwen.service.complaints.models import ComplaintRighting

righting_router = Router(tags=["complaints"])
MediumName = Literal["CHAT", "PHONE", "SMS", "EMAIL", "LETTER"]
StateName = Literal["ASKED", "APPROVED", "DECLINED", "WITHDRAWN", "EXPIRED"]


class RightIn(Strict):
    """Which clock, by id; when and how the complainant was told, and what shows it."""

    clock: Annotated[str, Field(min_length=1, max_length=48)]
    told_at: Moment
    medium: MediumName
    evidence: Annotated[str, Field(min_length=1, max_length=WORDS_MAX_CHARACTERS)]
    proof: Annotated[str, Field(max_length=48)] = ""


class MissedOut(Schema):
    """A limit that was told, reads as missed, and may be set right."""

    clock: str
    event: str
    clause: str
    due_at: datetime
    recorded_at: datetime


class RightingOut(Schema):
    """One request; the clock says `told_at` once it is APPROVED."""

    id: str
    clock: str
    event: str
    clause: str
    state: StateName
    due_at: datetime
    told_at: datetime
    recorded_at: datetime
    medium: MediumName
    evidence: str
    proof: str | None
    approval: str
    asked_by: PersonOut
    asked_at: datetime
    decided_by: PersonOut | None
    decided_at: datetime | None


class RightingsOut(Schema):
    """What may be set right, and every request, the newest first."""

    missed: list[MissedOut]
    items: list[RightingOut]


SAME = (
    "event",
    "clause",
    "state",
    "due_at",
    "told_at",
    "recorded_at",
    "medium",
    "asked_at",
    "decided_at",
)


@righting_router.get(
    "/{ref}/rightings",
    response={200: RightingsOut, **PROBLEMS},
    summary="Read limits recorded late",
)
def read_rightings(request: ApiRequest, ref: str) -> RightingsOut:
    """Give the limits of a complaint that were told and read as missed, and what was asked."""
    one = queries.complaint_for(request.actor, ref)
    return RightingsOut(
        missed=[
            MissedOut(
                clock=each.clock.public_id,
                event=each.clock.event,
                clause=each.clock.clause,
                due_at=each.span.due_at,
                recorded_at=each.span.recorded_at,
            )
            for each in queries.missed_limits(one)
        ],
        items=[_shown(each.row) for each in queries.rightings_of(one)],
    )


def _shown(row: ComplaintRighting) -> RightingOut:
    by = row.decided_by
    return RightingOut.model_validate(
        {
            **{name: getattr(row, name) for name in SAME},
            "id": row.public_id,
            "clock": row.clock_ref,
            "evidence": row.evidence.plain,
            "proof": row.proof.public_id if row.proof else None,
            "approval": row.approval_ref,
            "asked_by": PersonOut(id=row.asked_by.public_id, name=row.asked_by.name),
            "decided_by": PersonOut(id=by.public_id, name=by.name) if by else None,
        }
    )


@righting_router.post("/{ref}/rightings", response=ACT, summary="Have a limit set right")
def ask_righting(request: ApiRequest, ref: str, body: RightIn, key: Key = "") -> ComplaintDetailOut:
    """Say when the complainant was told; another person decides at `/approvals`."""
    actor = request.actor
    return done(
        request,
        ref,
        "righting",
        key,
        body,
        lambda c, at: actions.ask_righting(
            c,
            body.clock,
            told_at=body.told_at,
            medium=body.medium,
            evidence=body.evidence,
            proof=body.proof,
            actor=actor,
            at=at,
        ),
    )
