"""The line is cut in mid-message, on either side; nothing is lost and nothing comes twice."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import Agent, Visitor

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# What Chromium says by itself when the journey cuts its line.
CUT = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_FAILED|WebSocket connection|Failed to fetch"
HTMX_CUT = r"htmx:sendError|htmx:afterRequest"
BACK_MS = 30_000
RETURN_SECONDS = 15.0


def test_the_customers_line_is_cut_in_mid_message(new_page: NewPage, sign_in: SignIn) -> None:
    new_page.expect(CUT)
    desk = new_page()
    agent = Agent(desk)
    sign_in(desk, "agent")
    agent.be_ready()
    customer = Visitor(new_page(width=390, height=844))
    sockets: list[WebSocketRoute] = []

    # The test stands in the middle of the line, so that it can cut it with a frame on its way.
    def carry(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    customer.page.route_web_socket(re.compile("/ws/chat/"), carry)
    customer.page.goto("/chat/bank/")
    customer.ask("想问一下定期存款提前支取怎么算利息？")
    agent.take_offer()
    agent.say("您好，请问存了多久？")
    expect(customer.log).to_contain_text("请问存了多久")

    # Offline: what is typed waits, what the agent says waits too.
    customer.page.context.set_offline(True)
    customer.ask("存了一年零三个月")
    customer.ask("存单号我稍后发")
    expect(customer.page.locator("[data-offline]")).to_be_visible(timeout=BACK_MS)
    keep(customer.page, "cut-01-offline")
    agent.say("好的，不着急。")
    customer.page.context.set_offline(False)
    expect(customer.log).to_contain_text("好的，不着急。", timeout=BACK_MS)
    expect(agent.log).to_contain_text("存单号我稍后发", timeout=BACK_MS)

    # The socket breaks the instant a message has gone into it: its answer never comes.
    customer.ask("存单号末四位是3307")
    for socket in sockets:
        socket.close()
    expect(customer.page.locator(".sw-me .sw-who").last).to_contain_text(
        re.compile("已送达|已读"), timeout=BACK_MS
    )
    asked = [
        "想问一下定期存款提前支取怎么算利息？",
        *("存了一年零三个月", "存单号我稍后发", "存单号末四位是3307"),
    ]
    expect(agent.log).to_contain_text("3307")
    assert agent.customer_lines() == customer.own_lines() == asked
    heard = customer.log.inner_text()
    assert heard.count("请问存了多久") == heard.count("好的，不着急。") == 1

    # Closed and opened again: the conversation goes on where it was.
    context = customer.page.context
    customer.page.close()
    agent.say("按支取日挂牌活期利率计息。")
    customer = Visitor(new_page.beside(context))
    customer.page.goto("/chat/bank/")
    expect(customer.log).to_contain_text("按支取日挂牌活期利率计息。")
    assert customer.own_lines() == asked
    customer.ask("明白了，谢谢")
    expect(agent.log).to_contain_text("明白了，谢谢")
    agent.end("问题已解答")
    agent.rest()


def test_where_sockets_are_blocked_the_customer_asks_by_requests(
    new_page: NewPage, sign_in: SignIn
) -> None:
    new_page.expect(CUT)
    desk = new_page()
    customer = Visitor(new_page(width=390, height=844))
    customer.page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    agent = Agent(desk)
    sign_in(desk, "agent")
    agent.be_ready()
    customer.page.goto("/chat/bank/")
    customer.ask("网络不好，能收到吗？")
    expect(customer.page.locator(".sw-me .sw-who").last).to_contain_text("已送达", timeout=BACK_MS)
    agent.take_offer()
    agent.say("收到，请讲。")
    expect(customer.log).to_contain_text("收到，请讲。", timeout=BACK_MS)
    customer.ask("账户显示冻结")
    expect(agent.log).to_contain_text("账户显示冻结", timeout=BACK_MS)
    assert agent.customer_lines() == customer.own_lines()
    expect(customer.page.locator("[data-offline]")).to_be_hidden()
    keep(customer.page, "cut-02-by-requests")
    agent.end("已提供信息")
    agent.rest()


def test_the_agents_line_is_cut_and_a_colleague_goes_on(new_page: NewPage, sign_in: SignIn) -> None:
    new_page.expect(CUT, HTMX_CUT)
    lost, other = new_page(), new_page()
    sign_in(lost, "agent")
    sign_in(other, "qin")
    first, second = Agent(lost), Agent(other)
    first.be_ready()
    customer = Visitor(new_page(width=390, height=844))
    customer.page.goto("/chat/bank/")
    customer.ask("手机银行登录不上了")
    first.take_offer()
    first.say("您好，请问提示什么？")
    second.be_ready()

    lost.context.set_offline(True)
    cut_at = time.monotonic()
    customer.ask("提示密码锁定")
    second.page.locator("[data-offer]").wait_for(timeout=int(RETURN_SECONDS * 1000) + 2000)
    assert time.monotonic() - cut_at < RETURN_SECONDS
    expect(lost.locator("#sw-toasts .sw-bad")).to_contain_text("已断线")
    keep(lost, "cut-03-desk-offline")
    second.take_offer()
    expect(second.log).to_contain_text("提示密码锁定")
    # The first owner stays who it was; the customer sees who speaks now.
    expect(customer.page.locator("[data-title]")).to_contain_text("秦以宁")
    expect(customer.log).to_contain_text("苏芮")
    second.say("我是秦以宁，接着为您办理。")
    expect(customer.log).to_contain_text("接着为您办理")
    keep(other, "cut-04-taken-over")
    lost.context.set_offline(False)
    expect(first.composer).to_be_disabled(timeout=BACK_MS)
    expect(first.page.locator("#desk-acts [data-key=f9]")).to_have_count(0)
    second.end("问题已解答")
    second.rest()


def test_an_agents_network_that_blocks_sockets(new_page: NewPage, sign_in: SignIn) -> None:
    new_page.expect(CUT)
    desk = new_page()
    desk.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    agent = Agent(desk)
    sign_in(desk, "agent")
    agent.be_ready()
    customer = Visitor(new_page(width=390, height=844))
    customer.page.goto("/chat/bank/")
    customer.ask("信用卡账单日能改吗？")
    agent.take_offer()
    agent.say("可以，每年可改一次。")
    # Longer than an unheard desk may keep a conversation: it is heard by requests.
    desk.wait_for_timeout(RETURN_SECONDS * 1000)
    customer.ask("那就改到每月五号")
    expect(agent.log).to_contain_text("每月五号", timeout=BACK_MS)
    expect(desk.locator("#desk-presence .sw-ready")).to_be_visible()
    expect(desk.locator("#sw-toasts .sw-bad")).to_have_count(0)
    keep(desk, "cut-05-desk-by-requests")
    agent.end("已提供信息")
    agent.rest()
