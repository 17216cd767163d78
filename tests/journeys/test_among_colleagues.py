"""Two colleagues and one customer: a note between them, then the conversation is passed on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import Agent, Visitor, submit_dialog

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
NOTE = "客户着急，请帮忙看看合同条款"
RECORD = "已核对身份，待复核提前还款违约金"


def test_a_note_and_a_transfer_between_two_agents(new_page: NewPage, sign_in: SignIn) -> None:
    first, second = Agent(new_page()), Agent(new_page())
    for agent, login in ((first, "agent"), (second, "qin")):
        sign_in(agent.page, login)
    first.be_ready()
    customer = Visitor(new_page(width=390, height=844))
    customer.page.goto("/chat/bank/")
    customer.ask("提前还款要收违约金吗？")
    ref = first.take_offer()
    first.say("您好，我来为您核实。")

    first.leave_note(NOTE, mention="秦以宁")
    keep(first.page, "colleagues-01-note")
    bell = second.page.locator("#desk-mentions")
    expect(bell.locator(".sw-bell b")).to_have_text("1")
    bell.locator("summary").click()
    expect(bell).to_contain_text(NOTE)
    keep(second.page, "colleagues-02-mentions")
    bell.locator(".desk-mention").first.click()
    second.page.wait_for_url(f"**/desk/contacts/{ref}/")
    expect(second.log).to_contain_text(NOTE)
    expect(bell.locator(".sw-bell b")).to_have_count(0)

    second.be_ready()
    first.pass_on("秦以宁", RECORD)
    keep(first.page, "colleagues-03-transfer")
    submit_dialog(first.page)
    second.page.goto("/desk/")
    offer = second.page.locator("[data-offer]").first
    expect(offer).to_contain_text("苏芮")
    keep(second.page, "colleagues-04-offer")
    assert second.take_offer() == ref
    expect(second.log).to_contain_text(RECORD)
    keep(second.page, "colleagues-05-taken")
    second.say("您好，苏芮已转告我，我继续为您服务。")

    expect(customer.log).to_contain_text("正在为您转接秦以宁")
    expect(customer.log).to_contain_text("我继续为您服务")
    for secret in (NOTE, RECORD):
        assert secret not in customer.page.content()
    second.end("问题已解答")
    for agent in (first, second):
        agent.rest()
