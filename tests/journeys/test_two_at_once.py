"""Two people press at the same moment: one of them has it, the other is told so plainly."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import Agent, Visitor
from tests.live import Centre

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
LOOKS, LOOK_MS = 100, 100
# What the browser and htmx say of an answer that this journey means to get.
REFUSED = r"status of 409|Status Error Code 409"


def press_together(pages: list[Page], selector: str, *, gone_for_the_last: bool = False) -> None:
    """Let every page press the same button; what they send is held until all have pressed.

    With `gone_for_the_last` the last page's answer comes only after a refresh took its button.
    """
    held: list[Route] = []
    for page in pages:
        page.route("**/*", lambda route: hold_writes(route, held))
        page.locator(selector).first.click()
    for _look in range(LOOKS):
        if len(held) == len(pages):
            break
        pages[0].wait_for_timeout(LOOK_MS)
    assert len(held) == len(pages), [route.request.url for route in held]
    for route in held:
        if gone_for_the_last and route is held[-1]:
            expect(pages[-1].locator(selector)).to_have_count(0)
        route.continue_()
    for page in pages:
        page.unroute("**/*")


def hold_writes(route: Route, held: list[Route]) -> None:
    """Keep what a press sends; everything else goes its way."""
    if route.request.method == "POST" and "/live/" not in route.request.url:
        held.append(route)
    else:
        route.fallback()


@pytest.mark.parametrize("gone", [False, True], ids=["together", "after-a-refresh"])
def test_two_take_one_waiting_contact(new_page: NewPage, sign_in: SignIn, gone: bool) -> None:
    new_page.expect(REFUSED)
    pages = [new_page(), new_page()]
    agents = [Agent(page) for page in pages]
    for page, login in zip(pages, ("agent", "qin"), strict=True):
        sign_in(page, login)
    customer = Visitor(new_page(width=390, height=844))
    customer.page.goto("/chat/bank/")
    customer.ask("转账限额怎么调整？")
    expect(customer.page.locator(".sw-me .sw-who").last).to_contain_text("已送达")
    for agent in agents:
        agent.choose_state("BUSY")
    press_together(pages, "[id^=desk-take-]", gone_for_the_last=gone)

    won = re.compile("/desk/contacts/cont_")
    expect(customer.page.locator("[data-title]")).to_contain_text(re.compile("苏芮|秦以宁"))
    for page in pages:
        # Asked from outside: the pages' policy lets nothing be evaluated inside them.
        for _look in range(LOOKS):
            if won.search(page.url) or page.locator("#sw-toasts .sw-bad").count():
                break
            page.wait_for_timeout(LOOK_MS)
    winners = [page for page in pages if won.search(page.url)]
    losers = [page for page in pages if not won.search(page.url)]
    assert len(winners) == len(losers) == 1
    told = losers[0].locator("#sw-toasts .sw-bad")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("同事")
    expect(losers[0].locator("[id^=desk-take-]")).to_have_count(0)
    keep(losers[0], "two-01-told")
    # The customer heard of one person, once.
    expect(customer.log.locator(".sw-sysline")).to_have_count(1)

    Agent(winners[0]).end("问题已解答")
    for agent in agents:
        agent.rest()


def test_two_accept_one_case(centre: Centre, new_page: NewPage, sign_in: SignIn) -> None:
    new_page.expect(REFUSED)
    body = {"title": "开具存款证明", "description": "客户要求开具存款证明，用于签证。"}
    status, made = centre.call(
        "POST", "/api/v1/cases", key=centre.key("lead"), body=body, **{"Idempotency-Key": "two-1"}
    )
    assert status == 201, made
    pages = [new_page(), new_page()]
    for page, login in zip(pages, ("agent", "lead"), strict=True):
        sign_in(page, login)
        page.goto(f"/cases/{made['id']}/")
        expect(page.locator("#case-top .btn-primary")).to_contain_text("接单")
    press_together(pages, "#case-top .btn-primary")

    told = "#case-top [role=alert], #sw-toasts .sw-bad"
    for page in pages:
        expect(page.locator("#case-top")).to_contain_text(re.compile("首问 (苏芮|叶敏)"))
    for _look in range(LOOKS):
        refused = [page for page in pages if page.locator(told).count()]
        if refused:
            break
        pages[0].wait_for_timeout(LOOK_MS)
    assert len(refused) == 1, [page.locator(told).all_inner_texts() for page in pages]
    expect(refused[0].locator(told)).to_have_count(1)
    expect(refused[0].locator(told)).to_contain_text(re.compile("同事|苏芮|叶敏"))
    keep(refused[0], "two-02-told")
    # One owner on both pages, and one line of it in the story.
    owners = {page.locator("#case-top .sw-owner:has(.sw-own)").first.inner_text() for page in pages}
    assert len(owners) == 1
    expect(pages[0].locator("#case-story")).to_contain_text("接单")
    assert pages[0].locator("#case-story").inner_text().count("接单") == 1
