"""Proposed complaints and when they are proposed, by program."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.api import schemas
from shouwen.service.complaints.api.schemas import ComplaintDetailOut
from shouwen.service.complaints.models import ComplaintProposal
from shouwen.service.complaints.queries import Triggers

proposals_router = Router(tags=["complaints"])
triggers_router = Router(tags=["complaints"])


class ProposalOut(Schema):
    """One contact or case that might be a complaint, and what the customer said."""

    id: str
    trigger: Literal["ANGRY", "REPEAT", "BREACH", "RATING", "UNFILED"]
    state: Literal["OPEN", "TAKEN", "DECLINED"]
    contact: str | None
    case: str | None
    customer: str | None
    words: str | None
    found_at: datetime
    decided_at: datetime | None


class ProposalsOut(Schema):
    """What waits, the newest first; `more` says that there is more than these."""

    items: list[ProposalOut]
    more: bool


class TakeIn(Strict):
    """Who complains and how they are reached, where no file knows."""

    complainant: Annotated[str, Field(max_length=80)] = ""
    reachable_at: Annotated[str, Field(max_length=120)] = ""


class DeclineIn(Strict):
    """Why it is no complaint."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class TriggersIO(Strict):
    """What proposes complaints: rules that are on, words of anger, and the thresholds."""

    is_angry_on: bool
    is_repeat_on: bool
    is_breach_on: bool
    is_rating_on: bool
    phrases: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=100)
    ]
    contacts: Annotated[int, Field(ge=2, le=50)]
    days: Annotated[int, Field(ge=1, le=365)]
    score: Annotated[int, Field(ge=1, le=4)]


def _shown(row: ComplaintProposal) -> ProposalOut:
    return ProposalOut.model_validate(
        {
            "id": row.public_id,
            "trigger": row.trigger,
            "state": row.state,
            "contact": row.contact.public_id if row.contact else None,
            "case": row.case.public_id if row.case else None,
            "customer": row.customer.public_id if row.customer else None,
            "words": row.words.plain if row.words else None,
            "found_at": row.found_at,
            "decided_at": row.decided_at,
        }
    )


@proposals_router.get(
    "", response={200: ProposalsOut, **PROBLEMS}, summary="List proposed complaints"
)
def list_proposals(request: ApiRequest) -> ProposalsOut:
    """Give what waits within reach."""
    rows = queries.open_proposals(request.actor)
    items = [_shown(row) for row in rows[: queries.PROPOSALS]]
    return ProposalsOut(items=items, more=len(rows) > queries.PROPOSALS)


@proposals_router.post(
    "/{ref}/take", response={200: ComplaintDetailOut, **PROBLEMS}, summary="Take a proposal"
)
def take_proposal(
    request: ApiRequest, ref: str, body: TakeIn | None = None, key: Key = ""
) -> ComplaintDetailOut:
    """Make it a complaint; nothing the customer said is sent again. The first to decide counts."""
    actor, at, said = request.actor, time.now(), body or TakeIn()

    def work() -> str:
        found = queries.proposal_for(actor, ref)
        made = actions.take_proposal(found, **said.model_dump(), actor=actor, at=at)
        return str(made.public_id)

    made = once(request, "complaint.take", key, said, at, work, ref)
    return schemas.detailed(queries.complaint_for(actor, made), at)


@proposals_router.post(
    "/{ref}/decline", response={200: ProposalOut, **PROBLEMS}, summary="Decline a proposal"
)
def decline_proposal(request: ApiRequest, ref: str, body: DeclineIn) -> ProposalOut:
    """Say why it is no complaint; it is not proposed again."""
    found = queries.proposal_for(request.actor, ref)
    actions.decline_proposal(found, reason=body.reason, actor=request.actor, at=time.now())
    return _shown(found)


@triggers_router.get(
    "/triggers", response={200: TriggersIO, **PROBLEMS}, summary="Read when complaints are proposed"
)
def read_triggers(request: ApiRequest) -> TriggersIO:
    """Give what is on, the words of anger and the thresholds."""
    staff_access.require(request.actor, "policy.read")
    held = asdict(queries.triggers_of(request.actor.institution_id or 0))
    return TriggersIO(**held | {"phrases": list(held["phrases"])})


@triggers_router.put(
    "/triggers", response={200: TriggersIO, **PROBLEMS}, summary="Set when complaints are proposed"
)
def set_triggers(request: ApiRequest, body: TriggersIO) -> TriggersIO:
    """Set everything together; no document gives these figures."""
    home = Institution.objects.filter(pk=request.actor.institution_id or 0).first()
    if home is None:
        raise NotThere
    said = body.model_dump()
    wanted = Triggers(**said | {"phrases": tuple(said["phrases"])})
    actions.set_triggers(home, wanted, actor=request.actor, at=time.now())
    return read_triggers(request)
