"""Campaigns among very many customers: counted by the by, and nobody waits."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client

from shouwen.assurance.satisfaction import actions
from shouwen.assurance.satisfaction.models import Campaign
from shouwen.assurance.satisfaction.queries import drawing
from shouwen.assurance.satisfaction.tests.factories import a_campaign
from shouwen.assurance.satisfaction.tests.test_campaigns import TUESDAY, a_customer
from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.service.cases.tests.factories import Bank, a_bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    return a_bank()


def test_many_are_counted_by_the_by_and_nobody_waits(
    client: Client, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(3):
        a_customer(bank)
    monkeypatch.setattr(drawing, "COUNTED_AT_ONCE", 2)
    monkeypatch.setattr(time, "now", lambda: TUESDAY)
    campaign = a_campaign(bank, TUESDAY)
    here = f"/console/system/surveys/campaigns/{campaign.public_id}/"
    client.force_login(bank.admin)
    pressed = client.post(f"{here}preview/", {"revision": "1"}, follow=True)
    campaign.refresh_from_db()
    assert (campaign.forecast, campaign.count_asked_at) == (None, TUESDAY)
    shown = pressed.content.decode()
    assert "正在测算" in shown
    assert "测算邀请人数" not in shown
    with pytest.raises(actions.PreviewFirst):
        actions.launch_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    assert actions.count_campaigns(TUESDAY) == 1
    assert actions.count_campaigns(TUESDAY) == 0
    campaign.refresh_from_db()
    assert (campaign.forecast["population"], campaign.forecast_revision) == (3, 1)
    assert "正在测算" not in client.get(here).content.decode()
    acts = AuditRow.objects.filter(act__startswith="campaign.").order_by("pk")
    assert list(acts.values_list("act", "actor_kind")) == [
        ("campaign.written", "SYSTEM"),
        ("campaign.count_asked", "PERSON"),
        ("campaign.previewed", "SYSTEM"),
    ]


def test_a_plan_that_changed_while_it_was_counted_has_no_figures(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(3):
        a_customer(bank)
    monkeypatch.setattr(drawing, "COUNTED_AT_ONCE", 2)
    admin = bank.acting(bank.admin)
    campaign = a_campaign(bank, TUESDAY)
    actions.preview_campaign(campaign, seen=1, actor=admin, at=TUESDAY)
    whole_count = drawing.forecast_of

    def slowly(counted: Campaign, on: date, at: datetime) -> dict[str, int]:
        plan = actions.plan_of(counted)
        actions.change_campaign(counted, plan, seen=1, actor=admin, at=TUESDAY)
        return whole_count(counted, on, at)

    monkeypatch.setattr(drawing, "forecast_of", slowly)
    assert actions.count_campaigns(TUESDAY) == 1
    campaign.refresh_from_db()
    assert (campaign.forecast, campaign.count_asked_at, campaign.revision) == (None, None, 2)
