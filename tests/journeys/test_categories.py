"""A category asks: at the desk before a case is opened, on the case before it is resolved.

What is personal of it is masked and opened with a reason; the time it took is noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_at
from tests.journeys.people import Agent, Visitor, press_next, submit_dialog
from tests.live import Centre

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# The browser's own line about the answers that this journey means to be refused.
REFUSED = r"status of 422"


def test_a_case_is_asked_by_its_category(
    centre: Centre, new_page: NewPage, sign_in: SignIn
) -> None:
    new_page.expect(REFUSED, OF_AXE)
    faults: list[str] = []
    admin = new_page()
    sign_in(admin, "admin")
    admin.goto("/console/system/categories/of/transfer-wrong/asks/")
    admin.locator("#it-zh").fill("已核对收款人姓名")
    admin.locator("#it-en").fill("Payee's name checked")
    admin.locator("#it-kind").select_option("POINT")
    admin.locator("#it-step").select_option("RESOLVE")
    admin.locator("form.card .btn-primary").click()
    expect(admin.locator("#asks")).to_contain_text("已核对收款人姓名")
    look_at(admin, "system-category-asks", language="zh-CN", dark=False, faults=faults)

    page = new_page()
    agent = Agent(page)
    sign_in(page, "agent")
    agent.be_ready()
    customer = Visitor(new_page(width=390, height=844))
    customer.page.goto("/chat/bank/")
    customer.ask("我转错账户了，能追回来吗？")
    ref = agent.take_offer()
    agent.choose_category("支付服务", "转账异常", "转错账户")
    page.locator("[id='form.account']").fill("6217000010001234567")
    agent.open_case("客户转错账户，请求协助追回。")
    agent.own_case.click()
    page.wait_for_url(re.compile("/cases/case_"))
    expect(page.locator("[id='form.account']")).to_have_value("")
    expect(page.get_by_text("6217000010001234567")).to_have_count(0)
    page.locator("#case-asked .sw-mask button").click()
    page.locator("dialog[open]").get_by_text("办理业务").click()
    submit_dialog(page)
    expect(page.locator("#case-asked .sw-seen")).to_have_text("6217000010001234567")
    press_next(page, "派单")
    submit_dialog(page)
    press_next(page, "开始办理")
    page.locator("#case-cause").fill("客户选错收款人。")
    page.locator("#case-solution").fill("已协查，收款行同意退回。")
    press_next(page, "提交方案")
    press_next(page, "办结")
    expect(page.get_by_text("请先填写“交易金额”")).to_be_visible()
    look_at(page, "case-asked", language="zh-CN", dark=True, faults=faults)
    page.locator("[id='form.serial']").fill("20260615-0042")
    page.locator("[id='form.amount']").fill("2,386")
    for box in page.locator(".sw-points [type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="保存填写").click()
    expect(page.locator("[id='form.amount']")).to_have_value("2386.00")
    expect(page.locator("#case-story")).to_contain_text("填写了表单")
    page.get_by_role("button", name="登记耗时").click()
    page.locator("#dlg-minutes").fill("25")
    submit_dialog(page)
    expect(page.locator("#case-side")).to_contain_text("25分")
    press_next(page, "办结")
    expect(page.locator("#case-top .btn-primary")).to_contain_text("告知客户")
    assert faults == [], "\n".join(faults)
    page.goto(f"/desk/contacts/{ref}/")
    agent.end("已建工单")
    agent.rest()
