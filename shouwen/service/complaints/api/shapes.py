"""Grades, extensions, contests and views of the ledger as programs send and get them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from shouwen.ground.kit.api import Strict
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.service.cases.actions.texts import SHORT_MAX_CHARACTERS
from shouwen.service.cases.api.schemas import PersonOut
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint

ViewName = Literal[
    "open",
    "mine",
    "supervised",
    "today",
    "late",
    "regulator",
    "repeat",
    "major",
    "reviews",
    "group",
    "all",
]
SolvedName = Literal["YES", "PARTLY", "NO"]
ClockStateName = Literal["late", "soon", "today", "running", "paused", "met_late"]
# A colleague by id, staff number or name, "me" or "nobody".
Colleague = Annotated[str, Field(max_length=60)]
ClockName = Annotated[str, Field(max_length=60)]
StateName = Literal["ASKED", "APPROVED", "GRANTED", "DECLINED", "WITHDRAWN", "EXPIRED"]


class GradeOut(Schema):
    """One grade of the institution; rank 1 is the gravest."""

    code: str
    name_zh: str
    name_en: str
    rank: int


class ExtendIn(Strict):
    """Why the time is not enough; by which clause, or for the limit that is due first."""

    reason: Annotated[str, Field(min_length=1, max_length=WORDS_MAX_CHARACTERS)]
    clause: Annotated[str, Field(max_length=40)] = ""


class ExtensionOut(Schema):
    """One extension: from when to when by which clause, and what it still waits for.

    GRANTED alone has moved a date. One that `is_lapsed` came too late, or its limit runs no more.
    """

    id: str
    clause: str
    limit_clause: str
    state: StateName
    old_due_at: datetime
    until: datetime
    missing: list[Literal["approval", "notice"]]
    is_lapsed: bool
    reason: str
    approval: str
    asked_by: PersonOut
    asked_at: datetime
    decided_by: PersonOut | None
    decided_at: datetime | None
    notified_at: datetime | None


class ContestOut(Schema):
    """One appeal or 核查: what the complainant contests, and what became of it."""

    id: str
    kind: Literal["APPEAL", "REVIEW"]
    state: Literal["ASKED", "UPHELD", "CHANGED", "TAKEN_BACK"]
    reason: str
    asked_at: datetime
    opinion: str | None
    decided_by: PersonOut | None
    decided_at: datetime | None


def contests_of(one: Complaint) -> list[ContestOut]:
    """Give what was contested, the newest first."""
    return [
        ContestOut.model_validate(
            {
                "id": row.public_id,
                "kind": row.kind,
                "state": row.state,
                "reason": row.reason.plain,
                "asked_at": row.asked_at,
                "opinion": row.opinion.plain if row.opinion else None,
                "decided_by": {"id": row.decided_by.public_id, "name": row.decided_by.name}
                if row.decided_by
                else None,
                "decided_at": row.decided_at,
            }
        )
        for row in queries.contests_of(one)
    ]


def extensions_of(one: Complaint, at: datetime) -> list[ExtensionOut]:
    """Give the extensions of a complaint, the newest first."""
    return [_shown(each) for each in queries.extending_of(one, at).extensions]


def _shown(each: queries.Extension) -> ExtensionOut:
    row = each.row
    decider = row.decided_by
    return ExtensionOut.model_validate(
        {
            "id": row.public_id,
            "clause": row.clause,
            "limit_clause": row.limit_clause,
            "state": row.state,
            "old_due_at": each.due_at,
            "until": row.until,
            "missing": [what.value for what in each.missing],
            "is_lapsed": each.is_lapsed,
            "reason": row.reason.plain,
            "approval": row.approval_ref,
            "asked_by": {"id": row.asked_by.public_id, "name": row.asked_by.name},
            "asked_at": row.asked_at,
            "decided_by": {"id": decider.public_id, "name": decider.name} if decider else None,
            "decided_at": row.decided_at,
            "notified_at": row.notified_at,
        }
    )


class TakenBackIn(Strict):
    """Why a joined transfer does not belong to the complaint."""

    reason: Annotated[str, Field(min_length=1, max_length=SHORT_MAX_CHARACTERS)]
