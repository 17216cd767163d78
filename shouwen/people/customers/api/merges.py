"""Making two files of one customer one, and parting them again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Header, Router, Schema, Status

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.customers import access, actions, queries
from shouwen.people.customers.models import Merge

merges_router = Router(tags=["customers"])

REASON = Field(min_length=1, max_length=200)


class MergeIn(Strict):
    """The file that is joined to the one in the address, and what that one takes over."""

    other: Annotated[str, Field(max_length=40)]
    reason: Annotated[str, REASON]
    risk: Literal["HIGH", "MIDDLE", "LOW"] | None = None
    value: Literal["HIGH_NET_WORTH", "ORDINARY", "POTENTIAL"] | None = None
    language: Literal["zh-hans", "en"] | None = None


class UndoIn(Strict):
    """Why the two are parted again."""

    reason: Annotated[str, REASON]


class MergeOut(Schema):
    """One merge: which file stays, which was joined, and since when."""

    id: str
    survivor: str
    other: str
    reason: str
    merged_at: datetime
    undone_at: datetime | None


def _shown(merge: Merge) -> MergeOut:
    return MergeOut(
        id=merge.public_id,
        survivor=merge.survivor.public_id,
        other=merge.other.public_id,
        reason=merge.reason,
        merged_at=merge.merged_at,
        undone_at=merge.undone_at,
    )


@merges_router.post(
    "/{public_id}/merge", response={201: MergeOut, **PROBLEMS}, summary="Merge a customer's files"
)
def merge_customers(
    request: ApiRequest,
    public_id: str,
    body: MergeIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")],
) -> Status[MergeOut]:
    """Join another file to this one; the same key with the same body does it once."""
    at, actor = time.now(), request.actor
    access.require_merge_right(actor)
    wanted = {"survivor": public_id, **body.model_dump()}
    offered = {"risk": body.risk, "value": body.value, "language": body.language}

    def work() -> str:
        made = actions.merge_customers(
            queries.customer_to_change(actor, public_id),
            queries.customer_to_change(actor, body.other),
            reason=body.reason,
            take={name: value for name, value in offered.items() if value is not None},
            actor=actor,
            at=at,
        )
        return str(made.public_id)

    scope = f"api:customer.merge:{actor.ref}"
    ref = idempotency.do_once(scope, idempotency_key, wanted, work, at=at)
    return Status(201, _shown(queries.merge_for(actor, ref)))


@merges_router.post(
    "/merges/{public_id}/undo", response={200: MergeOut, **PROBLEMS}, summary="Undo a merge"
)
def undo_merge(request: ApiRequest, public_id: str, body: UndoIn) -> MergeOut:
    """Part two files again; what came since stays in the surviving one."""
    merge = queries.merge_for(request.actor, public_id)
    actions.undo_merge(merge, reason=body.reason, actor=request.actor, at=time.now())
    return _shown(queries.merge_for(request.actor, public_id))
