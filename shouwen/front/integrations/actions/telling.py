"""Putting a fact on its way: kept once in its public form, one delivery for each webhook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from shouwen.front.integrations import queries
from shouwen.front.integrations.models import Webhook, WebhookDelivery, WebhookFact
from shouwen.front.integrations.queries.telling import data_of, object_of
from shouwen.front.integrations.rules.catalogue import BY_FACT
from shouwen.ground.kernel import idempotency, wake
from shouwen.ground.kernel.events import Event, to_json


@transaction.atomic
def tell_fact(event: Event) -> None:
    """Keep a fact for the webhooks that chose it; heard twice, it is kept once.

    Whoever nobody chose it for is told nothing, and nothing is kept.
    """
    kind = BY_FACT[type(event)]
    if event.institution_id is None:
        return
    webhooks = queries.hearing(event.institution_id, kind.code)
    if not webhooks:
        return
    about = object_of(kind, event)
    fact = WebhookFact(
        institution_id=event.institution_id,
        type=kind.code,
        object_kind=about[0],
        object_ref=about[1],
        at=event.occurred_at,
        digest=idempotency.digest(f"{event.name}\x1f{to_json(event)}"),
    )
    known = WebhookFact.objects.filter(institution=fact.institution_id, digest=fact.digest)
    if known.exists():
        return
    fact.body = queries.body_of(
        fact.public_id, kind.code, fact.at, fact.institution.code, about, data_of(kind, event)
    )
    fact.save(force_insert=True)
    put_on_way([fact], webhooks, event.occurred_at)


def put_on_way(facts: Iterable[WebhookFact], webhooks: Sequence[Webhook], at: datetime) -> None:
    """Make a delivery of each fact for each webhook that has none yet."""
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                webhook=webhook,
                fact=fact,
                object_key=f"{fact.object_kind}:{fact.object_ref}",
                next_try_at=at,
            )
            for fact in facts
            for webhook in webhooks
        ],
        ignore_conflicts=True,
    )
    transaction.on_commit(wake.webhooks.set)
