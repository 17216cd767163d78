"""An agent finds a customer, sees what to heed, and puts a refusal on record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looks
from tests.journeys.conftest import NewPage
from tests.live import Centre

pytestmark = pytest.mark.journey
OF_AXE = r"^Applying inline style violates .* $"
# The demo's first customer, who has wishes.
PHONE = "13800001000"


def test_a_file_is_found_read_and_added_to(
    centre: Centre, new_page: NewPage, sign_in: Callable[[Page, str], None]
) -> None:
    new_page.expect(OF_AXE)
    page = new_page(width=1440, height=900)
    sign_in(page, "agent")
    page.goto("/customers/")
    page.locator("#cust-q").fill(PHONE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/cust_*/**")
    assert PHONE not in page.url
    expect(page.locator("#customer-file .sw-note").first).to_contain_text("语速放慢")
    page.locator("button[hx-get*='/ask/consent/']").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("#dlg-purpose").select_option("ANY")
    dialog.locator("input[name=answer][value=no]").check()
    dialog.locator("#dlg-evidence").select_option("RECORDING")
    dialog.locator("#dlg-evidence-ref").fill("REC-20260616-0031")
    assert looks.violations(page) == []
    dialog.locator("footer .btn-primary").click()
    expect(page.locator("#customer-file .sw-note.sw-over")).to_contain_text("谢绝联系")
    expect(dialog).to_have_count(0)
    page.locator("#customer-story a.sw-chip", has_text="工单").click()
    expect(page.locator("#customer-story a.sw-chip[aria-current]")).to_have_text("工单")
    assert looks.violations(page) == []
