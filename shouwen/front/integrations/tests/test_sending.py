"""Deliveries to a real server: what arrives, in which order, and what happens when it does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import time
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from shouwen.front.integrations import actions, handlers, queries
from shouwen.front.integrations.actions import sending
from shouwen.front.integrations.models import (
    DeliveryState,
    State,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookFact,
)
from shouwen.front.integrations.rules import trying
from shouwen.front.integrations.tests.conftest import House
from shouwen.front.integrations.tests.receiving import Got, Receiver
from shouwen.ground.kernel import delivery as outbox
from shouwen.ground.kernel import egress
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.models import OutboxEvent
from shouwen.ground.policy.events import ClockBreached
from shouwen.people.staff.tests.factories import MONDAY_9AM, acting
from shouwen.service.cases.events import CaseAccepted

NINE = MONDAY_9AM + timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def breached(house: House, number: int, at: datetime = NINE, ref: str = "case_x") -> ClockBreached:
    """A fact that needs no row of another room."""
    return ClockBreached(
        institution_id=house.institution.pk,
        occurred_at=at,
        clock_id=number,
        clock_public_id=f"clock_{number}",
        event="complaint.answer",
        subject_kind="case",
        subject_ref=ref,
        clause="HB-4.2-03",
        due_at=at,
        hard=True,
    )


def send_all(sender: actions.Sender, at: datetime) -> int:
    """Turn until nothing is on its way any more."""
    ended, last = 0, sender.turn(at)
    # All that ran may end in one turn while more wait for their slots.
    while last or sender._running:
        ended += last
        last = sender.turn(at)
    return ended


def verified(got: Got, secret: str) -> bool:
    """Check a signature as a receiver would, with code of its own."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(secret.split("_", 1)[1])
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(
        hmac.compare_digest(f"v1,{mac}", each) for each in got.headers["webhook-signature"].split()
    )


def test_a_fact_is_delivered_signed_and_without_anything_personal(
    bank: House, receiver: Receiver
) -> None:
    webhook, secret = bank.webhook(receiver.url, "clock.breached")
    with transaction.atomic():
        announce(breached(bank, 1))
    outbox.deliver_due(NINE)
    assert send_all(actions.Sender(), NINE + SECOND) == 1

    [got] = receiver.got
    fact = WebhookFact.objects.get()
    assert json.loads(got.body) == {
        "id": fact.public_id,
        "type": "clock.breached",
        "at": "2026-06-15T01:01:00.000Z",
        "institution": "bank",
        "object": {"kind": "case", "ref": "case_x"},
        "data": {
            "clock": "clock_1",
            "event": "complaint.answer",
            "clause": "HB-4.2-03",
            "due_at": "2026-06-15T01:01:00.000Z",
            "hard": True,
        },
    }
    assert got.path == "/hooks"
    assert got.headers["webhook-id"] == fact.public_id
    assert int(got.headers["webhook-timestamp"]) == int((NINE + SECOND).timestamp())
    assert verified(got, secret)
    assert not verified(got, "whsec_" + base64.b64encode(b"another secret").decode())
    assert not verified(Got(got.path, got.headers, got.body + b" "), secret)
    late = {**got.headers, "webhook-timestamp": "1"}
    assert not verified(Got(got.path, late, got.body), secret)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.failure, attempt.answer) == (200, "", "thanks")
    assert WebhookDelivery.objects.get().state == DeliveryState.DONE
    assert queries.summary_of(webhook).last_done_at is not None


def test_what_nobody_chose_is_not_even_stored(bank: House, insurer: House) -> None:
    insurer.webhook("https://example.com/", "clock.breached")
    bank.webhook("https://example.com/", "case.closed")
    before = OutboxEvent.objects.count()
    with transaction.atomic():
        announce(CaseAccepted(institution_id=bank.institution.pk, occurred_at=NINE, case_id=7))
    assert OutboxEvent.objects.count() == before
    handlers.tell(breached(bank, 1))
    assert not WebhookFact.objects.exists()


def test_each_institution_hears_of_its_own(bank: House, insurer: House, receiver: Receiver) -> None:
    mine, _secret = bank.webhook(receiver.url, "clock.breached")
    insurer.webhook(receiver.url + "/insurer", "clock.breached")
    handlers.tell(breached(bank, 1))
    send_all(actions.Sender(), NINE)
    assert [got.path for got in receiver.got] == ["/hooks"]
    assert [each.webhook_id for each in WebhookDelivery.objects.all()] == [mine.pk]


def test_a_fact_told_twice_is_sent_once(bank: House, receiver: Receiver) -> None:
    bank.webhook(receiver.url, "clock.breached")
    for _time in range(2):
        handlers.tell(breached(bank, 1))
    send_all(actions.Sender(), NINE)
    assert len(receiver.got) == 1


