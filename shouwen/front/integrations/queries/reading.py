"""Webhooks and their deliveries as pages and the API show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from shouwen.front.integrations import access
from shouwen.front.integrations.models import (
    DeliveryState,
    State,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution

REF_MAX_CHARACTERS = 48
LIMIT_MAX = 100
PAGE_ROWS = 30


@dataclass(frozen=True, slots=True)
class Summary:
    """A webhook with how its deliveries stand."""

    webhook: Webhook
    waiting: int
    failed: int
    last_done_at: datetime | None

    @property
    def is_failing(self) -> bool:
        """Whether its last attempts came to nothing."""
        return self.webhook.failures > 0


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery with its attempts, newest first."""

    delivery: WebhookDelivery
    attempts: list[WebhookAttempt]

    @property
    def is_waiting(self) -> bool:
        """Whether it has yet to be delivered."""
        return self.delivery.state == DeliveryState.WAITING


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A stretch of deliveries, newest first; `next` is a cursor, empty at the end."""

    rows: list[DeliveryRow]
    next: str


def webhooks_of(actor: Actor) -> QuerySet[Webhook]:
    """Give the webhooks of the actor's institution, refused ones left out. Raises NotAllowed."""
    staff_access.require(actor, access.READ)
    rows = Webhook.objects.filter(institution_id=actor.institution_id or 0)
    return rows.exclude(state=State.REFUSED).select_related("created_by").order_by("name", "id")


def webhook_for(actor: Actor, public_id: str) -> Webhook:
    """Give one webhook of the actor's institution. Raises NotAllowed, NotThere."""
    staff_access.require(actor, access.READ)
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        rows = Webhook.objects.select_related("institution", "created_by")
        found = rows.filter(public_id=public_id, institution_id=actor.institution_id or 0).first()
    if found is None:
        raise NotThere
    return found


def summaries(webhooks: Iterable[Webhook]) -> list[Summary]:
    """Say how the deliveries of these webhooks stand, in two queries; those done are not read."""
    shown = list(webhooks)
    of_each = WebhookDelivery.objects.filter(webhook=OuterRef("pk"), state=DeliveryState.DONE)
    last = dict(
        Webhook.objects.filter(pk__in=[one.pk for one in shown])
        .order_by("pk")
        .values_list("pk", Subquery(of_each.order_by("-id").values("done_at")[:1]))
    )
    counted = (
        WebhookDelivery.objects.filter(
            webhook__in=shown, state__in=(DeliveryState.WAITING, DeliveryState.FAILED)
        )
        .order_by("webhook", "state")
        .values_list("webhook", "state")
        .annotate(rows=Count("id"))
    )
    counts = {(webhook, state): rows for webhook, state, rows in counted}
    return [
        Summary(
            one,
            counts.get((one.pk, DeliveryState.WAITING.value), 0),
            counts.get((one.pk, DeliveryState.FAILED.value), 0),
            last.get(one.pk),
        )
        for one in shown
    ]


def summary_of(webhook: Webhook) -> Summary:
    """Say how the deliveries of one webhook stand."""
    return summaries([webhook])[0]


def deliveries_of(
    webhook: Webhook, *, state: str = "", cursor: str = "", limit: int = PAGE_ROWS
) -> DeliveryPage:
    """List what was sent or waits, newest first, with attempts. Raises Invalid for the cursor."""
    rows = WebhookDelivery.objects.filter(webhook=webhook)
    if state in DeliveryState.values:
        rows = rows.filter(state=state)
    if cursor:
        rows = rows.filter(pk__lt=_place(webhook, cursor))
    limit = max(1, min(limit, LIMIT_MAX))
    found = list(rows.select_related("fact").order_by("-id")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    tries: dict[int, list[WebhookAttempt]] = {}
    for attempt in WebhookAttempt.objects.filter(delivery__in=found).order_by("-id"):
        tries.setdefault(attempt.delivery_id, []).append(attempt)
    return DeliveryPage(
        [DeliveryRow(each, tries.get(each.pk, [])) for each in found],
        found[-1].public_id if more else "",
    )


def _place(webhook: Webhook, cursor: str) -> int:
    place = None
    if len(cursor) <= REF_MAX_CHARACTERS and cursor.isprintable():
        rows = WebhookDelivery.objects.filter(webhook=webhook, public_id=cursor)
        place = rows.values_list("pk", flat=True).first()
    if place is None:
        raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
    return place


def delivery_for(webhook: Webhook, public_id: str) -> WebhookDelivery:
    """Give one delivery of a webhook. Raises NotThere."""
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        rows = WebhookDelivery.objects.select_related("fact")
        found = rows.filter(webhook=webhook, public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def secrets_in_force(webhook: Webhook, at: datetime) -> list[str]:
    """Give the secrets that sign now: the present one, and the former while it lasts."""
    secrets = [webhook.secret.plain]
    if webhook.former_secret and webhook.former_until and webhook.former_until > at:
        secrets.append(webhook.former_secret.plain)
    return secrets


def may_follow(actor: Actor, code: str) -> bool:
    """Whether a live screen may follow the topic `webhooks-<institution>`."""
    if not staff_access.has_right(actor, access.READ) or actor.institution_id is None:
        return False
    return Institution.objects.filter(code=code, pk=actor.institution_id).exists()
