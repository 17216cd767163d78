"""Nobody is there: a customer reads the hours, leaves a message, and follows the case it became."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewPage, keep
from tests.live import Centre

pytestmark = pytest.mark.journey
HOURS = "/api/v1/queues/online/hours"
# The browser's own line about an entry that the journey means to be refused.
REFUSED = "status of 422"
TEXT = "保单受益人填错了，想更正。"


@pytest.fixture
def closed_insurer(centre: Centre) -> Iterator[str]:
    """Close the insurer's first queue today, and open it again afterwards; give a lead's key."""
    admin = centre.key("admin", "insurer")

    def set_hours(**hours: object) -> None:
        _status, held = centre.call("GET", HOURS, key=admin)
        body = {"revision": held["revision"], **hours}
        status, answer = centre.call("PUT", HOURS, key=admin, body=body)
        assert status == 200, answer

    in_three_days = str((datetime.now(UTC) + timedelta(days=3)).weekday())
    set_hours(hours="OWN", week={in_three_days: [["09:00", "18:00"]]}, keeps_holidays=False)
    yield centre.key("lead", "insurer")
    set_hours(hours="ALWAYS")


def test_a_message_left_at_night_is_followed_as_a_case(
    centre: Centre, new_page: NewPage, closed_insurer: str
) -> None:
    new_page.expect(REFUSED)
    page = new_page(width=390, height=844)
    page.goto("/chat/insurer/")
    expect(page.locator("[data-line]")).to_contain_text("现在不在服务时间")
    keep(page, "chat-closed-390-zh")
    page.get_by_role("button", name="留言", exact=True).click()
    page.get_by_label("您的称呼").fill("韩梅")
    page.locator("[data-leave] [name=text]").fill(TEXT)
    page.get_by_role("button", name="提交留言").click()
    expect(page.locator("[data-leave-says]")).to_contain_text("请填写手机号或邮箱")
    page.get_by_label("手机号").fill("13800002345")
    keep(page, "chat-leaving-390-zh")
    page.get_by_role("button", name="提交留言").click()
    expect(page.locator("[data-left-words]")).to_contain_text("您的留言已登记")
    expect(page.get_by_role("log")).to_contain_text(TEXT)
    expect(page.get_by_role("log")).to_contain_text("您的留言已登记")
    keep(page, "chat-left-390-zh")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="查看办理进度").click()
    opened.value.locator("form .btn-primary").click()
    expect(opened.value.locator("main")).to_contain_text("客户留言")
    status, found = centre.call("GET", "/api/v1/cases?view=all", key=closed_insurer)
    assert status == 200
    assert any("客户留言" in case["title"] for case in found["items"])