def test_failures_are_tried_again_with_growing_pauses_and_given_up(
    bank: House, receiver: Receiver
) -> None:
    bank.webhook(receiver.url, "clock.breached")
    handlers.tell(breached(bank, 1))
    receiver.statuses, receiver.answer = [500], "出错了 13800001234\x00<b>".encode()
    sender, at, pauses = actions.Sender(), NINE, []
    while WebhookDelivery.objects.get().state == DeliveryState.WAITING:
        assert send_all(sender, at) == 1
        # Nothing is sent before its time, and a webhook that is paused is left alone.
        assert send_all(sender, at) == 0
        row = WebhookDelivery.objects.get()
        pauses.append((row.next_try_at - at).total_seconds())
        at = row.next_try_at + SECOND
        Webhook.objects.update(state=State.ON)
    assert len(pauses) == len(trying.RETRY_SECONDS) + 1
    for found, meant in zip(pauses, trying.RETRY_SECONDS, strict=False):
        assert found == pytest.approx(meant, rel=0.12, abs=1)
    assert WebhookDelivery.objects.get().state == DeliveryState.FAILED
    attempt = WebhookAttempt.objects.latest("pk")
    assert attempt.status == 500
    assert attempt.answer == "出错了 138****1234 <b>"


def test_one_that_keeps_failing_is_paused_and_what_waits_goes_out_later(
    bank: House, receiver: Receiver
) -> None:
    webhook, _secret = bank.webhook(receiver.url, "clock.breached")
    receiver.statuses = [503]
    sender = actions.Sender()
    for number in range(12):
        handlers.tell(breached(bank, number, ref=f"case_{number}"))
    send_all(sender, NINE)
    webhook.refresh_from_db()
    # Many failures within a moment are one outage, not yet a dead address.
    assert (webhook.state, webhook.failures) == (State.ON, 12)
    at = NINE
    while webhook.state == State.ON:
        at += timedelta(minutes=7)
        send_all(sender, at)
        webhook.refresh_from_db()
    assert at - NINE >= timedelta(minutes=60)
    assert webhook.state == State.PAUSED
    sent = len(receiver.got)
    handlers.tell(breached(bank, 99, ref="case_99"))
    assert send_all(sender, at + timedelta(days=1)) == 0
    assert len(receiver.got) == sent

    receiver.statuses = [200]
    later = at + timedelta(days=1)
    actions.switch_on(webhook, actor=acting(bank.people["admin"]), at=later)
    while send_all(sender, later):
        pass
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {DeliveryState.DONE}
    assert len(receiver.got) == sent + 13


def test_an_address_that_is_gone_pauses_at_once(bank: House, receiver: Receiver) -> None:
    webhook, _secret = bank.webhook(receiver.url, "clock.breached")
    receiver.statuses = [410]
    handlers.tell(breached(bank, 1))
    send_all(actions.Sender(), NINE)
    webhook.refresh_from_db()
    assert webhook.state == State.PAUSED


def test_events_of_one_object_keep_their_order_while_others_go_ahead(
    bank: House, receiver: Receiver
) -> None:
    bank.webhook(receiver.url, "clock.breached")
    receiver.statuses = [500, 200]
    for number in range(3):
        handlers.tell(breached(bank, number, NINE + number * SECOND, ref="case_one"))
    sender = actions.Sender(slots=1)
    send_all(sender, NINE + timedelta(seconds=4))
    handlers.tell(breached(bank, 9, NINE, ref="case_other"))
    send_all(sender, NINE + timedelta(seconds=4))
    at = NINE + timedelta(seconds=20)
    while send_all(sender, at):
        pass
    told = [json.loads(got.body)["data"]["clock"] for got in receiver.got]
    assert told == ["clock_0", "clock_9", "clock_0", "clock_1", "clock_2"]


def test_a_refused_event_does_not_hold_its_object_back_for_good(
    bank: House, receiver: Receiver
) -> None:
    bank.webhook(receiver.url, "clock.breached")
    receiver.statuses = [500] * trying.HOLDS_TRIES + [200]
    for number in range(2):
        handlers.tell(breached(bank, number, NINE + number * SECOND))
    sender, at = actions.Sender(slots=1), NINE + 2 * SECOND
    while WebhookAttempt.objects.count() < trying.HOLDS_TRIES:
        send_all(sender, at)
        at += timedelta(minutes=6)
    send_all(sender, at)
    assert json.loads(receiver.got[-1].body)["data"]["clock"] == "clock_1"
    assert WebhookDelivery.objects.order_by("pk")[0].state == DeliveryState.WAITING


