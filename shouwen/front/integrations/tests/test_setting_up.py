"""Webhooks are set up by two people; stopping takes one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pytest_django import Settings

from shouwen.front.integrations import actions, queries
from shouwen.front.integrations.models import State, Webhook
from shouwen.front.integrations.tests.conftest import House
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import figures
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import MONDAY_9AM, acting

URL = "https://crm.example.com/hooks"
LATER = MONDAY_9AM + timedelta(minutes=5)
BAD_ADDRESSES = [
    "",
    "crm.example.com",
    "http://crm.example.com/",
    "ftp://crm.example.com/",
    "https://",
    "https://user:secret@crm.example.com/",
    "https://crm.example.com:0/",
    "https://crm.example.com:99999999/",
    "https://crm.example.com/#part",
    "https://crm.example.com/a b",
    "https://客户.example.com/",
    "https://[::1/",
    "https://crm.example.com/" + "a" * 500,
    "https://crm.example.com/\x00",
]


def told(act: str) -> dict[str, object]:
    """Give the detail of the newest act on the trail."""
    return dict(json.loads(AuditRow.objects.filter(act=act).latest("pk").detail))


def test_nothing_is_told_before_a_second_person_approves(bank: House) -> None:
    webhook, secret = bank.asked(URL)
    assert (webhook.state, secret[:6]) == (State.WAITING, "whsec_")
    assert queries.hearing(bank.institution.pk, "case.closed") == []
    with pytest.raises(approvals.OwnRequest):
        approvals.approve(
            Approval.objects.get(), "同意", actor=acting(bank.people["admin"]), at=MONDAY_9AM
        )
    bank.approve(LATER)
    assert queries.hearing(bank.institution.pk, "case.closed") == [webhook]
    webhook.refresh_from_db()
    assert webhook.secret.plain == secret
    raw = Webhook.objects.filter(pk=webhook.pk).extra(select={"raw": "secret"}).values("raw")
    assert secret not in str(raw[0])
    assert told("webhook.added")["address"] == URL


def test_what_is_sent_back_stays_without_effect(bank: House) -> None:
    webhook, _secret = bank.asked(URL)
    risk = acting(bank.people["risk"])
    approvals.decline(Approval.objects.get(), "地址不明", actor=risk, at=LATER)
    webhook.refresh_from_db()
    assert webhook.state == State.REFUSED
    assert not queries.webhooks_of(risk).exists()
    with pytest.raises(actions.WebhookNotReady):
        actions.switch_on(webhook, actor=acting(bank.people["admin"]), at=LATER)


def test_a_change_takes_a_second_person_and_is_told_before_and_after(bank: House) -> None:
    webhook, _secret = bank.webhook(URL)
    admin, other = acting(bank.people["admin"]), "https://crm2.example.com/"

    def ask(address: str, *events: str) -> None:
        actions.ask_change(
            webhook,
            name="CRM",
            address=address,
            events=events,
            reason="迁移",
            actor=admin,
            at=LATER,
        )

    ask(other, "case.closed")
    webhook.refresh_from_db()
    assert webhook.address == URL
    first = Approval.objects.latest("pk")
    ask(URL, "case.closed")
    bank.approve(LATER)
    detail = told("webhook.changed")
    assert (detail["events_before"], detail["events_after"]) == (
        "case.accepted case.closed",
        "case.closed",
    )
    # The older request was made on what is no more.
    with pytest.raises(actions.WebhookChanged):
        approvals.approve(first, "同意", actor=acting(bank.people["risk"]), at=LATER)
    webhook.refresh_from_db()
    assert (webhook.address, webhook.events) == (URL, "case.closed")
    with pytest.raises(Invalid):
        ask(URL, "case.closed")


def test_of_two_secrets_asked_for_only_the_newer_can_be_approved(bank: House) -> None:
    webhook, old = bank.webhook(URL)
    admin, risk = acting(bank.people["admin"]), acting(bank.people["risk"])
    actions.ask_secret(webhook, reason="泄露", actor=admin, at=LATER)
    first = Approval.objects.latest("pk")
    newer = actions.ask_secret(webhook, reason="又泄露", actor=admin, at=LATER)
    with pytest.raises(actions.WebhookChanged):
        approvals.approve(first, "同意", actor=risk, at=LATER)
    bank.approve(LATER)
    webhook.refresh_from_db()
    assert queries.secrets_in_force(webhook, LATER) == [newer, old]


def test_one_person_stops_it_and_starts_again_what_was_approved(bank: House) -> None:
    webhook, _secret = bank.webhook(URL)
    admin = acting(bank.people["admin"])
    for _time in range(2):
        actions.switch_off(webhook, actor=admin, at=LATER)
    assert queries.hearing(bank.institution.pk, "case.closed") == []
    assert AuditRow.objects.filter(act="webhook.switched_off").count() == 1
    assert told("webhook.switched_off") == {"before": "ON", "after": "OFF"}
    with pytest.raises(actions.WebhookIsOff):
        actions.send_test(webhook, actor=admin, at=LATER)
    actions.switch_on(webhook, actor=admin, at=LATER)
    assert queries.hearing(bank.institution.pk, "case.closed") == [webhook]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_is_none_is_named(bank: House, address: str) -> None:
    with pytest.raises(Invalid) as wrong:
        bank.asked(address)
    assert set(wrong.value.fields) == {"address"}


def test_name_and_events_are_checked_together(bank: House, settings: Settings) -> None:
    settings.EGRESS_NETWORKS = ["10.0.0.0/8"]
    with pytest.raises(Invalid) as wrong:
        bank.asked("http://10.1.2.3/", "case.closed", "case.exploded", name=" ")
    assert set(wrong.value.fields) == {"name", "events"}


def test_others_of_the_house_may_not_and_strangers_see_nothing(bank: House, insurer: House) -> None:
    webhook, _secret = bank.webhook(URL)
    for role in ("risk", "auditor", "agent"):
        with pytest.raises(NotAllowed):
            actions.switch_off(webhook, actor=acting(bank.people[role]), at=LATER)
    stranger = acting(insurer.people["admin"])
    with pytest.raises(NotThere):
        actions.switch_off(webhook, actor=stranger, at=LATER)
    with pytest.raises(NotThere):
        queries.webhook_for(stranger, webhook.public_id)
    assert not queries.webhooks_of(stranger).exists()


def test_an_institution_has_as_many_as_the_house_allows(bank: House, insurer: House) -> None:
    most = figures.figure("webhook-most").value
    for number in range(most):
        bank.asked(f"{URL}/{number}")
    with pytest.raises(actions.TooManyWebhooks):
        bank.asked(URL)
    insurer.asked(URL)
