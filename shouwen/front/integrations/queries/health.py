"""How deliveries to other systems stand, for the page of the machine's health."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.front.integrations.models import DeliveryState, State, Webhook, WebhookDelivery
from shouwen.ground.kernel import health
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.health import Group, Reading, Unit


def read(actor: Actor, _at: datetime) -> Group:
    """Say what the webhooks of the actor's institution have waiting; two queries."""
    hooks = Webhook.objects.filter(institution_id=actor.institution_id or 0).aggregate(
        on=Count("id", filter=Q(state=State.ON)),
        paused=Count("id", filter=Q(state=State.PAUSED)),
        failing=Count("id", filter=Q(state=State.ON, failures__gt=0)),
    )
    sent = WebhookDelivery.objects.filter(
        webhook__institution_id=actor.institution_id or 0,
        state__in=(DeliveryState.WAITING, DeliveryState.FAILED),
    ).aggregate(
        waiting=Count("id", filter=Q(state=DeliveryState.WAITING)),
        failed=Count("id", filter=Q(state=DeliveryState.FAILED)),
    )
    in_use = hooks["on"] + hooks["paused"] > 0
    ok = health.State.OK if in_use else health.State.OFF
    paused = Reading(
        "webhooks-paused",
        pgettext_lazy("health", "Webhooks paused"),
        health.State.LATE if hooks["paused"] else ok,
        hooks["paused"],
        Unit.COUNT,
        0,
        advice=_("Open the webhook, mend the receiving system, and switch it on again."),
    )
    failing = Reading(
        "webhooks-failing",
        pgettext_lazy("health", "Webhooks whose last try failed"),
        health.State.LATE if hooks["failing"] else ok,
        hooks["failing"],
        Unit.COUNT,
        0,
        advice=_("Look at the answers under Webhooks; they are tried again by themselves."),
    )
    waiting = Reading(
        "webhooks-waiting",
        pgettext_lazy("health", "Events waiting to be sent"),
        ok,
        sent["waiting"],
        Unit.COUNT,
    )
    failed = Reading(
        "webhooks-failed",
        pgettext_lazy("health", "Events given up"),
        ok,
        sent["failed"],
        Unit.COUNT,
    )
    label = pgettext_lazy("health", "Messages to other systems")
    return Group("webhooks", label, (paused, failing, waiting, failed))
