"""Somebody is held accountable: proposed, heard, investigated, determined, each by another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_at, look_in_both_lights

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
Staff = Callable[[str, str], Page]
HOME = "/improvement/accountability/"


def test_a_person_is_heard_before_they_are_found_accountable(
    new_page: NewPage, sign_in: SignIn, staff: Staff
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    officer, person, inspector, decider = (new_page() for _ in range(4))
    sign_in(officer, "complaints")
    officer.goto("/complaints/?view=all")
    number = officer.locator("td a[data-row]").first.inner_text()
    officer.goto(HOME)
    look_in_both_lights(officer, "accountabilities", language="zh-CN", faults=faults)
    sign_in(person, "agent")
    officer.locator("#ac-complaint").fill(number)
    officer.locator("#ac-person").fill("80317")
    officer.locator("#ac-conduct").select_option("BUCK_PASSING")
    officer.locator("#ac-grounds").fill("三次转办，均未处理。")
    officer.get_by_role("button", name="提出追责建议").click()
    expect(officer.locator("main")).to_contain_text("建议追责")
    address = officer.url

    person.locator("[popovertarget=sw-menu]").click()
    person.get_by_role("link", name="与我有关的追责").click()
    person.get_by_role("link", name=number).click()
    expect(person.locator("main")).to_contain_text("投诉处理部门")
    person.locator("#ac-STATE").fill("当日系统故障，已向班长报告。")
    look_in_both_lights(person, "accountability-own", language="zh-CN", faults=faults)
    person.get_by_role("button", name="提交陈述").click()
    expect(person.locator("#ac-STATE")).to_have_count(0)

    sign_in(inspector, "inspector")
    inspector.goto(address)
    inspector.locator("#ac-INVESTIGATE").fill("系统故障属实，但次日未继续处理。")
    inspector.get_by_role("button", name="完成调查").click()
    sign_in(decider, "risk")
    decider.goto(address)
    look_at(decider, "accountability", language="zh-CN", dark=False, faults=faults)
    decider.locator("#ac-DETERMINE").fill("次日推诿属实，依投诉处理指南追责。")
    decider.get_by_role("button", name="认定追责", exact=True).click()
    expect(decider.locator("main")).to_contain_text("已认定")

    reader = staff("complaints", "en")
    for name, path in (("accountabilities", HOME), ("accountability", address)):
        reader.goto(path)
        look_at(reader, name, language="en", dark=True, faults=faults)
    assert not faults, "\n".join(faults)
