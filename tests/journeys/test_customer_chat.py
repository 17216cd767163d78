"""A customer asks, is answered, loses the line, comes back, sends a file, and rates."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.journeys.conftest import keep
from tests.journeys.people import Visitor
from tests.live import Centre

pytestmark = pytest.mark.journey

# What Chromium itself says of a line that the test has cut, and of a file that the test means to
# be refused; anything else is a fault.
OF_THE_CUT = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket connection|\b422\b")
# The line breaks with the first word of the end on it.
BREAKS_AT_THE_END = """() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (frame) {
        if (window.broken || !frame.includes('"end"')) return send.call(this, frame);
        window.broken = true;
        this.close();
    };
}"""
Visit = Callable[..., Page]


@dataclass
class Desk:
    """A scripted person at the desk's own API; beats as an open page would."""

    centre: Centre
    key: str
    stop: threading.Event = field(default_factory=threading.Event)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the desk's API and give its answer."""
        return self.whole(method, f"/desk{path}", body)

    def be_there(self) -> None:
        """Stay ready until told to stop."""
        while not self.stop.wait(3):
            self.call("POST", "/presence", {"state": "READY"})

    def take(self, seconds: float = 20) -> str:
        """Accept the next offer and give its contact."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for offer in self.call("GET", "/offers"):
                return str(self.call("POST", f"/offers/{offer['id']}/accept")["id"])
            time.sleep(0.2)
        raise AssertionError("Nothing was offered")

    def say(self, ref: str, body: str, key: str) -> None:
        """Say something to the customer."""
        message = {"body": body, "client_key": key}
        self.call("POST", f"/contacts/{ref}/messages", message)

    def feed_back(self, ref: str, text: str) -> str:
        """Make the contact a case, work it, and tell the result in the chat; give the case."""
        category = self.whole("GET", "/categories")["items"][0]["code"]
        form = {"category": category, "description": "卡未离身，昨夜有一笔境外交易。"}
        case = str(self.call("POST", f"/contacts/{ref}/case", form)["id"])
        known = self.whole("GET", f"/cases/{case}")
        steps: list[tuple[str, Any]] = [
            ("accept", {}),
            ("classify", {"category": category}),
            ("assign", {"handler": known["owner"]["id"]}),
            ("start", {}),
            ("opinion", {"cause": "卡号泄露", "solution": "换发新卡，先行垫付。"}),
            ("resolve", {}),
            ("feedback", {"text": text, "channel": "CHAT"}),
            ("confirm", {"by": "agent"}),
        ]
        order = ("NEW", "ACCEPTED", "CLASSIFIED", "ASSIGNED", "IN_PROGRESS")
        # The desk's form may have brought it some of the way already.
        for name, body in steps[order.index(known["state"]) :]:
            self.whole("POST", f"/cases/{case}/{name}", body)
        return case

    def whole(self, method: str, path: str, body: Any = None) -> Any:
        """Call any part of the API and give its answer."""
        once = {"Idempotency-Key": uuid4().hex}
        status, answer = self.centre.call(method, f"/api/v1{path}", key=self.key, body=body, **once)
        assert status < 300, (path, status, answer)
        return answer

    def said(self, ref: str) -> list[str]:
        """Give what the customer has said."""
        rows = self.call("GET", f"/contacts/{ref}/messages")
        return [row["body"] for row in rows if row["author"] == "CUSTOMER"]


@pytest.fixture
def desk(centre: Centre) -> Iterator[Desk]:
    """One agent of the bank, ready."""
    found = Desk(centre, centre.key("agent", person="agent"))
    found.call("POST", "/presence", {"state": "READY"})
    beat = threading.Thread(target=found.be_there, daemon=True)
    beat.start()
    yield found
    found.stop.set()
    beat.join(10)
    found.call("POST", "/presence", {"state": "OFFLINE"})


@pytest.fixture
def visit(browser: Browser, centre: Centre) -> Iterator[Visit]:
    """Open the chat as a visitor; any console or policy error but those of a cut line fails."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def come(
        path: str = "/chat/bank/",
        *,
        context: BrowserContext | None = None,
        before: Callable[[Page], None] = lambda page: None,
        **look: Any,
    ) -> Page:
        if context is None:
            phone = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", **look}
            context = browser.new_context(base_url=centre.url, **phone)
            contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        before(page)
        page.goto(path)
        return page

    yield come
    for context in contexts:
        context.close()
    assert [line for line in complaints if not OF_THE_CUT.search(line)] == []


