"""A regulator's letter becomes a complaint: one takes it in, another investigates and answers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_at
from tests.journeys.people import offered, submit_dialog
from tests.live import Centre

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# The browser's own line about the answers that this journey means to be refused.
REFUSED = r"status of 422"
DEMAND = "退还2026年3月重复收取的年费300元，并书面说明原因。"


def press(page: Page, act: str) -> None:
    """Press the one filled button of the complaint once it says this act."""
    button = page.locator("#complaint-body .btn-primary").first
    expect(button).to_contain_text(act)
    button.click()


def answer(page: Page, act: str, **said: str) -> None:
    """Press an act that asks, say this in its dialog, and send it."""
    press(page, act)
    dialog = page.locator("dialog[open]")
    for name, text in said.items():
        field = dialog.locator(f"#dlg-{name}")
        if field.evaluate("it => it.localName") == "select":
            field.select_option(text)
        else:
            field.fill(text)
    submit_dialog(page)


def option(page: Page, field: str, words: str) -> str:
    """Give the value of the option of an open dialog's list that holds these words."""
    found = page.locator(f"dialog[open] #dlg-{field} option", has_text=words).first
    return found.get_attribute("value") or ""


def test_a_letter_is_worked_by_three_people(
    centre: Centre, new_page: NewPage, sign_in: SignIn
) -> None:
    new_page.expect(REFUSED, OF_AXE)
    faults: list[str] = []
    acceptor = new_page()
    sign_in(acceptor, "complaints")
    acceptor.goto("/complaints/")
    acceptor.locator("a[href='/complaints/new/']").click()
    acceptor.locator("#cp-title").fill("年费重复收取")
    acceptor.locator("#cp-description").fill("同一张卡在三月被收取两次年费，多次来电未得到说明。")
    acceptor.locator("#cp-demand").fill(DEMAND)
    acceptor.locator("#cp-complainant").fill("周慎言")
    acceptor.locator("#cp-reach").fill("北京市西城区某街12号")
    acceptor.locator("#cp-origin").select_option("REGULATOR")
    send = acceptor.locator("form.sw-complaint-form .btn-primary")
    send.click()
    # A transfer needs the regulator's number and day; what was typed stays.
    expect(acceptor.locator("form.sw-complaint-form [role=alert]")).to_be_visible()
    expect(acceptor.locator("#cp-demand")).to_have_value(DEMAND)
    acceptor.locator("#cp-source").fill("JG-2026-0417")
    acceptor.locator("#cp-regulator").fill("2025-04-17")
    send.click()
    acceptor.wait_for_url(re.compile("/complaints/comp"))
    address = acceptor.url
    press(acceptor, "受理投诉")
    answer(acceptor, "投诉分类", cg_type="SERVICE")
    answer(acceptor, "投诉定级")
    press(acceptor, "指定人员")
    both = {"handler": "任可", "supervisor": "邢露"}
    for field, name in both.items():
        acceptor.locator(f"#dlg-{field}").select_option(option(acceptor, field, name))
    submit_dialog(acceptor)
    expect(acceptor.locator("#complaint-body aside")).to_contain_text("任可")
    # Whoever accepted it does none of the handler's steps.
    expect(acceptor.locator("#complaint-body .btn-primary")).to_have_count(0)

    handler = new_page()
    sign_in(handler, "ren")
    handler.goto(address)
    press(handler, "启动核查")
    answer(handler, "记录核查事实", facts="系统在换卡时重复计费一次，已核对账务。")
    look_at(handler, "complaint-worked", language="zh-CN", dark=False, faults=faults)
    answer(handler, "提交责任认定", responsible="SYSTEM", evidence="计费日志与账务流水。")
    answer(handler, "协商方案", cause="换卡计费规则缺陷。", plan="退还300元并寄送书面说明。")
    press(handler, "处理完毕")
    answer(handler, "出具结果告知书", basis="信用卡领用合约第八条。")
    expect(handler.locator("#complaint-notices")).to_contain_text("待告知")
    told = "已退还300元年费，书面说明随函寄出。"
    answer(handler, "告知投诉人结果", text=told, said="已说明结果与救济途径。")
    expect(handler.locator("#complaint-notices")).to_contain_text("已说明结果与救济途径")
    expect(handler.locator("#complaint-body h1")).to_be_visible()
    assert not faults, "\n".join(faults)


def test_more_time_is_asked_for_approved_and_told(
    centre: Centre, new_page: NewPage, sign_in: SignIn
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    acceptor = new_page()
    sign_in(acceptor, "complaints")
    acceptor.goto("/complaints/new/")
    said = {"title": "理赔款争议", "description": "对理赔金额有异议。", "demand": "重新核定。"}
    for field, text in {**said, "complainant": "周慎言", "reach": "13800001234"}.items():
        acceptor.locator(f"#cp-{field}").fill(text)
    acceptor.locator("form.sw-complaint-form .btn-primary").click()
    acceptor.wait_for_url(re.compile("/complaints/comp"))
    address = acceptor.url
    press(acceptor, "受理投诉")
    answer(acceptor, "投诉分类", cg_type="SERVICE", complexity="COMPLEX")
    answer(acceptor, "投诉定级")
    press(acceptor, "指定人员")
    for field, name in {"handler": "任可", "supervisor": "邢露"}.items():
        acceptor.locator(f"#dlg-{field}").select_option(option(acceptor, field, name))
    submit_dialog(acceptor)

    handler = new_page()
    sign_in(handler, "ren")
    handler.goto(address)
    offered(handler.locator("#complaint-body"), "申请延期").click()
    handler.locator("#dlg-reason").fill("需向两家外包机构调取录音。")
    submit_dialog(handler)
    shown = handler.locator("#complaint-extensions")
    expect(shown).to_contain_text("尚缺审批")
    look_at(handler, "complaint-extension", language="zh-CN", dark=False, faults=faults)

    decider = new_page()
    sign_in(decider, "risk")
    decider.goto(address)
    decider.locator("#complaint-extensions").get_by_role("link", name="去审批").click()
    request = decider.locator(".sw-approvals li", has_text="投诉延期").first
    request.locator("input[name=opinion]").fill("情况属实")
    request.get_by_role("button", name="同意").click()
    expect(decider.locator(".sw-approvals li", has_text="投诉延期")).to_have_count(0)

    # The handler's page has heard of it and offers the last step.
    offered(handler.locator("#complaint-body"), "登记延期告知").click()
    handler.locator("#dlg-words").fill("案情复杂，办理期限延长30日。")
    submit_dialog(handler)
    expect(shown).to_contain_text("已延期")
    assert not faults, "\n".join(faults)
