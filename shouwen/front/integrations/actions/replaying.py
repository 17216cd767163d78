"""Sending again, and sending a test."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.front.integrations import access, queries
from shouwen.front.integrations.actions.telling import put_on_way
from shouwen.front.integrations.models import (
    HEARING,
    DeliveryState,
    Webhook,
    WebhookDelivery,
    WebhookFact,
)
from shouwen.front.integrations.rules.catalogue import TEST
from shouwen.ground.kernel import ids, wake
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.topics import publish
from shouwen.ground.policy import figures
from shouwen.ground.vault import audit

PIECE_ROWS = 500


class WebhookIsOff(Conflict):
    """Nothing is sent to a webhook that is off."""

    message = gettext_lazy("This webhook is off. Switch it on first.")


class NothingToReplay(Conflict):
    """No kept event fits."""

    message = gettext_lazy("No event of the chosen kinds is kept from that time.")


def _require(actor: Actor, webhook: Webhook) -> None:
    access.require(actor, access.MANAGE, webhook)
    if webhook.state not in HEARING:
        raise WebhookIsOff


def _send_soon(webhook: Webhook) -> None:
    publish(f"webhooks-{webhook.institution.code}")
    transaction.on_commit(wake.webhooks.set)


@transaction.atomic
def send_test(webhook: Webhook, *, actor: Actor, at: datetime) -> WebhookDelivery:
    """Send an event that says nothing happened, to see whether it arrives.

    Raises NotAllowed, NotThere, WebhookIsOff.
    """
    _require(actor, webhook)
    fact = WebhookFact(
        institution_id=webhook.institution_id,
        type=TEST,
        object_kind="webhook",
        object_ref=webhook.public_id,
        at=at,
        digest=ids.public_id("test"),
    )
    about = (fact.object_kind, fact.object_ref)
    fact.body = queries.body_of(fact.public_id, TEST, at, webhook.institution.code, about, {})
    fact.save(force_insert=True)
    put_on_way([fact], [webhook], at)
    audit.record(actor, "webhook.tested", webhook, at=at, detail={"event": fact.public_id})
    _send_soon(webhook)
    return WebhookDelivery.objects.get(webhook=webhook, fact=fact)


@transaction.atomic
def replay_delivery(delivery: WebhookDelivery, *, actor: Actor, at: datetime) -> None:
    """Send one event again under its own id. Raises NotAllowed, NotThere, WebhookIsOff."""
    webhook = delivery.webhook
    _require(actor, webhook)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.WAITING, tries=0, next_try_at=at, done_at=None
    )
    audit.record(
        actor, "webhook.replayed", webhook, at=at, detail={"event": delivery.fact.public_id}
    )
    _send_soon(webhook)


@transaction.atomic
def replay_span(
    webhook: Webhook, since: datetime, until: datetime, *, actor: Actor, at: datetime
) -> int:
    """Send again what happened in a span of time, also what it was not told of; give how many.

    Of the kinds it has chosen by now, oldest first. Raises NotAllowed, NotThere, WebhookIsOff,
    NothingToReplay, and Invalid for a span that is none or holds more than the house's figure.
    """
    _require(actor, webhook)
    if since >= until:
        raise Invalid(fields={"until": _("The end must be after the beginning.")})
    facts = WebhookFact.objects.filter(
        institution_id=webhook.institution_id,
        at__gte=since,
        at__lt=until,
        type__in=webhook.event_types,
    )
    most = figures.figure("webhook-replay-most").value
    found = list(facts.order_by("at", "id")[: most + 1])
    if len(found) > most:
        words = _("More than %(most)s events fit. Choose a shorter time.")
        raise Invalid(fields={"until": words % {"most": f"{most:,}"}})
    if not found:
        raise NothingToReplay
    for begin in range(0, len(found), PIECE_ROWS):
        piece = found[begin : begin + PIECE_ROWS]
        WebhookDelivery.objects.filter(webhook=webhook, fact__in=piece).update(
            state=DeliveryState.WAITING, tries=0, next_try_at=at, done_at=None
        )
        put_on_way(piece, [webhook], at)
    detail: dict[str, audit.Value] = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "events": len(found),
    }
    audit.record(actor, "webhook.span_replayed", webhook, at=at, detail=detail)
    _send_soon(webhook)
    return len(found)