def write(page: Page, text: str) -> None:
    """Type a message and send it with Enter."""
    page.get_by_role("textbox", name=re.compile("输入消息|Your message")).fill(text)
    page.keyboard.press("Enter")


def mine(page: Page) -> list[str]:
    """Give the visitor's own words as the page shows them."""
    return page.locator(".sw-me p").all_inner_texts()


def test_a_question_is_answered_through_cuts_and_rated(visit: Visit, desk: Desk) -> None:
    page = visit()
    write(page, "信用卡被盗刷，怎么办")
    expect(page.locator(".sw-me .sw-who").last).to_contain_text("已送达")
    ref = desk.take()
    expect(page.locator("[data-title]")).to_contain_text("·")
    expect(page.locator("[data-line]")).to_have_text("您的首问专员，负责到解决")
    expect(page.get_by_role("button", name="转人工")).to_be_visible()

    desk.say(ref, "您好，请问卡在您手上吗<img src=x onerror=alert(1)>", "s1")
    expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator(".sw-cw-log img").count() == 0

    page.context.set_offline(True)
    write(page, "在我手上")
    write(page, "没有离开过身边")
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    expect(page.locator(".sw-me .sw-who").last).to_contain_text("已送达", timeout=30_000)
    assert desk.said(ref) == ["信用卡被盗刷，怎么办", "在我手上", "没有离开过身边"]
    assert mine(page) == desk.said(ref)
    keep(page, "chat-390-zh")

    context = page.context
    page.close()
    desk.say(ref, "请先锁卡，我们会调单核实。", "s2")
    page = visit(context=context)
    expect(page.get_by_role("log")).to_contain_text("请先锁卡")
    assert mine(page) == desk.said(ref)

    page.locator("[data-file]").set_input_files(
        {"name": "流水.csv", "mimeType": "text/csv", "buffer": "日期,金额\n1,2386.00\n".encode()}
    )
    expect(page.locator(".sw-fcard")).to_contain_text("流水.csv")
    expect(page.locator(".sw-fcard")).to_contain_text("KB")
    page.locator("[data-file]").set_input_files(
        {"name": "假图.png", "mimeType": "image/png", "buffer": b"<html></html>"}
    )
    expect(page.locator(".is-refused")).to_be_visible()

    desk.call("POST", f"/contacts/{ref}/end", {"disposition": "RESOLVED"})
    expect(page.locator("[data-rating-sheet]")).to_be_visible()
    keep(page, "chat-rating-390-zh")
    page.locator("label[for=chat-star-5]").click()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("log")).to_contain_text("谢谢您的评价")
    desk.call("POST", f"/contacts/{ref}/wrap-up", {"disposition": "RESOLVED"})
    page.reload()
    expect(page.locator("[data-line]")).to_have_text("会话已结束")
    expect(page.locator("[data-rating-sheet]")).to_be_hidden()


def test_the_end_is_told_though_the_line_breaks_with_it(visit: Visit, desk: Desk) -> None:
    page = visit()
    write(page, "请问网点几点关门")
    ref = desk.take()
    desk.say(ref, "您好，工作日下午五点。", "s1")
    expect(page.get_by_role("log")).to_contain_text("下午五点")
    page.evaluate(BREAKS_AT_THE_END)
    Visitor(page).leave()
    expect(page.locator("[data-rating-sheet]")).to_be_visible()
    assert page.evaluate("window.broken") is True
    desk.call("POST", f"/contacts/{ref}/wrap-up", {"disposition": "RESOLVED"})


