"""The pages of the webhooks and their doors for programs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.front.integrations import actions, handlers, queries
from shouwen.front.integrations.models import State, Webhook, WebhookDelivery
from shouwen.front.integrations.tests.conftest import House
from shouwen.front.integrations.tests.test_sending import breached
from shouwen.ground.kernel import time
from shouwen.people.approvals.models import Approval
from shouwen.people.staff import actions as staff
from shouwen.people.staff.tests.factories import FOUNDER, MONDAY_9AM, acting

HOME = "/console/system/webhooks/"
URL = "https://crm.example.com/hooks"
FORM = {
    "name": "CRM",
    "address": URL,
    "events": ["case.opened", "case.closed"],
    "reason": "同步",
    "idempotency_key": "one",
}


def browser(house: House, role: str) -> Client:
    """Give the browser of one of the house's people."""
    client = Client()
    client.force_login(house.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    """Give a page's text."""
    return str(answer.content.decode())


def test_the_administrator_asks_on_the_page_and_sees_the_secret_once(bank: House) -> None:
    admin = browser(bank, "admin")
    assert "新增推送" in text(admin.get(HOME))
    made = admin.post(f"{HOME}new/", FORM)
    webhook = Webhook.objects.get()
    assert webhook.secret.plain in text(made)
    # The same form again shows the webhook, not the secret.
    repeated = admin.post(f"{HOME}new/", FORM)
    assert repeated["Location"] == f"{HOME}{webhook.public_id}/"
    assert webhook.secret.plain not in text(admin.get(repeated["Location"]))
    assert Webhook.objects.count() == 1
    risk = browser(bank, "risk")
    assert URL in text(risk.get("/approvals/"))
    approval = Approval.objects.get()
    risk.post(f"/approvals/{approval.public_id}/approve/", {"opinion": "同意"})
    webhook.refresh_from_db()
    assert webhook.state == State.ON


def test_a_wrong_form_names_its_fields_and_keeps_what_was_typed(bank: House) -> None:
    admin = browser(bank, "admin")
    answer = admin.post(f"{HOME}new/", {**FORM, "address": "http://crm", "events": []})
    page = text(answer)
    assert answer.status_code == 422
    assert "地址须以https://开头。" in page
    assert "请至少选择一类事件。" in page
    assert 'value="http://crm"' in page
    assert admin.post(f"{HOME}new/", {**FORM, "reason": " "}).status_code == 422
    assert not Webhook.objects.exists()


def test_what_was_sent_is_shown_with_every_act_on_it(bank: House) -> None:
    webhook, _secret = bank.webhook(URL, "clock.breached")
    handlers.tell(breached(bank, 1, time.now() - timedelta(minutes=5)))
    here, admin = f"{HOME}{webhook.public_id}/", browser(bank, "admin")
    page = text(admin.get(here))
    assert "时限超时" in page
    assert "case_x" in page
    assert "尚未发送" in page
    done = admin.post(f"{here}test/", follow=True)
    assert "webhook.test" in text(done)
    assert "试发" not in text(browser(bank, "auditor").get(here))
    span = {"since": "2000-01-01T00:00", "until": "2190-01-01T00:00"}
    assert "已重发1条事件" in text(admin.post(f"{here}replay/", span, follow=True))
    for wrong in (
        {**span, "until": "soon"},
        {**span, "since": ""},
        {**span, "until": "1999-01-01"},
    ):
        assert admin.post(f"{here}replay/", wrong).status_code == 422
    one = WebhookDelivery.objects.order_by("pk")[0]
    again = admin.post(f"{here}again/", {"delivery": one.public_id}, follow=True)
    assert "编号不变" in text(again)
    assert admin.post(f"{here}again/", {"delivery": "dlv_none"}).status_code == 404
    assert "没有记录" in text(admin.get(f"{here}?state=FAILED"))
    assert admin.get(f"{here}?after=dlv_none").status_code == 422
    changed = admin.post(f"{here}change/", {**FORM, "reason": "换系统"}, follow=True)
    assert "第二人批准后生效" in text(changed)
    fresh = text(admin.post(f"{here}secret/", {"reason": "定期"}))
    assert "whsec_" in fresh
    assert "已停用" in text(admin.post(f"{here}off/", follow=True))
    assert admin.post(f"{here}test/").status_code == 409
    assert "已启用" in text(admin.post(f"{here}on/", follow=True))


@pytest.mark.parametrize("rows", [1, 9])
def test_the_pages_cost_the_same_for_any_length(
    bank: House, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        webhook, _secret = bank.webhook(f"{URL}/{number}", "clock.breached")
        handlers.tell(breached(bank, number, ref=f"case_{number}"))
    admin = browser(bank, "admin")
    admin.get(HOME)
    with django_assert_num_queries(8):
        admin.get(HOME)
    for number in range(rows):
        handlers.tell(breached(bank, 100 + number, ref=f"case_{number}"))
    with django_assert_num_queries(11):
        admin.get(f"{HOME}{webhook.public_id}/")


def call(method: str, path: str, key: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Call the API."""
    answer = Client().generic(
        method,
        f"/api/v1/webhooks{path}",
        "" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}", **headers},
    )
    return answer.status_code, json.loads(answer.content)


def test_an_integrator_does_the_same_by_the_api(bank: House, insurer: House) -> None:
    keys = {}
    for name, house, person in (
        ("own", bank, bank.people["admin"]),
        ("bare", bank, None),
        ("stranger", insurer, insurer.people["admin"]),
    ):
        _row, keys[name] = staff.create_api_key(
            house.institution, role="admin", name=name, person=person, actor=FOUNDER, at=MONDAY_9AM
        )
    body = {key: FORM[key] for key in ("name", "address", "events", "reason")}
    # Only people ask: a program by itself may look and stop.
    assert call("POST", "", keys["bare"], body)[0] == 403
    status, made = call("POST", "", keys["own"], body, **{"Idempotency-Key": "a"})
    assert (status, made["state"], made["secret"][:6]) == (202, "WAITING", "whsec_")
    _status, again = call("POST", "", keys["own"], body, **{"Idempotency-Key": "a"})
    assert again == {**made, "secret": None}
    other = {**body, "name": "BI"}
    assert call("POST", "", keys["own"], other, **{"Idempotency-Key": "a"})[0] == 409
    here = f"/{made['id']}"
    assert call("POST", f"{here}/test", keys["own"])[0] == 409
    bank.approve(time.now())
    assert call("GET", here, keys["bare"])[1]["state"] == "ON"
    assert call("GET", here, keys["stranger"])[0] == 404
    assert call("GET", "", keys["stranger"])[1] == {"items": []}
    status, sent = call("POST", f"{here}/test", keys["bare"])
    assert (status, sent["type"], sent["state"]) == (202, "webhook.test", "WAITING")
    listed = call("GET", f"{here}/deliveries?state=WAITING", keys["bare"])[1]
    assert [each["event"] for each in listed["items"]] == [sent["event"]]
    assert call("POST", f"{here}/deliveries/{sent['id']}/replay", keys["bare"])[0] == 202
    assert call("POST", f"{here}/deliveries/dlv_none/replay", keys["bare"])[0] == 404
    span = {"since": "2026-06-15T00:00:00+08:00", "until": "2026-06-16T00:00:00+08:00"}
    assert call("POST", f"{here}/replay", keys["bare"], span)[0] == 409
    back = {"since": span["until"], "until": span["since"]}
    assert call("POST", f"{here}/replay", keys["bare"], back)[0] == 422
    assert call("POST", f"{here}/off", keys["bare"])[1]["state"] == "OFF"
    assert call("POST", f"{here}/on", keys["bare"])[1]["state"] == "ON"
    kinds = {row["type"]: row for row in call("GET", "/events", keys["bare"])[1]["items"]}
    assert kinds["case.assigned"]["data"] == ["handler", "previous_handler"]


def test_the_loop_and_the_page_agree_on_who_may_follow(bank: House, insurer: House) -> None:
    for role, may in (("admin", True), ("risk", True), ("auditor", True), ("agent", False)):
        assert queries.may_follow(acting(bank.people[role]), "bank") is may
    assert not queries.may_follow(acting(insurer.people["admin"]), "bank")
    assert actions.Sender().turn(MONDAY_9AM) == 0
