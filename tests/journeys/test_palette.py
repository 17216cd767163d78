"""Ctrl K from any page: a place, an act, a case and a customer, by keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import looks
from tests.journeys.conftest import NewPage, keep

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# What axe sets on the page for its own measuring.
OF_AXE = r"^Applying inline style violates .* $"


def _chosen(page: Page) -> Locator:
    return page.locator("#sw-palette [role=option][aria-selected=true]")


def _open(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#sw-palette input[type=search]")).to_be_focused()
    # The places are there, so that what is typed is looked for among them too.
    page.locator("#sw-palette-home [role=option]").first.wait_for()
    page.keyboard.type(words)


@pytest.mark.parametrize("dark", [False, True])
def test_everything_is_one_key_away(new_page: NewPage, sign_in: SignIn, dark: bool) -> None:
    new_page.expect(OF_AXE)
    page = new_page(dark=dark)
    sign_in(page, "agent")
    page.goto("/knowledge/")

    # A place, by the initials of its name.
    _open(page, "hf")
    expect(_chosen(page)).to_have_text("回访")
    page.keyboard.press("Enter")
    page.wait_for_url("**/callbacks/")

    # A case by its words; what is found comes first, the arrows lead on.
    page.goto("/cases/?view=all")
    number = page.locator("table a").first.inner_text()
    _open(page, number)
    expect(_chosen(page)).to_contain_text(number)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    keep(page, f"palette-{'dark' if dark else 'light'}")
    assert looks.violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/cases/case_"))

    # It is remembered, and the page's own acts stand beside it.
    _open(page, "")
    expect(page.locator("#sw-palette-home")).to_contain_text(number)
    page.keyboard.press("Escape")
    expect(page.locator("#sw-palette")).to_be_hidden()

    # A customer by the whole number, which never stands in an address.
    _open(page, "13800001037")
    expect(_chosen(page)).to_contain_text("按此号码查找客户")
    page.keyboard.press("Enter")
    expect(page.locator("#sw-palette-found")).to_contain_text("何**")
    assert "13800001037" not in page.content().replace('value="13800001037"', "")
    page.keyboard.press("Escape")
