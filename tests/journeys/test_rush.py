"""A rush: a lead switches spike mode on, who waits is told what else they can do, and it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looks
from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import Agent, Visitor, submit_dialog

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
REASON = "发薪日查询集中"


def test_a_lead_begins_and_ends_spike_mode(new_page: NewPage, sign_in: SignIn) -> None:
    new_page.expect(looks.OF_AXE)
    lead = new_page(width=1280, height=720)
    sign_in(lead, "lead")
    lead.goto("/routing/queues/")
    lead.get_by_role("button", name="全部队列高峰模式").click()
    lead.locator("#spike-reason").fill(REASON)
    submit_dialog(lead)
    expect(lead.locator("#queues-now")).to_contain_text("全部队列已开启高峰模式")
    assert looks.violations(lead) == []
    keep(lead, "rush-01-queues")

    customer = Visitor(new_page(width=390, height=844))
    customer.page.goto("/chat/bank/")
    customer.ask("工资到账了吗？")
    expect(customer.log).to_contain_text("当前咨询人数较多，您排在第1位")
    leave = customer.page.get_by_role("button", name="留言", exact=True)
    expect(leave).to_be_visible()
    keep(customer.page, "rush-02-chat")

    desk = Agent(lead)
    lead.goto("/desk/")
    expect(desk.page.locator("#desk-queue")).to_contain_text("高峰模式：全部队列")
    lead.goto("/wallboard/")
    expect(lead.locator("#wall-figures .sw-b1")).to_contain_text("高峰模式")
    keep(lead, "rush-03-wall")

    lead.get_by_role("link", name="队列现况").click()
    lead.get_by_role("button", name="结束高峰模式").click()
    expect(lead.locator("#queues-now")).to_contain_text(REASON)
    expect(lead.locator("#queues-now")).not_to_contain_text("全部队列已开启高峰模式")
    expect(leave).to_be_hidden()
    customer.leave()
