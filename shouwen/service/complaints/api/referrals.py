"""Appraisals and mediations as programs get them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Schema

from shouwen.service.cases.api.schemas import PersonOut
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint


class ReferralOut(Schema):
    """One appraisal or mediation: by whom, from when to when, and which clocks stood still by it.

    `held` names events; their limits that may wait stood still from `began_at` to `ended_on`.
    """

    id: str
    kind: Literal["APPRAISAL", "MEDIATION"]
    state: Literal["GOING_ON", "ENDED", "CUT"]
    body: str
    began_on: date
    began_at: datetime
    began_by: PersonOut
    reason: str
    held: list[str]
    ended_on: date | None
    ended_at: datetime | None
    ended_by: PersonOut | None
    result: str | None


def referrals_of(one: Complaint) -> list[ReferralOut]:
    """Give who outside was asked, the newest first."""
    return [
        ReferralOut.model_validate(
            {
                "id": row.public_id,
                "kind": row.kind,
                "state": row.state,
                "body": row.body.plain,
                "began_on": row.began_on,
                "began_at": row.began_at,
                "began_by": {"id": row.began_by.public_id, "name": row.began_by.name},
                "reason": row.reason.plain,
                "held": row.held,
                "ended_on": row.ended_on,
                "ended_at": row.ended_at,
                "ended_by": {"id": row.ended_by.public_id, "name": row.ended_by.name}
                if row.ended_by
                else None,
                "result": row.result.plain if row.result else None,
            }
        )
        for row in queries.referrals_of(one)
    ]
