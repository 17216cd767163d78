"""A survey from its wording to its results: published, asked in the chat, answered on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looks
from tests.journeys.conftest import NewPage, keep
from tests.journeys.looks import OF_AXE
from tests.journeys.people import Agent, Visitor

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]


@pytest.fixture
def published(new_page: NewPage, sign_in: SignIn) -> Iterator[Page]:
    """Publish the bank's survey after conversations, and set it aside afterwards."""
    lead = new_page(width=1440, height=900)
    sign_in(lead, "lead")
    lead.goto("/console/system/surveys/")
    lead.get_by_role("row", name="会话结束后").get_by_role("link").click()
    lead.get_by_role("button", name="发布草稿").click()
    expect(lead.locator(".sw-note[role=status]")).to_contain_text("问卷已发布")
    assert looks.violations(lead) == []
    keep(lead, "survey-01-published")
    page = lead.url.partition("?")[0]
    yield lead
    lead.goto(page)
    lead.get_by_role("button", name="停用").click()
    expect(lead.locator(".sw-note[role=status]")).to_contain_text("问卷已停用")


def test_a_survey_is_published_asked_answered_and_counted(
    new_page: NewPage, sign_in: SignIn, published: Page
) -> None:
    new_page.expect(OF_AXE)
    agent = Agent(new_page())
    sign_in(agent.page, "agent")
    agent.be_ready()
    customer = Visitor(new_page(width=390, height=844))
    customer.page.goto("/chat/bank/")
    customer.ask("手机银行转账限额怎么调？")
    agent.take_offer()
    agent.say("您好，在“安全中心”里可以调整。")
    expect(customer.log).to_contain_text("安全中心")
    agent.end("问题已解答")
    agent.rest()

    with customer.page.context.expect_page() as opened:
        customer.page.get_by_role("link", name="回答几个问题").click()
    survey = opened.value
    expect(survey.locator("main")).to_contain_text("总体来说，您满意吗？")
    assert looks.violations(survey) == []
    assert looks.overflow(survey) <= 0
    keep(survey, "survey-02-questions-390")
    survey.locator(".sw-faces label").nth(3).click()
    survey.locator(".sv-scale").first.locator("label").nth(4).click()
    survey.get_by_role("button", name="提交回答").click()
    expect(survey.locator("main")).to_contain_text("感谢您的回答")
    keep(survey, "survey-03-thanks-390")

    published.get_by_role("link", name="调查结果").click()
    figures = published.locator(".sv-figures dd")
    expect(figures).to_have_text(["1", "1", "100.0%", "100.0%"])
    keep(published, "survey-04-results")
