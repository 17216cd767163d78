"""A table of complaints: the sample, what is wrong with which line, and the good ones taken in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect

from shouwen.ground.kernel.time import SHANGHAI
from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_in_both_lights
from tests.live import Centre

pytestmark = pytest.mark.journey
# The browser's own line about the file that this journey means to be refused.
REFUSED = r"status of 422"
HEADS = "外部编号,收到时间,事由,投诉内容,诉求,投诉人,联系方式"
WORDS = {
    "zh-CN": (
        "无法识别列名“星座”",
        "请填写投诉人的诉求。",
        "导入1行",
        "已导入",
        "一次最多提交10MB",
    ),
    "en": (
        "The heading “星座” is not known.",
        "Write down what the complainant demands.",
        "Take in 1 line",
        "Taken in",
        "10 MB can be sent at once",
    ),
}


def a_file(*lines: str) -> FilePayload:
    """Write a table."""
    data = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    return {"name": "complaints.csv", "mimeType": "text/csv", "buffer": data}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_table_is_checked_corrected_and_taken_in(
    centre: Centre, new_page: NewPage, staff: Callable[[str, str], Page], language: str
) -> None:
    new_page.expect(REFUSED, OF_AXE)
    faults: list[str] = []
    heading, missing, take, done, large = WORDS[language]
    page = staff("complaints", language)

    def see(name: str) -> None:
        look_in_both_lights(page, name, language=language, faults=faults)

    page.goto("/complaints/")
    page.locator("a[href='/complaints/imports/']").click()
    page.wait_for_url("**/complaints/imports/")
    field, check = page.locator("#sw-import-file"), page.locator(".sw-import-upload button")
    field.set_input_files({**a_file(), "buffer": b"x" * 11_000_000})
    expect(page.locator("#sw-import-file-large")).to_contain_text(large)
    expect(field).to_have_value("")
    see("complaint-table-large")
    field.set_input_files(a_file("外部编号,星座", "1,狮子"))
    expect(page.locator("#sw-import-file-large")).to_have_count(0)
    check.click()
    expect(page.locator("#sw-import-file-error")).to_contain_text(heading)
    see("complaint-table-refused")
    received = (datetime.now(UTC) - timedelta(hours=1)).astimezone(SHANGHAI)
    when = received.strftime("%Y-%m-%d %H:%M")
    subject = "导入表中的投诉" + {"zh-CN": "甲", "en": "乙"}.get(language, "丙")
    page.locator("#sw-import-file").set_input_files(
        a_file(
            HEADS,
            f"W-{language}-1,{when},{subject},年费被扣收两次。,退还年费。,许远,13800004409",
            f"W-{language}-2,{when},重复扣费,年费被扣收两次。,,许远,13800004409",
        )
    )
    page.locator(".sw-import-upload button").click()
    page.wait_for_url(re.compile("/complaints/imports/cimp_"))
    expect(page.locator("main table")).to_contain_text(missing)
    see("complaint-table-checked")
    page.get_by_role("button", name=take).click()
    expect(page.locator("main h1")).to_have_text(done, timeout=30_000)
    see("complaint-table-done")
    page.goto("/complaints/?view=all")
    page.locator("tr", has_text=subject).locator("a[data-row]").first.click()
    expect(page.locator("#complaint-body")).to_contain_text(f"W-{language}-1")
    see("complaint-table-one")
    assert faults == [], "\n".join(faults)
