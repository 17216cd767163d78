"""Webhooks for integrators: `/webhooks` and below."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.front.integrations import actions, queries
from shouwen.front.integrations.models import NAME_MAX_CHARACTERS, Webhook
from shouwen.front.integrations.queries import DeliveryRow, Summary
from shouwen.front.integrations.rules.catalogue import KINDS
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.egress import ADDRESS_CHARACTERS
from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Key, Strict
from shouwen.people.staff import queries as staff

router = Router(tags=["webhooks"])

REASON_MAX_CHARACTERS = 400
EVENTS_MOST = 60
EventName = Annotated[str, Field(min_length=1, max_length=40)]


class WebhookIn(Strict):
    """Who is told, where, of what, and what for."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX_CHARACTERS)]
    address: Annotated[str, Field(min_length=1, max_length=ADDRESS_CHARACTERS)]
    events: Annotated[list[EventName], Field(min_length=1, max_length=EVENTS_MOST)]
    reason: Annotated[str, Field(min_length=1, max_length=REASON_MAX_CHARACTERS)]


class SpanIn(Strict):
    """A span of time: from its beginning up to, but without, its end."""

    since: Moment
    until: Moment


class DeliveriesIn(Strict):
    """Which deliveries to list, and from where."""

    state: Literal["", "WAITING", "DONE", "FAILED"] = ""
    cursor: Annotated[str, Field(max_length=48)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class WebhookOut(Schema):
    """A webhook and how its deliveries stand."""

    id: str
    name: str
    address: str
    events: list[str]
    state: Literal["WAITING", "ON", "PAUSED", "OFF", "REFUSED"]
    failures: int
    paused_at: datetime | None
    created_at: datetime
    waiting: int
    failed: int
    last_delivered_at: datetime | None


class MadeOut(WebhookOut):
    """A webhook just asked for; `secret` is given this once, and null to a repeat."""

    secret: str | None


class WebhookListOut(Schema):
    """Every webhook of the institution."""

    items: list[WebhookOut]


class EventOut(Schema):
    """A kind of event and the fields of its `data`."""

    type: str
    title: str
    data: list[str]


class EventListOut(Schema):
    """Every kind of event a webhook may be told of."""

    items: list[EventOut]


class AttemptOut(Schema):
    """One try: the status that came back, or the failure in one word."""

    at: datetime
    took_ms: int
    status: int | None
    failure: str | None


class DeliveryOut(Schema):
    """One event on its way to a webhook; `event` is the `webhook-id` of its messages."""

    id: str
    event: str
    type: str
    at: datetime
    state: Literal["WAITING", "DONE", "FAILED"]
    next_try_at: datetime | None
    done_at: datetime | None
    attempts: list[AttemptOut]


class DeliveryListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[DeliveryOut]
    next: str | None


class ReplayOut(Schema):
    """How many events are on their way again."""

    events: int


def _plain(summary: Summary) -> dict[str, Any]:
    hook = summary.webhook
    return {
        "id": hook.public_id,
        "name": hook.name,
        "address": hook.address,
        "events": hook.event_types,
        "state": hook.state,
        "failures": hook.failures,
        "paused_at": hook.paused_at,
        "created_at": hook.created_at,
        "waiting": summary.waiting,
        "failed": summary.failed,
        "last_delivered_at": summary.last_done_at,
    }


def _shown(webhook: Webhook) -> WebhookOut:
    return WebhookOut.model_validate(_plain(queries.summary_of(webhook)))


def _delivery(row: DeliveryRow) -> DeliveryOut:
    one = row.delivery
    tries = [
        AttemptOut(
            at=each.at, took_ms=each.took_ms, status=each.status, failure=each.failure or None
        )
        for each in row.attempts
    ]
    return DeliveryOut.model_validate(
        {
            "id": one.public_id,
            "event": one.fact.public_id,
            "type": one.fact.type,
            "at": one.fact.at,
            "state": one.state,
            "next_try_at": one.next_try_at if row.is_waiting else None,
            "done_at": one.done_at,
            "attempts": tries,
        }
    )


@router.get("", response={200: WebhookListOut, **PROBLEMS}, summary="List webhooks")
def list_webhooks(request: ApiRequest) -> WebhookListOut:
    """Give the webhooks of the caller's institution."""
    found = queries.summaries(queries.webhooks_of(request.actor))
    return WebhookListOut(items=[WebhookOut.model_validate(_plain(each)) for each in found])


@router.post("", response={202: MadeOut, **PROBLEMS}, summary="Ask for a webhook")
def ask_webhook(request: ApiRequest, body: WebhookIn, key: Key = "") -> Status[MadeOut]:
    """Ask for a webhook; a second person approves it. The caller's key must be a person's own."""
    actor, at, secret = request.actor, time.now(), ""

    def work() -> str:
        nonlocal secret
        made, secret = actions.ask_webhook(
            staff.own_institution(actor), **body.model_dump(), actor=actor, at=at
        )
        return str(made.public_id)

    scope = f"api:webhook.ask:{actor.ref}"
    ref = idempotency.do_once(scope, key, body.model_dump(mode="json"), work, at=at)
    made = queries.summary_of(queries.webhook_for(actor, ref))
    return Status(202, MadeOut.model_validate({**_plain(made), "secret": secret or None}))


@router.get("/events", response={200: EventListOut, **PROBLEMS}, summary="List kinds of events")
def list_events(request: ApiRequest) -> EventListOut:
    """Give the kinds of events that a webhook may be told of."""
    queries.webhooks_of(request.actor)
    return EventListOut(
        items=[
            EventOut(type=kind.code, title=str(kind.words), data=queries.data_names(kind))
            for kind in KINDS
        ]
    )


@router.get("/{ref}", response={200: WebhookOut, **PROBLEMS}, summary="Read a webhook")
def read_webhook(request: ApiRequest, ref: str) -> WebhookOut:
    """Give one webhook."""
    return _shown(queries.webhook_for(request.actor, ref))


# To switch on or off again changes nothing, so these need no key.
@router.post("/{ref}/on", response={200: WebhookOut, **PROBLEMS}, summary="Switch a webhook on")
def switch_on(request: ApiRequest, ref: str) -> WebhookOut:
    """Send again; what waits goes out now."""
    found = queries.webhook_for(request.actor, ref)
    actions.switch_on(found, actor=request.actor, at=time.now())
    return _shown(found)


@router.post("/{ref}/off", response={200: WebhookOut, **PROBLEMS}, summary="Switch a webhook off")
def switch_off(request: ApiRequest, ref: str) -> WebhookOut:
    """Stop sending at once."""
    found = queries.webhook_for(request.actor, ref)
    actions.switch_off(found, actor=request.actor, at=time.now())
    return _shown(found)


@router.post("/{ref}/test", response={202: DeliveryOut, **PROBLEMS}, summary="Send a test event")
def send_test(request: ApiRequest, ref: str) -> Status[DeliveryOut]:
    """Send an event of type `webhook.test`."""
    found = queries.webhook_for(request.actor, ref)
    made = actions.send_test(found, actor=request.actor, at=time.now())
    return Status(202, _delivery(DeliveryRow(made, [])))


@router.get(
    "/{ref}/deliveries", response={200: DeliveryListOut, **PROBLEMS}, summary="List deliveries"
)
def list_deliveries(
    request: ApiRequest, ref: str, asked: Annotated[DeliveriesIn, Query()]
) -> DeliveryListOut:
    """Give what was sent or waits, newest first, with every attempt."""
    page = queries.deliveries_of(
        queries.webhook_for(request.actor, ref),
        state=asked.state,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return DeliveryListOut(items=[_delivery(row) for row in page.rows], next=page.next or None)


# A replay keeps the event's id, by which receivers know it, so these need no key either.
@router.post(
    "/{ref}/deliveries/{delivery}/replay",
    response={202: DeliveryOut, **PROBLEMS},
    summary="Send an event again",
)
def replay_delivery(request: ApiRequest, ref: str, delivery: str) -> Status[DeliveryOut]:
    """Send one event again under its own id."""
    found = queries.webhook_for(request.actor, ref)
    one = queries.delivery_for(found, delivery)
    actions.replay_delivery(one, actor=request.actor, at=time.now())
    return Status(202, _delivery(DeliveryRow(queries.delivery_for(found, delivery), [])))


@router.post("/{ref}/replay", response={202: ReplayOut, **PROBLEMS}, summary="Send a time again")
def replay_span(request: ApiRequest, ref: str, body: SpanIn) -> Status[ReplayOut]:
    """Send every kept event of the chosen kinds again, oldest first."""
    found = queries.webhook_for(request.actor, ref)
    count = actions.replay_span(found, body.since, body.until, actor=request.actor, at=time.now())
    return Status(202, ReplayOut(events=count))
