"""The agent's way with keys alone: no pointer is ever used at the desk or on the case page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import NUMBER, Agent, Visitor, wait_for_act

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
MOST_TABS = 60


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; it must be reachable so."""
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


def choose(page: Page, field: Locator, words: str) -> None:
    """Choose from a list by typing the first of its words, as keys alone allow."""
    tab_to(page, field)
    expect(field).to_be_enabled()
    for _ in range(30):
        if field.evaluate("select => select.selectedOptions[0].textContent.trim()") == words:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{words} is not offered")


def act(page: Page, words: str) -> None:
    """Press Ctrl Enter once the case page's next act says these words."""
    wait_for_act(page, words)
    page.keyboard.press("Control+Enter")


def in_dialog(page: Page) -> None:
    """Send the open dialog with Ctrl Enter."""
    page.locator("dialog[open] :focus").wait_for()
    page.keyboard.press("Control+Enter")
    page.locator("dialog[open]").wait_for(state="hidden")


def test_the_same_way_by_keys_alone(new_page: NewPage, sign_in: SignIn) -> None:
    customer = Visitor(new_page(width=390, height=844))
    desk = new_page()
    agent = Agent(desk)
    keys = desk.keyboard
    sign_in(desk, "agent")
    agent.be_ready()
    customer.page.goto("/chat/bank/")
    customer.ask("年费可以减免吗，一年该刷够几次？")
    agent.take_offer()

    # Alt 2 leads into the conversation, / opens the scripts, Enter inserts and Enter sends.
    keys.press("Alt+2")
    keys.press("Alt+Slash")
    desk.locator("[role=combobox]:focus").wait_for()
    keys.type("qrsj")
    expect(desk.locator("[role=option]").first).to_contain_text("发生时间")
    keys.press("Enter")
    expect(agent.composer).to_be_focused()
    keys.type("年费")
    expect(desk.locator(".desk-foot .btn-primary")).to_be_enabled()
    keys.press("Enter")
    expect(customer.log).to_contain_text("这笔年费是什么时候发生的")

    # A forbidden phrase: Tab replaces it.
    keys.type("我明白。这就为您核实。")
    expect(desk.locator("#desk-note")).to_contain_text("禁语")
    keys.press("Enter")
    expect(agent.log).not_to_contain_text("我明白")
    keys.press("Tab")
    expect(desk.locator(".desk-foot .btn-primary")).to_be_enabled()
    keys.press("Enter")
    expect(customer.log).to_contain_text("您说的情况我记下了。这就为您核实。")

    # Alt 3 leads to the customer, N to the case form.
    customer.ask("我是何婉清，上个月的账单。")
    expect(agent.log).to_contain_text("何婉清")
    keys.press("Alt+3")
    tab_to(desk, desk.locator("#desk-phone"))
    keys.type("13800001037")
    keys.press("Enter")
    expect(desk.locator("#desk-found")).not_to_be_empty()
    if desk.locator("#desk-found button").count():
        tab_to(desk, desk.locator("#desk-found button").first)
        keys.press("Enter")
        desk.locator("#desk-side .sw-hist").wait_for(state="attached")
    keys.press("Alt+n")
    form = desk.locator("#desk-case-form")
    choose(desk, form.locator("select[name=first]"), "信用卡")
    choose(desk, form.locator("select[name=second]"), "账单与费用")
    choose(desk, form.locator("#desk-category"), "年费减免")
    tab_to(desk, desk.locator("#desk-description"))
    keys.type("客户要求减免本年度年费，并说明刷卡次数要求。")
    keys.press("Control+Enter")
    agent.own_case.wait_for()
    number = NUMBER.search(agent.own_case.inner_text())
    assert number
    expect(customer.log).to_contain_text(number.group())
    keep(desk, "keys-01-case")

    # The conversation ends with F9; the case goes on with Ctrl Enter.
    keys.press("F9")
    desk.locator("#desk-acts details[open] button:focus").wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    desk.locator("#desk-acts details").first.wait_for(state="detached")
    tab_to(desk, agent.own_case)
    keys.press("Enter")
    desk.wait_for_url(re.compile("/cases/case_"))
    act(desk, "派单")
    in_dialog(desk)
    act(desk, "开始办理")
    tab_to(desk, desk.locator("#case-cause"))
    keys.type("客户首年刷卡未满6次。")
    keys.press("Tab")
    keys.type("已按规定申请减免，下期账单冲回。")
    keys.press("Control+Enter")
    act(desk, "办结")
    act(desk, "告知客户")
    desk.locator("dialog[open] #dlg-text:focus").wait_for()
    keys.press("Control+Enter")
    # The conversation is over, so the agent gets the link to pass on.
    shown = desk.locator("dialog[open] input[readonly]")
    shown.wait_for()
    link = shown.input_value()
    keep(desk, "keys-02-link")
    keys.press("Escape")
    act(desk, "确认已解决")
    expect(desk.locator("#case-top .btn-primary")).to_have_count(0)

    # The customer, on a phone with a keyboard, confirms and rates without a pointer too.
    progress = new_page.beside(customer.page.context)
    progress.goto(link)
    tab_to(progress, progress.get_by_role("button", name="查看我的工单"))
    progress.keyboard.press("Enter")
    solved = progress.get_by_role("button", name="问题已解决")
    solved.wait_for()
    tab_to(progress, solved)
    progress.keyboard.press("Enter")
    rate = progress.locator("a[href='/rate/case/']")
    rate.wait_for()
    tab_to(progress, rate)
    progress.keyboard.press("Enter")
    first = progress.locator("input[name=score]").first
    first.wait_for(state="attached")
    tab_to(progress, first)
    progress.keyboard.press("Space")
    progress.keyboard.press("Enter")
    expect(progress.locator("[role=status]")).to_contain_text("谢谢您的评价")
    act(desk, "结单")
    expect(desk.locator("#case-top")).to_contain_text("已结单")
    keep(desk, "keys-03-closed")

    # Back at the desk with G W; the wrap-up ends with F9, and F2 ends the shift.
    keys.press("g")
    keys.press("w")
    desk.wait_for_url(re.compile("/desk/"))
    row = desk.locator("#desk-rows a.sw-q").first
    row.wait_for()
    keys.press("Alt+1")
    tab_to(desk, row)
    keys.press("Enter")
    agent.finish()
    agent.rest()
    keys.press("?")
    expect(desk.locator("#sw-keys")).to_be_visible()
    keep(desk, "keys-04-list")
