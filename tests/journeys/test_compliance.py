"""A compliance officer reports on complaints: looks behind a figure, freezes, takes the files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_at
from tests.live import Centre

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]


def _taken(page: Page, kind: str) -> bytes:
    """Press the button of a file and give what arrives."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=kind, exact=True).click()
    return waiting.value.path().read_bytes()


def test_a_report_is_read_looked_behind_frozen_and_taken_along(
    centre: Centre, new_page: NewPage, sign_in: SignIn
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    officer = new_page()
    sign_in(officer, "complaints")
    officer.locator("nav a[href='/improvement/']").click()
    expect(officer.locator("h1")).to_contain_text("投诉分析报告")
    # The demo's complaints came in the last three days, which may be of two months.
    officer.goto("/improvement/?period=30d")
    look_at(officer, "complaint-report", language="zh-CN", dark=False, faults=faults)
    received = officer.locator("li.sw-kpi", has_text="收到投诉").locator("a.sw-v")
    counted = int(received.inner_text().split()[-1])
    assert counted > 0
    received.click()
    expect(officer.locator("tbody tr")).to_have_count(min(counted, 30))
    officer.get_by_role("link", name="返回报表").click()

    officer.locator("#return-title").fill("月度投诉通报")
    officer.get_by_role("button", name="封存当前数字").click()
    expect(officer.locator(".sw-note")).to_contain_text("与摘要一致")
    look_at(officer, "complaint-return", language="zh-CN", dark=True, faults=faults)
    first, again = _taken(officer, "PDF"), _taken(officer, "PDF")
    assert first.startswith(b"%PDF-")
    assert first == again
    assert _taken(officer, "XLSX").startswith(b"PK")

    officer.goto("/improvement/?period=30d")
    expect(officer.locator("#returns-head")).to_be_visible()
    expect(officer.get_by_role("link", name="月度投诉通报")).to_be_visible()

    # Whoever audits reads it all, and freezes nothing.
    auditor = new_page()
    sign_in(auditor, "auditor")
    auditor.goto("/improvement/?period=30d")
    expect(auditor.get_by_role("link", name="月度投诉通报")).to_be_visible()
    expect(auditor.locator("#return-title")).to_have_count(0)
    assert not faults, "\n".join(faults)