def test_the_result_comes_with_a_link_is_confirmed_and_rated(visit: Visit, desk: Desk) -> None:
    page = visit()
    write(page, "境外交易2,386.00元不是我做的")
    ref = desk.take()
    case = desk.feed_back(ref, "已换发新卡，款项两日内到账。")
    with page.context.expect_page() as opening:
        page.get_by_role("log").get_by_role("link").last.click()
    portal = opening.value
    portal.get_by_role("button", name="查看我的工单").click()
    expect(portal.get_by_text("请您确认结果")).to_be_visible()
    keep(portal, "progress-390-zh")
    portal.get_by_role("button", name="问题已解决").click()
    expect(portal.get_by_text("您已于")).to_be_visible()
    desk.whole("POST", f"/cases/{case}/close", {})
    portal.get_by_role("link", name="去评价").click()
    portal.locator(".sw-faces label").nth(4).click()
    portal.locator(".sw-pick label").first.click()
    portal.get_by_role("radiogroup", name="服务态度").locator("label").last.click()
    keep(portal, "rating-390-zh")
    portal.get_by_role("button", name="提交评价").click()
    expect(portal.get_by_text("谢谢您的评价")).to_be_visible()
    portal.goto("/progress/")
    expect(portal.locator(".sw-prog")).to_contain_text("已办结")
    desk.call("POST", f"/contacts/{ref}/end", {"disposition": "CASE"})
    desk.call("POST", f"/contacts/{ref}/wrap-up", {"disposition": "CASE"})


def block_sockets(page: Page) -> None:
    """Be a network that lets no socket through."""
    page.route_web_socket(re.compile("/ws/chat/"), lambda socket: socket.close())


def test_where_sockets_are_blocked_the_chat_works_all_the_same(visit: Visit, desk: Desk) -> None:
    page = visit(before=block_sockets, locale="en-GB", color_scheme="dark")
    write(page, "How do I repay my loan early?")
    expect(page.locator(".sw-me .sw-who").last).to_contain_text("Delivered", timeout=20_000)
    page.get_by_role("button", name="Talk to a person").click()
    ref = desk.take()
    expect(page.locator("[data-title]")).to_contain_text("·", timeout=20_000)
    desk.say(ref, "Hello, may I have your name?", "s1")
    expect(page.get_by_role("log")).to_contain_text("may I have your name", timeout=10_000)
    write(page, "Chen")
    write(page, "Chen Yu")
    expect(page.locator(".sw-me .sw-who").last).to_contain_text("Delivered", timeout=10_000)
    assert desk.said(ref) == mine(page) == ["How do I repay my loan early?", "Chen", "Chen Yu"]
    keep(page, "chat-390-en-dark")
    page.get_by_role("button", name="End chat").click()
    page.locator("[data-end-yes]").click()
    expect(page.locator("[data-rating-sheet]")).to_be_visible(timeout=10_000)
    desk.call("POST", f"/contacts/{ref}/wrap-up", {"disposition": "INFORMATION"})


def test_one_script_tag_brings_the_chat_to_another_page(visit: Visit) -> None:
    page = visit("/demo/embed/", viewport={"width": 1440, "height": 900})
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/carriers/chat*.js", hold)
    page.get_by_role("button", name="在线客服").click()
    frame = page.frame_locator("iframe[title=在线客服]")
    for name in ("转人工", "收起", "我要投诉"):
        # Nothing takes a press before its script is there to hear it.
        expect(frame.get_by_role("button", name=name)).to_be_disabled()
    for script in held:
        script.continue_()
    expect(frame.get_by_role("button", name="转人工")).to_be_enabled()
    frame.get_by_role("button", name="收起").click()
    expect(page.get_by_role("button", name="在线客服")).to_be_visible()


def test_the_portal_shows_the_chat_beside_its_doors(visit: Visit) -> None:
    page = visit("/", viewport={"width": 1440, "height": 900})
    page.get_by_role("button", name="怎么提前还贷款").click()
    expect(page.locator(".sw-me .sw-who").last).to_contain_text("已送达")
    keep(page, "portal-1440-zh")
    page.get_by_role("button", name="结束会话").click()
    page.locator("[data-end-yes]").click()
    expect(page.locator("[data-line]")).to_have_text("会话已结束")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="收起").click()
    expect(page.get_by_role("region", name="在线客服")).to_be_hidden()
    page.locator("[data-chat-launcher]").click()
    expect(page.get_by_role("textbox", name="输入消息")).to_be_focused()
