"""A program is let in by two persons, calls, and is shut out again."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.live import Centre

pytestmark = pytest.mark.journey


def test_a_program_is_let_in_and_shut_out(
    centre: Centre, new_page: NewPage, sign_in: Callable[[Page, str], None]
) -> None:
    page = new_page()
    sign_in(page, "admin")
    page.goto("/console/system/keys/")
    page.locator("header a[href$='/keys/new/']").click()
    page.locator("#key-name").fill("夜间报表")
    page.locator("#key-role").select_option("trainer")
    page.locator("#key-minute").fill("90")
    page.locator("#key-reason").fill("每晚取数")
    page.locator("form.card .btn-primary").click()
    token = page.locator("#key-token").input_value()
    # Copying is a script's work: it is there once the page is loaded.
    page.wait_for_load_state()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy]").click()
    expect(page.locator(".sw-toast")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == token

    def call() -> int:
        asked = urllib.request.Request(
            f"{centre.url}/api/v1/knowledge", headers={"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code

    assert call() == 401
    second = new_page()
    sign_in(second, "risk")
    second.goto("/approvals/")
    asked = second.locator("#approval-list li", has_text="夜间报表")
    asked.locator("input[name=opinion]").fill("权限最小，同意。")
    asked.locator(".btn-primary").click()
    expect(asked).to_have_count(0)
    assert call() == 200
    page.locator("section.card .btn-primary").click()
    page.locator("[data-dialog='key-revoke']").click()
    page.locator("#key-revoke .btn-danger").click()
    page.wait_for_url("**/?done=revoked")
    assert call() == 401
