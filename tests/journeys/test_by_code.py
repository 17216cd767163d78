"""A customer comes in by a one-time code, asks by the form, and urges."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_in_both_lights
from tests.live import Centre

pytestmark = pytest.mark.journey
# One each: a code may be asked for only so often.
PHONES = {"zh-CN": "13800001037", "en": "13800001074"}
URGED = {"zh-CN": "您催办了一次", "en": "You asked us to hurry"}
PATIENCE_SECONDS = 20


def code_in(outbox: Path, phone: str) -> str:
    """Read the newest code that the reference letterbox has written to a phone."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        letters = sorted(outbox.glob("*.json"), key=lambda path: path.stat().st_mtime)
        to_phone = [one for one in map(_letter, letters) if one["address"] == phone]
        if to_phone:
            found = re.search(r"[0-9]{6}", to_phone[-1]["words"])
            assert found is not None
            return found.group()
        time.sleep(0.1)
    raise AssertionError("No code came")


def _letter(path: Path) -> dict[str, str]:
    letter: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return letter


LARGE = {"zh-CN": "一次最多提交10MB", "en": "10 MB can be sent at once"}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_customer_by_a_code(centre: Centre, new_page: NewPage, language: str) -> None:
    new_page.expect(OF_AXE)
    page = new_page(width=390, height=844, language=language)
    faults: list[str] = []

    def see(name: str) -> None:
        look_in_both_lights(page, f"{name}-390", language=language, faults=faults)

    page.goto("/me/enter/?institution=bank")
    see("enter")
    page.fill("#address", PHONES[language])
    page.press("#address", "Enter")
    page.wait_for_url("**/me/code/")
    see("code")
    page.fill("#code", code_in(centre.home / "outbox", PHONES[language]))
    page.press("#code", "Enter")
    page.wait_for_url("**/me/")
    see("own")
    page.goto("/ask/")
    page.locator("label:has(input[value=COMPLAINT])").click()
    page.locator("label:has(input[name=area])").first.click()
    page.fill("#title", "附属卡已注销仍扣年费")
    page.fill("#text", "附属卡去年12月已注销，今年6月又扣了300元年费。")
    page.fill("#wish", "退还300元年费")
    see("ask")
    page.locator("footer button").click()
    expect(page.locator("#send-form")).to_contain_text("附属卡已注销仍扣年费")
    see("ask-again")
    # What is too large is named at once, and nothing that was typed is lost by it.
    large = {"name": "1.png", "mimeType": "image/png", "buffer": b"x" * 11_000_000}
    page.locator("#file").set_input_files(large)
    expect(page.locator("#file-large")).to_contain_text(LARGE[language])
    expect(page.locator("#file")).to_have_value("")
    see("ask-file-large")
    small = {"name": "1.txt", "mimeType": "text/plain", "buffer": "六月账单".encode()}
    page.locator("#file").set_input_files(small)
    expect(page.locator("#file-large")).to_have_count(0)
    page.locator("footer button").click()
    page.wait_for_url("**/asked")
    expect(page.locator(".sw-po-number")).to_have_text(re.compile("GD[0-9]+"))
    see("asked")
    page.locator("main .btn-primary").click()
    page.locator("form[action$='/urge'] button").click()
    expect(page.locator("aside .sw-tl")).to_contain_text(URGED[language])
    see("own-case")
    page.goto("/help/?institution=bank&q=nianfei")
    see("help")
    page.locator(".sw-po-list a").first.click()
    page.locator(".sw-po-vote button[value=yes]").click()
    expect(page.locator(".sw-po-vote button[value=yes]")).to_have_attribute("aria-pressed", "true")
    see("help-article")
    assert faults == [], "\n".join(faults)
