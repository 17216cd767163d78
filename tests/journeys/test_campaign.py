"""A campaign from its plan to an agent's call: counted, launched, handed over, answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looks
from tests.journeys.conftest import NewPage, keep
from tests.journeys.looks import OF_AXE

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
HOME = "/console/system/surveys/campaigns/"


@pytest.fixture
def lead(new_page: NewPage, sign_in: SignIn) -> Iterator[Page]:
    """Sign the lead in, and stop what was launched afterwards."""
    page = new_page(width=1440, height=900)
    sign_in(page, "lead")
    yield page
    page.goto(HOME)
    page.get_by_role("link", name="旅程调查").click()
    page.get_by_role("button", name="停止调查").click()
    expect(page.locator(".sw-note[role=status]")).to_contain_text("已停止")


def test_a_campaign_is_planned_launched_and_answered(
    new_page: NewPage, sign_in: SignIn, lead: Page
) -> None:
    new_page.expect(OF_AXE)
    lead.goto(f"{HOME}new/")
    lead.get_by_label("名称").fill("旅程调查")
    lead.get_by_label("调查对象").select_option("CONTACTS")
    lead.get_by_label("抽样方式").select_option("ALL")
    lead.get_by_label("频率").select_option("MONTHLY")
    lead.get_by_role("button", name="保存方案").click()
    lead.get_by_role("button", name="测算邀请人数").click()
    expect(lead.locator(".sv-figures")).to_contain_text("将邀请")
    assert looks.violations(lead) == []
    keep(lead, "campaign-01-counted")
    lead.get_by_role("button", name="发起调查").click()
    expect(lead.locator(".sw-note[role=status]")).to_contain_text("已发起")

    agent = new_page(width=1280, height=800)
    sign_in(agent, "agent")
    agent.goto("/callbacks/surveys/")
    mine = agent.get_by_role("row").filter(has_text="旅程调查").first
    for _try in range(20):
        # The loop draws within a few seconds of the launch.
        if mine.count():
            break
        with agent.expect_response("**/callbacks/surveys/"):
            agent.reload()
        agent.wait_for_timeout(500)
    mine.get_by_role("button", name="发送链接").click()
    address = agent.locator("#survey-link").input_value()
    assert looks.violations(agent) == []
    keep(agent, "campaign-02-link")

    customer = new_page(width=390, height=844)
    customer.goto("/s/" + address.partition("/s/")[2])
    customer.locator(".sw-faces label").nth(4).click()
    customer.get_by_role("button", name="提交回答").click()
    expect(customer.locator("main")).to_contain_text("感谢您的回答")

    lead.reload()
    lead.get_by_role("table").get_by_role("link").first.click()
    expect(lead.locator(".sv-figures dd")).to_have_text(["1", "1", "100.0%", "100.0%"])
    keep(lead, "campaign-03-results")
