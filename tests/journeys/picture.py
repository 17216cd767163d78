"""Takes the README's picture of the desk: `python -m tests.journeys.picture`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.journeys.people import Agent, Visitor
from tests.live import ROOT, Centre

PICTURE = ROOT / "docs" / "images" / "desk.png"


def open_page(browser: Browser, centre: Centre, width: int, height: int) -> Page:
    """Open a page in a browser of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", base_url=centre.url
    )
    return context.new_page()


def come(browser: Browser, centre: Centre, question: str) -> Visitor:
    """Let a customer come and ask."""
    customer = Visitor(open_page(browser, centre, 390, 844))
    customer.page.goto("/chat/bank/")
    customer.ask(question)
    return customer


def picture(browser: Browser, centre: Centre) -> None:
    """Two conversations in hand, one of them half way to its case."""
    desk = open_page(browser, centre, 1440, 900)
    agent = Agent(desk)
    desk.goto("/accounts/login/")
    desk.locator("input[name=login]").fill("agent")
    desk.locator("input[type=password]").fill(centre.password)
    desk.locator("input[type=password]").press("Enter")
    agent.be_ready()
    first = come(browser, centre, "您好，昨晚有一笔2,386.00元的境外消费，不是我刷的。")
    agent.take_offer()
    agent.say("您好，我是80317号客服，先为您临时锁卡，请问卡在您身边吗？")
    first.ask("卡一直在身边，手机也没丢。预留手机13800001000。")
    agent.find_customer("13800001000")
    agent.say("已核到这笔交易，商户在境外，属免密扣款。我为您登记争议并调单，结果以调单为准。")
    come(browser, centre, "贷款结清证明可以寄到公司吗？")
    agent.take_offer()
    desk.locator("#desk-rows a.sw-q").nth(0).wait_for()
    desk.locator("#desk-rows a.sw-q", has_text="陈").click()
    desk.locator("#desk-side .sw-hist").wait_for(state="attached")
    first.ask("好的，需要我补什么材料吗？")
    agent.log.get_by_text("补什么材料").wait_for()
    agent.choose_category("信用卡", "交易争议", "非本人交易")
    desk.locator("#desk-urgency").select_option("URGENT")
    desk.locator("#desk-description").fill(
        "客户称昨晚2,386.00元境外消费非本人操作，卡与手机均在身边。要求锁卡、调单核实。"
    )
    agent.composer.fill("不用补材料。3个工作日内我在这里告诉您调单进展。")
    desk.wait_for_timeout(6000)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    desk.screenshot(path=str(PICTURE))


def main() -> None:
    """Start a centre, take the picture, and stop the centre."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        centre = Centre(Path(home)).start()
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            picture(browser, centre)
            browser.close()
        finally:
            centre.stop()


if __name__ == "__main__":
    main()
