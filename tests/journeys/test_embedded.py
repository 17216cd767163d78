"""One script tag brings the chat to another site's page, served from another address."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import Agent
from tests.live import Centre, free_port

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
HOST_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Another site</title>
<link rel="icon" href="data:,"></head>
<body><h1>江澜商城</h1><p>另一家网站的页面。</p>
<script src="{centre}/widget.js?institution=bank" async></script></body></html>"""


@contextmanager
def site_at(port: int, centre: Centre) -> Iterator[None]:
    """Serve a page of another site, with a strict policy of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            language = "en" if "en" in self.path else "zh-CN"
            page = HOST_PAGE.format(centre=centre.url, language=language).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header(
                "Content-Security-Policy",
                f"default-src 'none'; img-src data:; script-src {centre.url}; "
                f"frame-src {centre.url}",
            )
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def host_page(centre: Centre, other_site: str) -> Iterator[str]:
    """Be the site that may embed the chat, and give its address."""
    with site_at(urlsplit(other_site).port or 0, centre):
        yield other_site


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_another_site_has_the_chat_by_one_tag(
    host_page: str,
    new_page: NewPage,
    sign_in: SignIn,
    width: int,
    height: int,
) -> None:
    desk = new_page()
    agent = Agent(desk)
    sign_in(desk, "agent")
    agent.be_ready()
    shop = new_page(width=width, height=height)
    shop.goto(f"{host_page}/")
    shop.get_by_role("button", name="在线客服").click()
    frame = shop.frame_locator("iframe[title=在线客服]")
    field = frame.get_by_role("textbox", name="输入消息")
    field.fill("商城订单用信用卡分期，手续费多少？")
    field.press("Enter")
    expect(frame.locator(".sw-me .sw-who").last).to_contain_text("已送达")
    agent.take_offer()
    agent.say("您好，6期每期0.6%，以合同为准。")
    expect(frame.locator("[data-log]")).to_contain_text("6期每期0.6%")
    keep(shop, f"embedded-{width}-open")
    assert shop.evaluate("document.documentElement.scrollWidth") <= width

    # Collapsed, an answer shows as a number on the button; opened again, it is there.
    frame.get_by_role("button", name="收起").click()
    opener = shop.get_by_role("button", name="在线客服")
    expect(opener).to_be_visible()
    keep(shop, f"embedded-{width}-closed")
    opener.click()
    expect(frame.locator("[data-log]")).to_contain_text("6期每期0.6%")
    # Opened anew, as when going to another page of the site: the conversation goes on.
    shop.reload()
    opener.click()
    expect(frame.locator("[data-log]")).to_contain_text("6期每期0.6%")
    field.fill("好的，谢谢")
    field.press("Enter")
    expect(agent.log).to_contain_text("好的，谢谢")
    agent.end("已提供信息")
    expect(frame.locator("[data-rating-sheet]")).to_be_visible()
    agent.rest()


def test_a_site_that_is_not_named_may_not_frame_the_chat(centre: Centre, new_page: NewPage) -> None:
    new_page.expect("frame-ancestors", "ERR_BLOCKED_BY_RESPONSE")
    stranger = new_page()
    port = free_port()
    with site_at(port, centre):
        stranger.goto(f"http://localhost:{port}/")
        stranger.get_by_role("button", name="在线客服").click()
        stranger.wait_for_timeout(800)
        assert all(frame.locator("[data-chat]").count() == 0 for frame in stranger.frames)
