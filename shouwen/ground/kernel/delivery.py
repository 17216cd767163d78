"""The deliver loop: carries stored facts to their hearers, at least once, in order of arrival.

A hearer runs in the same transaction that marks its delivery done, so its database effects
happen exactly once; only what leaves the database can be repeated.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Count, Min, Q, QuerySet

from shouwen.ground.kernel import hearers
from shouwen.ground.kernel.events import from_json
from shouwen.ground.kernel.models import Delivery, DeliveryState, OutboxEvent

logger = logging.getLogger(__name__)

BATCH = 100
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 900.0
MOST_TRIES = 12
RETRIED_AT_ONCE = 1000
KEPT_DAYS = 30


def deliver_due(at: datetime) -> int:
    """Deliver what waits, oldest first; give the number of deliveries that ended.

    A failure moves that delivery to a later try with growing pauses; after twelve it is dead,
    counted by `dead_count` and raised as an alert by the watch over the outbox.
    """
    waiting = list(
        Delivery.objects.filter(state=DeliveryState.PENDING, next_try_at__lte=at)
        .order_by("next_try_at", "id")
        .values_list("id", flat=True)[:BATCH]
    )
    return sum(_deliver_one(delivery_id, at) for delivery_id in waiting)


def _deliver_one(delivery_id: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            # The guarded update claims the row: a second worker finds it gone and does nothing.
            claimed = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING).update(
                state=DeliveryState.DONE, done_at=at
            )
            if not claimed:
                return False
            delivery = Delivery.objects.select_related("event").get(pk=delivery_id)
            event = from_json(delivery.event.name, delivery.event.values)
            hearers.hearer_at(delivery.hearer)(event)
    except OperationalError:
        # The database is busy or away; nothing was decided about this delivery.
        logger.warning("delivery %s put back: database busy", delivery_id)
        return False
    except Exception as error:
        _try_later(delivery_id, error, at)
        return False
    return True


def _try_later(delivery_id: int, error: Exception, at: datetime) -> None:
    delivery = Delivery.objects.get(pk=delivery_id)
    tries = delivery.tries + 1
    pause = min(FIRST_RETRY_SECONDS * 2 ** (tries - 1), LONGEST_RETRY_SECONDS)
    pause *= random.uniform(0.8, 1.2)  # noqa: S311  # spreads retries, guards nothing
    state = DeliveryState.DEAD if tries >= MOST_TRIES else DeliveryState.PENDING
    Delivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING).update(
        tries=tries,
        state=state,
        next_try_at=at + timedelta(seconds=pause),
        last_error=type(error).__name__,
    )
    logger.error(
        "delivery %s to %s failed, try %s", delivery_id, delivery.hearer, tries, exc_info=error
    )


def dead_count() -> int:
    """Count deliveries that were given up and wait for a person."""
    return Delivery.objects.filter(state=DeliveryState.DEAD).count()


@dataclass(frozen=True, slots=True)
class DeadHearer:
    """Deliveries to one hearer that were given up, and when the oldest fact happened."""

    hearer: str
    count: int
    since: datetime


def _dead_of(institution_id: int | None) -> QuerySet[Delivery]:
    """Those of an institution, and of no institution."""
    home = Q(event__institution_id=institution_id) | Q(event__institution_id__isnull=True)
    return Delivery.objects.filter(home, state=DeliveryState.DEAD)


def dead_hearers(institution_id: int | None) -> list[DeadHearer]:
    """Give the hearers to whom deliveries were given up, the most first; one query."""
    rows = _dead_of(institution_id).order_by().values_list("hearer")
    counted = rows.annotate(count=Count("id"), since=Min("event__occurred_at"))
    return [DeadHearer(*row) for row in counted.order_by("-count", "hearer")]


def deliver_dead_again(institution_id: int | None, at: datetime) -> int:
    """Let what was given up be tried from the start; give how many. Hearers bear being repeated."""
    dead = list(
        _dead_of(institution_id).order_by("id").values_list("id", flat=True)[:RETRIED_AT_ONCE]
    )
    return Delivery.objects.filter(pk__in=dead, state=DeliveryState.DEAD).update(
        state=DeliveryState.PENDING, tries=0, next_try_at=at
    )


def outbox_lag_seconds(at: datetime) -> float:
    """Give the age of the oldest delivery that should have happened, 0 when none waits."""
    oldest = (
        Delivery.objects.filter(state=DeliveryState.PENDING, next_try_at__lte=at)
        .order_by("next_try_at", "id")
        .values_list("next_try_at", flat=True)
        .first()
    )
    return max(0.0, (at - oldest).total_seconds()) if oldest else 0.0


def forget_delivered(at: datetime) -> int:
    """Drop facts that every hearer has had for thirty days; audit keeps what must be kept."""
    oldest = at - timedelta(days=KEPT_DAYS)
    done = (
        OutboxEvent.objects.filter(occurred_at__lt=oldest)
        .exclude(deliveries__state__in=[DeliveryState.PENDING, DeliveryState.DEAD])
        .order_by("id")
        .values_list("id", flat=True)[:1000]
    )
    dropped, _by_model = OutboxEvent.objects.filter(pk__in=list(done)).delete()
    return dropped
