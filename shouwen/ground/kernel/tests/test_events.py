"""A fact travels to its hearers once, whatever fails on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction

from shouwen.ground.kernel import delivery, hearers
from shouwen.ground.kernel.events import Event, announce, from_json, to_json
from shouwen.ground.kernel.models import Delivery, DeliveryState, IdempotencyKey, OutboxEvent

MONDAY_9AM = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(Event):
    """A fact of these tests alone."""

    name: ClassVar[str] = "test.kettle_boiled"
    cups: int
    poured_at: datetime | None = None


def pour(event: KettleBoiled) -> None:
    """Leave a row for each fact heard."""
    IdempotencyKey.objects.create(
        scope="test", key=str(event.cups), body_digest="", created_at=event.occurred_at
    )


def spill(event: KettleBoiled) -> None:
    """Write something, then fail."""
    pour(event)
    raise ValueError


@pytest.fixture
def wired() -> Iterator[None]:
    """Put the register back as it was."""
    before, wanted = dict(hearers._hearers), dict(hearers._wanted)
    yield
    hearers.set_hearers(before, wanted)


def boil(cups: int = 2) -> None:
    """Announce the fact in a change of its own."""
    with transaction.atomic():
        announce(KettleBoiled(institution_id=1, occurred_at=MONDAY_9AM, cups=cups))


def test_a_fact_survives_being_stored() -> None:
    event = KettleBoiled(institution_id=None, occurred_at=MONDAY_9AM, cups=3, poured_at=MONDAY_9AM)
    assert from_json("test.kettle_boiled", to_json(event)) == event


@pytest.mark.django_db(transaction=True)
def test_a_fact_without_its_change_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        announce(KettleBoiled(institution_id=1, occurred_at=MONDAY_9AM, cups=1))


@pytest.mark.django_db
@pytest.mark.usefixtures("wired")
def test_a_fact_rolls_back_with_its_change() -> None:
    hearers.set_hearers({KettleBoiled: [pour]})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announce(KettleBoiled(institution_id=1, occurred_at=MONDAY_9AM, cups=1))
        _ = 1 / 0
    assert OutboxEvent.objects.count() == 0
    assert Delivery.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("wired")
def test_each_hearer_hears_once() -> None:
    hearers.set_hearers({KettleBoiled: [pour]})
    boil()
    assert delivery.deliver_due(MONDAY_9AM) == 1
    assert delivery.deliver_due(MONDAY_9AM + timedelta(hours=1)) == 0
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("wired")
def test_a_failing_hearer_leaves_no_half_work_and_is_tried_again_later() -> None:
    hearers.set_hearers({KettleBoiled: [spill]})
    boil()
    assert delivery.deliver_due(MONDAY_9AM) == 0

    row = Delivery.objects.get()
    assert IdempotencyKey.objects.count() == 0
    assert (row.state, row.tries, row.last_error) == (DeliveryState.PENDING, 1, "ValueError")
    assert row.next_try_at > MONDAY_9AM


@pytest.mark.django_db
@pytest.mark.usefixtures("wired")
def test_a_hearer_that_never_succeeds_is_given_up_and_counted() -> None:
    hearers.set_hearers({KettleBoiled: [spill]})
    boil()
    at = MONDAY_9AM
    for _turn in range(delivery.MOST_TRIES):
        at += timedelta(hours=1)
        delivery.deliver_due(at)
    assert Delivery.objects.get().state == DeliveryState.DEAD
    assert delivery.dead_count() == 1
    assert delivery.outbox_lag_seconds(at) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("wired")
def test_two_deliverers_at_once_have_one_effect_a_fact() -> None:
    hearers.set_hearers({KettleBoiled: [pour]})
    for cups in range(20):
        boil(cups)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        while delivery.deliver_due(MONDAY_9AM):
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    delivery.deliver_due(MONDAY_9AM)
    assert IdempotencyKey.objects.count() == 20
    assert Delivery.objects.filter(state=DeliveryState.DONE).count() == 20


@pytest.mark.django_db
@pytest.mark.usefixtures("wired")
def test_facts_are_forgotten_only_when_everybody_has_had_them() -> None:
    hearers.set_hearers({KettleBoiled: [pour]})
    boil(1)
    delivery.deliver_due(MONDAY_9AM)
    boil(2)
    much_later = MONDAY_9AM + timedelta(days=delivery.KEPT_DAYS + 1)
    delivery.forget_delivered(much_later)
    assert OutboxEvent.objects.count() == 1


def test_a_hearer_who_does_not_care_gets_nothing_stored(wired: None) -> None:
    hearers.set_hearers({KettleBoiled: [pour, spill]}, {spill: lambda event: event.cups > 1})
    small, large = (
        KettleBoiled(institution_id=None, occurred_at=MONDAY_9AM, cups=cups) for cups in (1, 2)
    )
    assert hearers.hearers_for(small) == (pour,)
    assert hearers.hearers_for(large) == (pour, spill)
