"""Somebody new is taken in by an administrator, chooses a password by the link, and signs in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage, keep
from tests.journeys.looks import OF_AXE, look_in_both_lights

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
PASSWORD = "yulan-shan-7-qiao"


def test_an_invited_person_comes_in(new_page: NewPage, sign_in: SignIn) -> None:
    # A link that is spent answers 410; the browser says so itself.
    new_page.expect(OF_AXE, r"status of (410|422)")
    admin = new_page(width=1280)
    sign_in(admin, "admin")
    admin.goto("/console/system/people/new/")
    for field, words in (("name", "许晴川"), ("staff_no", "N0907"), ("username", "xu.qc7")):
        admin.locator(f"main [name={field}]").fill(words)
    admin.locator("#pn-unit").select_option(index=1)
    admin.locator("main button.btn-primary").click()
    link = admin.locator("#link").input_value()

    newcomer = new_page(width=1280)
    newcomer.goto(link)
    faults: list[str] = []
    look_in_both_lights(newcomer, "invitation", language="zh-CN", faults=faults)
    newcomer.locator("#password").fill("123")
    newcomer.locator("button.btn-primary").click()
    expect(newcomer.locator("#password[aria-invalid=true]")).to_be_visible()
    newcomer.locator("#password").fill(PASSWORD)
    newcomer.locator("button.btn-primary").click()
    newcomer.wait_for_url("**/accounts/login/")
    newcomer.locator("input[name=login]").fill("xu.qc7")
    newcomer.locator("input[name=password]").fill(PASSWORD)
    newcomer.locator("button.btn-primary").click()
    newcomer.wait_for_url(lambda url: "/accounts/login/" not in url)
    keep(newcomer, "invited-in")

    spent = new_page(width=1280)
    spent.goto(link)
    expect(spent.locator("body")).to_contain_text(re.compile("邀请"))
    look_in_both_lights(spent, "invitation-spent", language="zh-CN", faults=faults)
    assert faults == [], "\n".join(faults)
