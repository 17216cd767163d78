"""What colleagues do meanwhile takes nothing away: no typed word, no press, no answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.journeys.conftest import NewPage, keep
from tests.journeys.people import press_next, submit_dialog, wait_for_act
from tests.live import Centre

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# What the browser and htmx say of a fetch that this journey cuts.
CUT = r"net::ERR_FAILED|htmx:(sendError|afterRequest)"
HELD_MS = 200
# The page stands, and follows what it shows only later.
LATE_LINE = """
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (frame) {
        const wait = frame.includes('"follow"') ? 2000 : 0;
        setTimeout(() => send.call(this, frame), wait);
    };
"""
# Time enough for an answer to be put into the page.
SWAPPED_MS = 500
CAUSE, SOLUTION = "交易为境外商户免密扣款。", "已锁卡并发起调单。"


class Colleague:
    """Somebody who writes notes on the same case."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.key = centre.key("lead", person="lead")
        self.sent = 0

    def open_case(self) -> str:
        """Open a case and give its reference."""
        body = {"title": "核实一笔扣款", "description": "客户不认可一笔扣款，要求核实。"}
        return str(self._post("/api/v1/cases", body, 201)["id"])

    def write_note(self, ref: str, page: Page) -> None:
        """Write a note, and wait until the other's page shows it."""
        text = f"已联系商户，第{self.sent}次"
        self.send_note(ref, text)
        expect(page.locator("#case-story")).to_contain_text(text)

    def accept(self, ref: str) -> None:
        """Accept the case."""
        self._post(f"/api/v1/cases/{ref}/accept", {}, 200)

    def send_note(self, ref: str, text: str) -> None:
        """Write a note and wait for nothing."""
        self._post(f"/api/v1/cases/{ref}/notes", {"text": text}, 200)

    def _post(self, path: str, body: dict[str, str], wanted: int) -> dict[str, str]:
        self.sent += 1
        key = {"Idempotency-Key": f"meanwhile-{self.sent}"}
        status, answer = self.centre.call("POST", path, key=self.key, body=body, **key)
        assert status == wanted, answer
        return dict(answer)


@pytest.fixture(scope="module")
def colleague(centre: Centre) -> Iterator[Colleague]:
    """The lead, by the API."""
    return Colleague(centre)


def at_assigned_case(new_page: NewPage, sign_in: SignIn, colleague: Colleague) -> tuple[Page, str]:
    """Be at a case that was assigned to oneself, and give the page and the case's reference."""
    page = new_page()
    sign_in(page, "agent")
    ref = colleague.open_case()
    page.goto(f"/cases/{ref}/")
    press_next(page, "接单")
    press_next(page, "分类")
    page.locator("dialog[open] select[name=category]").select_option(index=1)
    submit_dialog(page)
    press_next(page, "派单")
    submit_dialog(page)
    return page, ref


def test_a_late_answer_takes_no_typed_word(
    new_page: NewPage, sign_in: SignIn, colleague: Colleague
) -> None:
    page, _ref = at_assigned_case(new_page, sign_in, colleague)
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/do/start/", lambda route: held.append((route, route.fetch())))
    press_next(page, "开始办理")
    # The work has begun, and the page shows it before the press is answered.
    wait_for_act(page, "提交方案")
    page.locator("#case-cause").fill(CAUSE)
    page.locator("#case-solution").fill(SOLUTION)
    page.locator("#case-solution").blur()
    route, answer = held.pop()
    with page.expect_response("**/do/start/"):
        route.fulfill(response=answer)
    page.wait_for_timeout(SWAPPED_MS)
    expect(page.locator("#case-cause")).to_have_value(CAUSE)
    expect(page.locator("#case-solution")).to_have_value(SOLUTION)
    press_next(page, "提交方案")
    expect(page.locator("#case-top .btn-primary")).to_contain_text("办结")
    expect(page.locator("#case-plan")).to_contain_text(SOLUTION)


def test_a_colleagues_note_takes_no_typed_word_and_swallows_no_press(
    new_page: NewPage, sign_in: SignIn, colleague: Colleague
) -> None:
    page, ref = at_assigned_case(new_page, sign_in, colleague)
    press_next(page, "开始办理")
    wait_for_act(page, "提交方案")

    # Typed and left: nobody is in the fields when the case changes.
    page.locator("#case-cause").fill(CAUSE)
    page.locator("#case-solution").fill(SOLUTION)
    page.locator("#case-solution").blur()
    colleague.write_note(ref, page)
    expect(page.locator("#case-cause")).to_have_value(CAUSE)
    expect(page.locator("#case-solution")).to_have_value(SOLUTION)
    # Nothing of the form itself is newer, so nothing is offered.
    assert page.locator("#sw-toasts", has_text="更新").count() == 0
    keep(page, "meanwhile-01-typed")

    # The case changes while the button is down.
    button = wait_for_act(page, "提交方案")
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with page.expect_response(re.compile(f"/cases/{ref}/parts/")):
        page.mouse.down()
        colleague.send_note(ref, "商户已回复")
    page.mouse.up()
    expect(page.locator("#case-top .btn-primary")).to_contain_text("办结")
    expect(page.locator("#case-plan")).to_contain_text(SOLUTION)
    expect(page.locator("#case-story")).to_contain_text("商户已回复")


def test_an_answer_stays_until_the_next_press(
    new_page: NewPage, sign_in: SignIn, colleague: Colleague
) -> None:
    page, ref, held = press_too_late(new_page, sign_in, colleague)
    # The answer comes to a button that is still there.
    page.route("**/parts/**", lambda route: route.abort())
    colleague.accept(ref)
    held.pop().continue_()
    told = page.locator("#case-top [role=alert]")
    expect(told).to_contain_text("叶敏")
    page.unroute("**/parts/**")
    colleague.write_note(ref, page)
    expect(told).to_contain_text("叶敏")
    keep(page, "meanwhile-02-told")


def test_an_answer_is_told_though_its_place_has_gone(
    new_page: NewPage, sign_in: SignIn, colleague: Colleague
) -> None:
    page, ref, held = press_too_late(new_page, sign_in, colleague)
    colleague.accept(ref)
    expect(page.locator("#case-top")).to_contain_text("首问 叶敏")
    held.pop().continue_()
    expect(page.locator("#sw-toasts .sw-bad")).to_contain_text("叶敏")
    expect(page.locator("#case-top [role=alert]")).to_have_count(0)


def test_what_is_said_while_a_page_arrives_is_shown(
    new_page: NewPage, sign_in: SignIn, colleague: Colleague
) -> None:
    page = new_page()
    ref = colleague.open_case()
    sign_in(page, "agent")
    page.add_init_script(LATE_LINE)
    page.goto(f"/cases/{ref}/")
    colleague.write_note(ref, page)


def press_too_late(
    new_page: NewPage, sign_in: SignIn, colleague: Colleague
) -> tuple[Page, str, list[Route]]:
    """Have the agent accept a case; give the page, the case and what the press sent, held."""
    new_page.expect(CUT)
    page, held = new_page(), list[Route]()
    ref = colleague.open_case()
    sign_in(page, "agent")
    page.goto(f"/cases/{ref}/")
    page.route("**/do/accept/", lambda route: held.append(route))
    with page.expect_request("**/do/accept/"):
        press_next(page, "接单")
    page.wait_for_timeout(HELD_MS)
    return page, ref, held
