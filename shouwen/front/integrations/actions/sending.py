"""The sender: takes what is due, sends it from threads of its own, and keeps what came of it.

A delivery is claimed by moving its next try ahead, so that another process leaves it alone and a
killed one loses nothing: after the claim's time it is sent again, under the same id. No database
work happens while the network is waited for.
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from shouwen.front.integrations import queries
from shouwen.front.integrations.models import (
    ANSWER_CHARACTERS,
    DeliveryState,
    State,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookFact,
)
from shouwen.front.integrations.rules import signing, trying
from shouwen.ground.kernel import egress
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.topics import publish
from shouwen.ground.policy import figures
from shouwen.ground.vault import audit, masking

logger = logging.getLogger(__name__)

# One address that does not answer takes a few of the slots, never all of them.
SLOTS = 16
SLOTS_OF_ONE = 4
CLAIM_SECONDS = 60
WINDOW_ROWS = 64
WAIT_SECONDS = 0.25
FORGET_ROWS = 1000
AGENT = "Shouwen-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Errand:
    """One delivery as a thread needs it; `claimed_until` is the mark of our claim."""

    delivery_id: int
    webhook_id: int
    claimed_until: datetime
    address: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an errand: a status, or a failure in one word."""

    took_ms: int
    status: int | None = None
    failure: str = ""
    answer: str = ""


def run_errand(errand: Errand) -> Outcome:
    """Send one delivery and say what came of it; raises nothing that a peer can cause."""
    began = time.monotonic()

    def took() -> int:
        return round((time.monotonic() - began) * 1000)

    try:
        answer = egress.post(errand.address, errand.body, errand.headers)
    except egress.NotSent as error:
        return Outcome(took(), failure=error.code)
    return Outcome(took(), answer.status, answer=_words(answer.beginning))


def _words(beginning: bytes) -> str:
    """Give the first words of an answer as they may be kept: what looks personal is masked."""
    text = beginning[: ANSWER_CHARACTERS * 4].decode(errors="replace")
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return masking.redact(clean)[:ANSWER_CHARACTERS]


class Sender:
    """Sends what is due; one per process, turned by the elected loop."""

    def __init__(self, slots: int = SLOTS, slots_of_one: int = SLOTS_OF_ONE) -> None:
        """Take how many deliveries are on their way at once, in all and to one webhook."""
        self._slots, self._slots_of_one = slots, slots_of_one
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="webhook")
        self._running: dict[Future[Outcome], tuple[Errand, datetime]] = {}

    def turn(self, at: datetime) -> int:
        """Start what is due and keep what has ended; give how many ended."""
        for errand in self._claim(at):
            self._running[self._pool.submit(run_errand, errand)] = (errand, at)
        ended, _still = wait(self._running, WAIT_SECONDS, FIRST_COMPLETED)
        with transaction.atomic():
            for future in ended:
                errand, sent_at = self._running.pop(future)
                keep_outcome(errand, future.result(), sent_at)
        return len(ended)

    def _claim(self, at: datetime) -> list[Errand]:
        busy = Counter(errand.webhook_id for errand, _at in self._running.values())
        free = self._slots - len(self._running)
        until = at + timedelta(seconds=CLAIM_SECONDS)
        taken: list[int] = []
        while free > len(taken):
            full = [pk for pk, count in busy.items() if count >= self._slots_of_one]
            window = list(
                _due(at)
                .exclude(webhook__in=full)
                .values_list("pk", "webhook", "next_try_at")[:WINDOW_ROWS]
            )
            fits: list[tuple[int, datetime]] = []
            for pk, webhook, due_at in window:
                if len(taken) + len(fits) < free and busy[webhook] < self._slots_of_one:
                    fits.append((pk, due_at))
                    busy[webhook] += 1
            with transaction.atomic():
                taken += [pk for pk, due_at in fits if _claimed(pk, due_at, until)]
            if not fits or len(window) < WINDOW_ROWS:
                break
        found = WebhookDelivery.objects.filter(pk__in=taken).select_related("webhook", "fact")
        return [_errand(delivery, until, at) for delivery in found.order_by("pk")]


