"""A complainant does not agree: the unit above finds the review on its ledger and decides it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_at, look_in_both_lights
from tests.journeys.people import offered, submit_dialog
from tests.live import Centre

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
CLOSED = "柜面等候超1小时，态度生硬"
WHY = "只道歉没有整改措施，要求上级核查。"
OPINION = "整改措施未落实到岗，应补充整改并书面告知。"


def test_the_unit_above_decides_a_review(
    centre: Centre, new_page: NewPage, sign_in: SignIn
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    clerk = new_page()
    sign_in(clerk, "complaints")
    clerk.goto("/complaints/?view=all")
    address = clerk.locator("tr", has_text=CLOSED).locator("td a[data-row]").get_attribute("href")
    clerk.goto(address or "")
    offered(clerk.locator("#complaint-body"), "登记核查申请").click()
    clerk.locator("#dlg-words").fill(WHY)
    submit_dialog(clerk)
    expect(clerk.locator("#complaint-contests")).to_contain_text("不得复核")
    expect(clerk.locator("#complaint-contests .btn-primary")).to_have_count(0)

    reviewer = new_page()
    sign_in(reviewer, "fang")
    reviewer.goto("/complaints/")
    reviewer.get_by_role("link", name="待我核查").click()
    row = reviewer.locator("tr", has_text=CLOSED)
    expect(row).to_have_count(1)
    look_in_both_lights(reviewer, "complaints-reviews", language="zh-CN", faults=faults)
    reviewer.goto(address or "")
    # A mediation first: the law's time stands still, and nothing is decided meanwhile.
    body = reviewer.locator("#complaint-body")
    offered(body, "登记鉴定或调解").click()
    reviewer.locator("#dlg-kind").select_option("MEDIATION")
    reviewer.locator("#dlg-body").fill("江澜市金融消费纠纷调解中心")
    reviewer.locator("#dlg-words").fill("经您同意申请调解，调解所用时间不计入期限。")
    submit_dialog(reviewer)
    card = reviewer.locator("#complaint-referrals")
    expect(card).to_contain_text("暂停计时：核查决定")
    look_at(reviewer, "complaint-referral", language="zh-CN", dark=False, faults=faults)
    card.get_by_role("button", name="登记结束").click()
    reviewer.locator("#dlg-words").fill("调解未达成一致，我们继续核查。")
    submit_dialog(reviewer)
    expect(card).to_contain_text("已结束")

    reviewer.locator("#complaint-contests").get_by_role("button", name="作出核查决定").click()
    reviewer.locator("#dlg-outcome").select_option("CHANGED")
    reviewer.locator("#dlg-opinion").fill(OPINION)
    submit_dialog(reviewer)
    expect(reviewer.locator("#complaint-contests")).to_contain_text(OPINION)
    reviewer.goto("/complaints/?view=reviews")
    expect(reviewer.locator("tr", has_text=CLOSED)).to_have_count(0)

    # Who took it down hears of it on the page that stood open, and the work begins again.
    expect(clerk.locator("#complaint-contests")).to_contain_text("变更原决定")
    expect(clerk.locator("#complaint-body h1").locator("..")).not_to_contain_text("已结案")
    assert not faults, "\n".join(faults)
