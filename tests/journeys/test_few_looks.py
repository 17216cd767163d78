"""What a topic tells by itself is not asked for again, and what comes along takes no press."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys.conftest import NewPage
from tests.journeys.people import Agent, Visitor

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
LOOK = re.compile(r"/desk/(contacts/[^/]+/lines|mine)/")
# Longer than any look that a topic causes is put off.
QUIET_MS = 1500


def test_a_line_costs_one_look_and_its_marks_none(new_page: NewPage, sign_in: SignIn) -> None:
    customer, desk = Visitor(new_page()), new_page()
    agent = Agent(desk)
    sign_in(desk, "agent")
    customer.page.goto("/")
    customer.ask("我想查一笔转账")
    agent.be_ready()
    agent.take_offer()
    expect(agent.log).to_contain_text("我想查一笔转账")
    desk.wait_for_timeout(QUIET_MS)
    looks: list[str] = []

    def note(request: Request) -> None:
        if LOOK.search(request.url):
            looks.append(request.url)

    desk.on("request", note)
    agent.composer.fill("您好，请问转账日期？")
    agent.composer.press("Enter")
    expect(customer.log).to_contain_text("请问转账日期")
    expect(agent.log.locator("[data-way]").last).to_have_text("已读")
    desk.wait_for_timeout(QUIET_MS)
    assert len(looks) == 1
    row = desk.locator("#desk-mine .sw-q.sw-on")
    expect(row).to_contain_text("已回复")

    customer.ask("昨天下午")
    expect(agent.log).to_contain_text("昨天下午")
    expect(customer.page.locator(".sw-me .sw-who").last).to_contain_text("已读")
    desk.wait_for_timeout(QUIET_MS)
    assert len(looks) == 2
    # The list beside it moved with the same look.
    expect(row).to_contain_text("待回复")

    # A look comes while a row is pressed: the press opens what it was for.
    box = row.bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with desk.expect_response(LOOK):
        desk.mouse.down()
        customer.ask("还在吗")
    expect(agent.log).to_contain_text("还在吗")
    expect(row).not_to_contain_text("还在吗")
    with desk.expect_request(re.compile(r"/desk/contacts/[^/]+/$")):
        desk.mouse.up()
    expect(row).to_contain_text("还在吗")
    assert customer.own_lines() == ["我想查一笔转账", "昨天下午", "还在吗"]
    # Nobody is left waiting for those who come after.
    customer.leave()
    desk.locator("#desk-acts form[action*='wrap-up']").wait_for(state="attached")
    agent.finish("已提供信息")
    agent.rest()
