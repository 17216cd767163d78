"""A lead goes from the team to a conversation: looks on, whispers, takes over, clears spam."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looks
from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import Agent, Visitor, submit_dialog

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# What axe sets on the page for its own measuring.
OF_AXE = r"^Applying inline style violates .* $"
WHISPER = "先核对合同再答复"


def test_a_lead_helps_and_takes_over_by_keys(new_page: NewPage, sign_in: SignIn) -> None:
    new_page.expect(OF_AXE)
    agent, lead = Agent(new_page()), Agent(new_page(width=1280, height=720))
    sign_in(agent.page, "agent")
    sign_in(lead.page, "lead")
    agent.be_ready()
    customer = Visitor(new_page(width=390, height=844))
    customer.page.goto("/chat/bank/")
    customer.ask("提前还款要收违约金吗？")
    ref = agent.take_offer()
    agent.say("您好，我来为您核实。")

    lead.page.goto("/console/team/")
    own = lead.page.locator("tr", has_text="苏芮")
    own.locator("a[href*='/desk/running/?person=']").click()
    row = lead.page.locator(f"a[href='/desk/contacts/{ref}/']")
    row.wait_for()
    assert looks.violations(lead.page) == []
    keep(lead.page, "lead-01-floor")
    row.click()
    expect(lead.page.locator("#desk-onlooker")).to_contain_text("您正在旁观")
    expect(lead.composer).to_be_disabled()
    assert looks.overflow(lead.page) <= 0
    expect(agent.page.locator("[data-beside]")).to_contain_text("叶敏")

    lead.page.keyboard.press("Alt+w")
    lead.page.locator("#desk-whisper-body:focus").wait_for()
    lead.page.keyboard.type(WHISPER)
    submit_dialog(lead.page)
    expect(agent.log).to_contain_text(WHISPER)
    keep(agent.page, "lead-02-whisper")

    lead.page.keyboard.press("Alt+o")
    lead.page.locator("#desk-takeover-reason").select_option("ASKED")
    submit_dialog(lead.page)
    expect(lead.composer).to_be_enabled()
    expect(agent.composer).to_be_disabled()
    expect(agent.log).to_contain_text("接管记录")
    lead.say("您好，我是班组长，由我继续为您核实。")
    expect(customer.log).to_contain_text("由我继续为您核实")
    assert WHISPER not in customer.page.content()
    keep(lead.page, "lead-03-taken-over")

    lead.page.goto("/desk/running/")
    lead.page.locator(f"input[name=ref][value='{ref}']").check()
    lead.page.get_by_role("button", name="按骚扰关闭").click()
    lead.page.locator("#desk-spam-dialog footer .btn-danger").click()
    expect(lead.page.locator("#desk-spam-done")).to_contain_text("已关闭1个会话")
    lead.page.keyboard.press("Escape")
    expect(lead.page.locator(f"input[name=ref][value='{ref}']")).to_have_count(0)
    lead.page.goto("/desk/")
    for one in (agent, lead):
        one.rest()


def test_the_desk_at_twice_the_size(new_page: NewPage, sign_in: SignIn) -> None:
    """1280 × 720 at 200 % is 640 × 360: one pane at a time, all of it within reach of the keys."""
    new_page.expect(OF_AXE)
    desk = new_page(width=640, height=360)
    sign_in(desk, "agent")
    desk.goto("/desk/")
    for key, pane in (("1", "#desk-queue"), ("2", "#desk-talk"), ("3", "#desk-side")):
        desk.keyboard.press(f"Alt+{key}")
        expect(desk.locator(pane)).to_be_focused()
        assert looks.overflow(desk) <= 0
    assert looks.violations(desk) == []
    keep(desk, "desk-640")
    desk.get_by_role("group", name="分栏").get_by_role("button", name="会话").click()
    expect(desk.locator("#desk-talk")).to_be_visible()
    expect(desk.locator("#desk-side")).to_be_hidden()
