"""Inside one file: what happened, what the customer agreed to, what to heed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Header, Query, Router, Schema, Status

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.customers import actions, queries
from shouwen.people.customers.api.filing import with_purpose
from shouwen.people.customers.models import Consent

files_router = Router(tags=["customers"])

STORY_LIMIT = 100


class StoryIn(Strict):
    """Which page of the history."""

    kind: Annotated[str, Field(max_length=20, pattern=r"^[a-z]*$")] = ""
    cursor: Annotated[str, Field(max_length=120)] = ""
    limit: Annotated[int, Field(ge=1, le=STORY_LIMIT)] = queries.HISTORY_ROWS


class ItemOut(Schema):
    """One thing that happened; nothing personal stands in it."""

    kind: str
    ref: str
    title: str
    at: datetime
    state: str


class StoryOut(Schema):
    """One page; `next_cursor` is null on the last one."""

    items: list[ItemOut]
    next_cursor: str | None


class ConsentIn(Strict):
    """What the customer said; `way` empty means any way, purpose ANY everything."""

    purpose: Literal["ANY", "CALLBACK", "SURVEY", "NOTICE", "MARKETING", "SHARING"]
    way: Literal["", "PHONE", "SMS", "EMAIL", "CHAT", "LETTER"] = ""
    is_given: bool
    evidence: Literal["CONTACT", "RECORDING", "FORM", "ONLINE", "LETTER"]
    evidence_ref: Annotated[str, Field(min_length=1, max_length=100)]
    decided_at: Moment | None = None


class ConsentOut(Schema):
    """One thing the customer said, with what proves it."""

    id: str
    purpose: str
    way: str
    is_given: bool
    decided_at: datetime
    evidence: str
    evidence_ref: str
    recorded_at: datetime


class ConsentsOut(Schema):
    """All that was said, newest first, and whether it comes to: do not contact me."""

    items: list[ConsentOut]
    is_left_alone: bool


class WishesIn(Strict):
    """What to heed; the whole of it, so that what is left out counts no longer."""

    language: Literal["zh-hans", "en"]
    kinds: list[
        Literal["SLOWLY", "HEARING", "SIGHT", "LARGE_PRINT", "PERSON", "COMPANION", "WRITING"]
    ] = []
    words: Annotated[str, Field(max_length=200)] = ""


class WishesOut(Schema):
    """What to heed when talking with the customer."""

    language: str
    kinds: list[str]
    words: str


def _consent(row: Consent) -> ConsentOut:
    return ConsentOut(
        id=row.public_id,
        purpose=row.purpose,
        way=row.way,
        is_given=row.is_given,
        decided_at=row.decided_at,
        evidence=row.evidence,
        evidence_ref=row.evidence_ref,
        recorded_at=row.recorded_at,
    )


@files_router.get(
    "/{public_id}/history",
    response={200: StoryOut, **PROBLEMS},
    summary="Read what happened with a customer",
)
def read_history(
    request: ApiRequest,
    public_id: str,
    asked: Annotated[StoryIn, Query()],
    purpose: Annotated[str, Header()] = "",
) -> StoryOut:
    """Give contacts, cases, callbacks and ratings within reach, newest first."""
    actor = with_purpose(request.actor)
    customer = queries.customer_for(actor, public_id, time.now(), purpose)
    page = queries.story(actor, customer, kind=asked.kind, cursor=asked.cursor, limit=asked.limit)
    items = [
        ItemOut(kind=one.kind, ref=one.ref, title=one.title, at=one.at, state=one.state)
        for one in page.items
    ]
    return StoryOut(items=items, next_cursor=page.older or None)


@files_router.get(
    "/{public_id}/consents",
    response={200: ConsentsOut, **PROBLEMS},
    summary="Read a customer's consents",
)
def read_consents(
    request: ApiRequest, public_id: str, purpose: Annotated[str, Header()] = ""
) -> ConsentsOut:
    """Give what a customer agreed to and refused, newest first."""
    actor = with_purpose(request.actor)
    rows = queries.consents_of(queries.customer_for(actor, public_id, time.now(), purpose))
    return ConsentsOut(
        items=[_consent(row) for row in rows], is_left_alone=queries.is_left_alone(rows)
    )


@files_router.post(
    "/{public_id}/consents",
    response={201: ConsentOut, **PROBLEMS},
    summary="Record a consent or a refusal",
)
def record_consent(
    request: ApiRequest,
    public_id: str,
    body: ConsentIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")],
) -> Status[ConsentOut]:
    """Put on record what a customer said; the same key with the same body does it once."""
    at, actor = time.now(), request.actor
    customer = queries.customer_to_change(actor, public_id)
    wanted = {"customer": public_id, **body.model_dump(mode="json")}

    def work() -> str:
        made = actions.record_consent(customer, actor=actor, at=at, **body.model_dump())
        return str(made.public_id)

    scope = f"api:customer.consent:{actor.ref}"
    ref = idempotency.do_once(scope, idempotency_key, wanted, work, at=at)
    return Status(201, _consent(Consent.objects.get(customer=customer, public_id=ref)))


class DedicatedIn(Strict):
    """The public id of a colleague who takes contacts, or empty for nobody."""

    person: Annotated[str, Field(max_length=48)]


class DedicatedOut(Schema):
    """Who a customer's own person is; null for nobody."""

    person: str | None


@files_router.put(
    "/{public_id}/dedicated",
    response={200: DedicatedOut, **PROBLEMS},
    summary="Say who a customer's own person is",
)
def set_dedicated(request: ApiRequest, public_id: str, body: DedicatedIn) -> DedicatedOut:
    """Name the colleague who is offered the customer's contacts first where their tier says so."""
    customer = queries.customer_to_change(request.actor, public_id)
    actions.set_dedicated(customer, body.person, actor=request.actor, at=time.now())
    return DedicatedOut(person=customer.dedicated.public_id if customer.dedicated else None)


@files_router.put(
    "/{public_id}/wishes",
    response={200: WishesOut, **PROBLEMS},
    summary="Keep what to heed with a customer",
)
def set_wishes(request: ApiRequest, public_id: str, body: WishesIn) -> WishesOut:
    """Keep the customer's language and what helps them."""
    actor = request.actor
    customer = queries.customer_to_change(actor, public_id)
    actions.set_wishes(
        customer, body.kinds, body.words, language=body.language, actor=actor, at=time.now()
    )
    heeded = customer.heeded
    return WishesOut(language=customer.language, kinds=list(heeded.kinds), words=heeded.words)
