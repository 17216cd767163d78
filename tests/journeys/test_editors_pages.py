"""Every page of the knowledge room and the customers' letters in both languages and lights."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_in_both_lights

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_an_editor_sees(
    new_page: NewPage, staff: Callable[[str, str], Page], language: str
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    editor, admin = (staff(login, language) for login in ("editor", "admin"))
    editor.goto("/knowledge/?q=nianfei")
    editor.locator("main a[href*='/knowledge/know_']").first.click()
    editor.wait_for_url(re.compile("/knowledge/know_"))
    article = re.sub(r"[?#].*", "", editor.url)
    tour = [
        ("knowledge", editor, "/knowledge/"),
        ("knowledge-found", editor, "/knowledge/?q=nianfei"),
        ("knowledge-nothing", editor, "/knowledge/?q=qqqq"),
        ("knowledge-work", editor, "/knowledge/work/"),
        ("knowledge-requests", editor, "/knowledge/requests/"),
        ("knowledge-areas", editor, "/knowledge/areas/"),
        ("knowledge-new", editor, "/knowledge/new/"),
        ("article", editor, article),
        ("article-compare", editor, f"{article}compare/"),
        ("article-edit", editor, f"{article}edit/"),
        ("letters", admin, "/demo/inbox/"),
    ]
    for name, page, path in tour:
        page.goto(path)
        look_in_both_lights(page, name, language=language, faults=faults)
    assert faults == [], "\n".join(faults)