def _due(at: datetime) -> QuerySet[WebhookDelivery]:
    """What may be sent now: nothing that an earlier event of the same object still holds back."""
    earlier = WebhookDelivery.objects.filter(
        webhook=OuterRef("webhook"),
        object_key=OuterRef("object_key"),
        pk__lt=OuterRef("pk"),
        state=DeliveryState.WAITING,
        tries__lt=trying.HOLDS_TRIES,
    )
    due = WebhookDelivery.objects.filter(
        ~Exists(earlier),
        state=DeliveryState.WAITING,
        next_try_at__lte=at,
        webhook__state=State.ON,
    )
    return due.order_by("next_try_at", "id")


def _claimed(pk: int, due_at: datetime, until: datetime) -> bool:
    mine = WebhookDelivery.objects.filter(pk=pk, state=DeliveryState.WAITING, next_try_at=due_at)
    return bool(mine.update(next_try_at=until))


def _errand(delivery: WebhookDelivery, until: datetime, at: datetime) -> Errand:
    body = delivery.fact.body.encode()
    secrets = queries.secrets_in_force(delivery.webhook, at)
    signed = signing.headers(secrets, delivery.fact.public_id, at, body)
    return Errand(
        delivery_id=delivery.pk,
        webhook_id=delivery.webhook_id,
        claimed_until=until,
        address=delivery.webhook.address,
        body=body,
        headers={"Content-Type": "application/json", "User-Agent": AGENT, **signed},
    )


@transaction.atomic
def keep_outcome(errand: Errand, outcome: Outcome, sent_at: datetime) -> None:
    """Keep an attempt, and move its delivery on; whoever lost the claim keeps the attempt alone."""
    at = sent_at + timedelta(milliseconds=outcome.took_ms)
    delivery = (
        WebhookDelivery.objects.select_related("webhook__institution")
        .filter(pk=errand.delivery_id)
        .first()
    )
    if delivery is None:
        # Its time to be kept was over while it was on its way.
        return
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=sent_at,
        took_ms=outcome.took_ms,
        status=outcome.status,
        failure=outcome.failure,
        answer=outcome.answer,
    )
    ours = WebhookDelivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.WAITING, next_try_at=errand.claimed_until
    )
    webhook = delivery.webhook
    if trying.is_success(outcome.status):
        ours.update(state=DeliveryState.DONE, done_at=at, tries=F("tries") + 1)
        Webhook.objects.filter(pk=webhook.pk, failures__gt=0).update(failures=0, failing_since=None)
    else:
        tries = delivery.tries + 1
        again = trying.next_try(tries, at, random.random())  # noqa: S311  # spreads tries, guards nothing
        if again is None:
            ours.update(state=DeliveryState.FAILED, tries=tries, done_at=at)
        else:
            ours.update(next_try_at=again, tries=tries)
        _count_failure(webhook, outcome, at)
    publish(f"webhooks-{webhook.institution.code}")


def _count_failure(webhook: Webhook, outcome: Outcome, at: datetime) -> None:
    there = Webhook.objects.filter(pk=webhook.pk)
    there.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", at))
    webhook.refresh_from_db(fields=["failures", "failing_since"])
    if not trying.should_pause(
        outcome.status,
        failures=webhook.failures,
        failing_since=webhook.failing_since or at,
        at=at,
        most_failures=figures.figure("webhook-pause-failures").value,
        most_minutes=figures.figure("webhook-pause-after").value,
    ):
        return
    if there.filter(state=State.ON).update(state=State.PAUSED, paused_at=at):
        system = Actor.system("webhooks", webhook.institution_id)
        detail: dict[str, audit.Value] = {
            "failures": webhook.failures,
            "last": outcome.failure or str(outcome.status),
        }
        audit.record(system, "webhook.paused", webhook, at=at, detail=detail)
        logger.warning("webhook %s paused after %s failures", webhook.public_id, webhook.failures)


def forget_old(at: datetime) -> int:
    """Drop facts whose time to be kept is over, with their deliveries and attempts."""
    oldest = at - timedelta(days=figures.figure("webhook-kept").value)
    old = WebhookFact.objects.filter(at__lt=oldest).order_by("at", "id")
    dropped, _by_model = WebhookFact.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:FORGET_ROWS])
    ).delete()
    return dropped