@pytest.mark.parametrize("ending", ["before", "after"])
def test_a_sender_killed_in_between_loses_nothing(
    bank: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    bank.webhook(receiver.url, "clock.breached")
    handlers.tell(breached(bank, 1))
    killed = actions.Sender()
    [errand] = killed._claim(NINE)
    if ending == "after":
        # It arrived, and the process died before it could say so.
        assert sending.run_errand(errand).status == 200
    other = actions.Sender()
    assert send_all(other, NINE + SECOND) == 0
    assert send_all(other, NINE + timedelta(seconds=sending.CLAIM_SECONDS + 1)) == 1
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert len(receiver.got) == (2 if ending == "after" else 1)
    # The one thought dead comes back late: its attempt is kept and changes nothing.
    sending.keep_outcome(errand, sending.Outcome(5, failure="time"), NINE)
    assert WebhookDelivery.objects.get().state == DeliveryState.DONE


def test_a_redirect_is_a_failure_and_is_not_followed(bank: House, receiver: Receiver) -> None:
    bank.webhook(receiver.url, "clock.breached")
    receiver.statuses, receiver.headers = [302], {"Location": receiver.url + "/elsewhere"}
    handlers.tell(breached(bank, 1))
    send_all(actions.Sender(), NINE)
    assert [got.path for got in receiver.got] == ["/hooks"]
    assert WebhookAttempt.objects.get().status == 302
    assert WebhookDelivery.objects.get().state == DeliveryState.WAITING


def test_replayed_ones_keep_their_id_and_later_choices_are_told_too(
    bank: House, insurer: House, receiver: Receiver
) -> None:
    webhook, _secret = bank.webhook(receiver.url, "clock.breached")
    other, _secret = bank.webhook(receiver.url + "/other", "case.closed", name="BI")
    admin = acting(bank.people["admin"])
    for number in range(3):
        handlers.tell(breached(bank, number, NINE + number * timedelta(hours=1)))
    sender, at = actions.Sender(), NINE + timedelta(hours=3)
    while send_all(sender, at):
        pass
    first = [got.headers["webhook-id"] for got in receiver.got]
    actions.replay_delivery(WebhookDelivery.objects.order_by("pk")[1], actor=admin, at=at)
    send_all(sender, at)
    assert [got.headers["webhook-id"] for got in receiver.got[3:]] == [first[1]]
    until = NINE + timedelta(hours=2)
    assert actions.replay_span(webhook, NINE, until, actor=admin, at=at) == 2
    while send_all(sender, at):
        pass
    assert [got.headers["webhook-id"] for got in receiver.got[4:]] == first[:2]
    with pytest.raises(actions.NothingToReplay):
        actions.replay_span(other, NINE, until, actor=admin, at=at)
    Webhook.objects.filter(pk=other.pk).update(events="clock.breached")
    other.refresh_from_db()
    assert actions.replay_span(other, NINE, until, actor=admin, at=at) == 2
    while send_all(sender, at):
        pass
    assert [got.path for got in receiver.got[6:]] == ["/hooks/other"] * 2


def test_the_former_secret_signs_beside_the_new_one_for_a_while(
    bank: House, receiver: Receiver
) -> None:
    webhook, old = bank.webhook(receiver.url, "clock.breached")
    new = actions.ask_secret(
        webhook, reason="定期更换", actor=acting(bank.people["admin"]), at=NINE
    )
    sender = actions.Sender()

    def sent(number: int, at: datetime) -> Got:
        handlers.tell(breached(bank, number, at, ref=f"case_{number}"))
        send_all(sender, at)
        return receiver.got[-1]

    waiting = sent(1, NINE)
    assert (verified(waiting, old), verified(waiting, new)) == (True, False)
    bank.approve(NINE + SECOND)
    both = sent(2, NINE + timedelta(hours=23))
    assert (verified(both, old), verified(both, new)) == (True, True)
    after = sent(3, NINE + timedelta(hours=25))
    assert (verified(after, old), verified(after, new)) == (False, True)


def test_old_facts_are_forgotten_with_all_that_came_of_them(
    bank: House, receiver: Receiver
) -> None:
    bank.webhook(receiver.url, "clock.breached")
    handlers.tell(breached(bank, 1))
    send_all(actions.Sender(), NINE)
    assert actions.forget_old(NINE + timedelta(days=30)) == 0
    assert actions.forget_old(NINE + timedelta(days=30, seconds=1)) == 3
    assert not WebhookFact.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_flood_arrives_whole_past_one_that_hangs(
    bank: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand events for one address while another one takes every connection and is silent."""
    monkeypatch.setattr(egress, "SECONDS", 0.5)
    webhook, _secret = bank.webhook(receiver.url, "clock.breached")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        hanging, _secret = bank.webhook(address, "clock.breached", name="Silent")
        for number in range(1000):
            handlers.tell(breached(bank, number, ref=f"case_{number % 50}"))
        sender, began = actions.Sender(), time.monotonic()
        while WebhookDelivery.objects.filter(webhook=webhook, state="WAITING").exists():
            sender.turn(NINE)
        took = time.monotonic() - began
        while sender._running:
            sender.turn(NINE - SECOND)
    told = [json.loads(got.body) for got in receiver.got]
    assert len({each["id"] for each in told}) == len(told) == 1000
    by_case: dict[str, list[int]] = {}
    for each in told:
        number = int(each["data"]["clock"].removeprefix("clock_"))
        by_case.setdefault(each["object"]["ref"], []).append(number)
    assert all(numbers == sorted(numbers) for numbers in by_case.values())
    tries = WebhookAttempt.objects.filter(delivery__webhook=hanging)
    assert set(tries.values_list("failure", flat=True)) == {"time"}
    # A quarter of the slots at most, each for half a second.
    assert tries.count() <= (took / 0.5 + 2) * sending.SLOTS_OF_ONE
