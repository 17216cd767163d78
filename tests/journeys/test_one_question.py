"""One question all the way through: asked, answered, worked, confirmed, rated, counted, proven."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import Agent, Visitor, press_next, submit_dialog
from tests.live import Centre

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# Somebody who refuses nothing, in any other journey either: whoever refuses is not asked to rate.
PHONE = "13800001111"
PROVEN = (
    *("opened", "accept", "classify", "assign", "start", "opinion", "resolve", "feedback"),
    *("link_used", "confirm_by_agent", "confirm_by_customer", "close", "archive"),
)
FRESH_SECONDS = 2.0
MACHINE_SECONDS = 1.0  # for the browsers of three people on one small machine


def ratings_counted(wall: Page) -> int:
    """Give how many ratings the wallboard counts for the last seven days."""
    words = wall.locator("#wall-figures .sw-a3 h3 .sw-dim").inner_text()
    return int("".join(re.findall(r"\d+", words.replace("7天", "").replace("7日", ""))))


def contacts_counted(wall: Page) -> int:
    """Give how many of today's contacts the wallboard counts."""
    return int(re.sub(r"\D", "", wall.locator("#wall-figures .sw-a1 b").inner_text()))


def test_one_question_goes_all_the_way(centre: Centre, new_page: NewPage, sign_in: SignIn) -> None:
    customer = Visitor(new_page())
    desk = new_page()
    lead = new_page()
    agent = Agent(desk)
    sign_in(desk, "agent")
    sign_in(lead, "lead")

    lead.goto("/wallboard/")
    contacts_before = contacts_counted(lead)

    # Asked, and told how many are before.
    customer.page.goto("/")
    customer.ask("信用卡有一笔2386元的消费不是我本人操作的，怎么处理？")
    expect(customer.page.locator(".sw-me .sw-who").last).to_contain_text("已送达")
    expect(customer.page.locator("[data-line]")).to_contain_text(re.compile("前面|排队|第"))
    keep(customer.page, "one-01-asked")

    # Offered, taken, owned.
    agent.be_ready()
    desk.locator("[data-offer]").wait_for()
    expect(desk.locator("[data-offer]")).to_contain_text("2386")
    keep(desk, "one-02-offer")
    agent.take_offer()
    expect(customer.page.locator("[data-title]")).to_contain_text("苏芮 · 80317")
    expect(customer.page.locator("[data-line]")).to_have_text("您的首问专员，负责到解决")

    # A script with a placeholder, then a forbidden phrase that is blocked and replaced.
    agent.composer.fill("/")
    agent.composer.fill("")
    agent.composer.press("/")
    desk.locator("[role=combobox][x-ref=find]").fill("kcyd")
    expect(desk.locator("[role=option]").first).to_contain_text("已看到问题")
    desk.locator("[role=combobox][x-ref=find]").press("Enter")
    expect(agent.composer).to_have_value(re.compile("80317号客服.*{业务名称}"))
    expect(desk.locator(".desk-foot .btn-primary")).to_be_disabled()
    desk.keyboard.type("信用卡交易")
    expect(agent.composer).not_to_have_value(re.compile("{"))
    agent.composer.press("Enter")
    expect(agent.log).to_contain_text("已看到您咨询的信用卡交易")
    agent.composer.fill("我理解，先为您锁卡。")
    expect(desk.locator("#desk-note")).to_contain_text("禁语")
    expect(desk.locator(".desk-foot .btn-primary")).to_be_disabled()
    keep(desk, "one-03-forbidden")
    agent.composer.press("Tab")
    expect(agent.composer).not_to_have_value(re.compile("我理解"))
    said = agent.composer.input_value()
    expect(desk.locator(".desk-foot .btn-primary")).to_be_enabled()
    agent.composer.press("Enter")
    expect(customer.log).to_contain_text(said)
    expect(customer.log).not_to_contain_text("我理解")
    expect(agent.log.locator("[data-way]").last).to_have_text("已读")

    # Each side sees that the other types, while they do.
    customer.page.locator("[data-field]").press_sequentially("稍等", delay=50)
    expect(desk.locator(".desk-typing")).to_be_visible()
    expect(desk.locator(".desk-typing")).to_be_hidden(timeout=10_000)
    customer.page.locator("[data-field]").fill("")
    agent.composer.press_sequentially("好的", delay=50)
    expect(customer.page.locator("[data-typing]")).to_be_visible()
    agent.composer.fill("")

    # Whose it is, and a case in three levels.
    customer.ask("好的，我是陈屿，卡一直在身边。")
    agent.find_customer(PHONE)
    agent.choose_category("信用卡", "交易争议", "非本人交易")
    expect(desk.locator("#desk-due")).to_contain_text("前")
    number = agent.open_case("客户称2386元消费非本人操作，卡在身边，要求锁卡并调单核实。")
    keep(desk, "one-04-case")
    expect(customer.log).to_contain_text(number)

    # Worked on the case page, step by step.
    agent.own_case.click()
    desk.wait_for_url(re.compile("/cases/case_"))
    case_url = desk.url
    press_next(desk, "派单")
    submit_dialog(desk)
    press_next(desk, "开始办理")
    desk.locator("#case-cause").fill("交易为境外商户免密扣款，客户未留存授权记录。")
    desk.locator("#case-solution").fill("已锁卡并发起调单，争议款项先行挂账；结果以调单为准。")
    press_next(desk, "提交方案")
    expect(desk.locator("#case-top .btn-primary")).to_contain_text("办结")
    keep(desk, "one-05-worked")
    press_next(desk, "办结")
    press_next(desk, "告知")
    desk.locator("dialog[open] #dlg-text").fill("已完成调单，2386元于今日退回您的账户。")
    submit_dialog(desk)
    press_next(desk, "确认")

    # The customer opens the one-time link, confirms, and rates.
    expect(customer.log.locator("a[href*='/c/']")).to_have_count(1)
    link = customer.link()
    progress = new_page.beside(customer.page.context)
    progress.goto(link)
    progress.get_by_role("button", name="查看我的工单").click()
    expect(progress.locator("body")).to_contain_text(number)
    expect(progress.locator("body")).to_contain_text("2386元于今日退回")
    keep(progress, "one-06-progress")
    progress.get_by_role("button", name="问题已解决").click()
    expect(progress.locator("body")).to_contain_text("您已确认")
    progress.locator("a[href='/rate/case/']").click()
    progress.locator("input[name=score][value='5']").check(force=True)
    progress.get_by_role("button", name="提交评价").click()
    expect(progress.locator("[role=status]")).to_contain_text("谢谢您的评价")
    keep(progress, "one-07-rated")

    # Closed by the handler, archived by the lead.
    press_next(desk, "结单")
    expect(desk.locator("#case-top")).to_contain_text("已结单")
    lead.goto(case_url)
    press_next(lead, "归档")
    expect(lead.locator("#case-top")).to_contain_text("已归档")
    keep(lead, "one-08-archived")

    # The wallboard shows the contact and its rating within two seconds.
    lead.goto("/wallboard/")
    assert contacts_counted(lead) == contacts_before + 1
    ratings_before = ratings_counted(lead)
    desk.go_back()
    customer.leave()
    customer.page.locator("label[for=chat-star-5]").click()
    customer.page.get_by_role("button", name="提交评价").click()
    expect(customer.log).to_contain_text("谢谢您的评价")
    rated_at = time.monotonic()
    while ratings_counted(lead) == ratings_before:
        assert time.monotonic() - rated_at < FRESH_SECONDS + MACHINE_SECONDS
        lead.wait_for_timeout(100)
    assert ratings_counted(lead) == ratings_before + 1
    keep(lead, "one-09-wallboard")
    agent.finish("已建工单")
    agent.rest()

    # Proven: the auditor reads every act, and the trail verifies.
    auditor = new_page()
    sign_in(auditor, "auditor")
    case_ref = case_url.rstrip("/").rsplit("/", 1)[1]
    auditor.goto(f"/console/audit/?object_ref={case_ref}")
    for act in PROVEN:
        expect(auditor.locator("table")).to_contain_text(f"case.{act}")
    keep(auditor, "one-10-audit")
    checked = centre.command("audit", "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout.splitlines()[-1])["ok"] is True
