"""A customer complains in the chat: one form at the desk, and it stands in the complaint ledger."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_at, look_in_both_lights
from tests.journeys.people import Agent, Visitor
from tests.live import Centre

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# A customer of no other journey.
PHONE = "13800001148"
SAID = "我要投诉！提前还款被扣了违约金，签约时说过不收。"
HEARD = "客户称签约时经理说明不收违约金，提前还款时却被扣收。"
DEMAND = "退还多收的违约金，并由签约经理书面说明。"


def test_a_conversation_becomes_a_complaint_in_one_form(
    centre: Centre, new_page: NewPage, sign_in: SignIn
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    customer, desk = Visitor(new_page()), new_page()
    agent = Agent(desk)
    sign_in(desk, "agent")
    agent.be_ready()
    customer.page.goto("/chat/bank/")
    customer.ask(SAID)
    agent.take_offer()

    # Of somebody nobody knows yet the same form asks who they are and how they are reached.
    form = desk.locator("#desk-case-form")
    demand = form.locator("#desk-demand")
    expect(demand).to_be_hidden()
    form.locator("#desk-kind-of").select_option("COMPLAINT")
    expect(demand).to_be_visible()
    expect(form.locator("#desk-complainant")).to_be_visible()
    look_at(desk, "desk-complaint-of-a-stranger", language="zh-CN", dark=False, faults=faults)

    agent.find_customer(PHONE)
    agent.choose_category("贷款", "个人消费贷", "提前还款收费")
    form.locator("#desk-kind-of").select_option("COMPLAINT")
    expect(form.locator("#desk-complainant")).to_have_count(0)
    expect(desk.locator("#desk-due")).to_contain_text("前")
    form.locator("#desk-description").fill(HEARD)
    # Without the demand nothing is sent, and the cursor stands where it is missing.
    desk.locator("#desk-description").press("Control+Enter")
    expect(demand).to_be_focused()
    expect(agent.own_case).to_have_count(0)
    demand.fill(DEMAND)
    demand.scroll_into_view_if_needed()
    look_in_both_lights(desk, "desk-complaint", language="zh-CN", faults=faults)
    desk.emulate_media(color_scheme="light")

    number = agent.open_case(HEARD)
    expect(desk.locator("#sw-toasts")).to_contain_text(
        re.compile(rf"投诉{number}已登记。下一步：.+前。")
    )
    look_at(desk, "desk-complaint-filed", language="zh-CN", dark=False, faults=faults)
    expect(customer.log).to_contain_text(f"已为您登记投诉{number}")

    # The complaint's handler finds it in the ledger, with what was demanded and what was said.
    handler = new_page()
    sign_in(handler, "complaints")
    handler.goto(f"/complaints/?view=all&q={number}")
    handler.locator("#complaint-list a", has_text=number).first.click()
    handler.wait_for_url(re.compile("/complaints/comp"))
    body = handler.locator("#complaint-body")
    expect(body).to_contain_text(DEMAND)
    expect(body).to_contain_text(HEARD)
    expect(body.locator(".btn-primary").first).to_contain_text("受理投诉")
    body.get_by_role("button", name="看会话").click()
    expect(handler.locator("dialog[open]")).to_contain_text(SAID)

    agent.end("已建工单")
    agent.rest()
    assert not faults, "\n".join(faults)
