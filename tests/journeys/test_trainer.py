"""A trainer's day: whose qualification ends, what colleagues should know, and what is missing.

What is missing an editor writes, a lead approves, and the trainer finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from shouwen.ground.kernel import time
from shouwen.ground.kernel.time import day_of
from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_in_both_lights

pytestmark = pytest.mark.journey
DOORS = ("/knowledge/", "/wallboard/", "/reports/", "/console/rules/", "/console/system/")
SHUT = ("/desk/", "/cases/", "/complaints/", "/console/audit/", "/console/system/people/")
TRAINER = "汪哲"


def write_what_is_missing(editor: Page, missing: str) -> str:
    """Let the editor write the article that was asked for, and hand it in; give its address."""
    editor.goto("/knowledge/requests/")
    asked = editor.locator(".sw-know-hit", has_text=missing)
    expect(asked).to_contain_text(TRAINER)
    asked.locator("a[href*='/new/?request=']").click()
    editor.locator("#kn-title").fill(missing)
    for field in ("topic", "category"):
        choice = editor.locator(f"#kn-{field} option[value]:not([value=''])").first
        editor.locator(f"#kn-{field}").select_option(choice.get_attribute("value"))
    editor.locator("#kn-body").fill("境外取现按卡片协议的限额办理。")
    editor.locator("#kn-review").fill((day_of(time.now()) + timedelta(days=120)).isoformat())
    editor.locator("form .btn-primary[data-key='ctrl+s']").click()
    editor.wait_for_url(re.compile("/knowledge/know_"))
    # Whoever wrote it is offered no approval of it.
    expect(editor.locator("form[action$='/approve/']")).to_have_count(0)
    editor.locator("form[action$='/submit/'] .btn-primary").click()
    expect(editor.locator("form[action$='/submit/']")).to_have_count(0)
    return re.sub(r"[?#].*", "", editor.url)


@pytest.mark.parametrize(
    ("language", "missing"),
    [("zh-CN", "境外取现限额怎么解释"), ("en", "How to explain the limit of cash abroad")],
)
def test_a_trainer_finds_what_to_teach(
    new_page: NewPage, staff: Callable[[str, str], Page], language: str, missing: str
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []

    def look(name: str) -> None:
        look_in_both_lights(trainer, f"trainer-{name}", language=language, faults=faults)

    # The doors are those of the trainer's work, and no customer's matter is behind any.
    trainer = staff("trainer", language)
    rail = trainer.locator(".sw-rail")
    for door in DOORS:
        expect(rail.locator(f"a[href='{door}']")).to_have_count(1)
    for shut in SHUT:
        expect(rail.locator(f"a[href='{shut}']")).to_have_count(0)
        assert trainer.request.get(shut).status == 403

    # The wall leads to no case either.
    trainer.goto("/wallboard/")
    expect(trainer.locator("#wall-figures")).to_be_visible()
    expect(trainer.locator("a[href='/cases/']")).to_have_count(0)

    # Whose certificate ends and who is guided by whom says who is taught next.
    trainer.goto("/knowledge/")
    rail.locator("a[href='/console/system/']").click()
    trainer.wait_for_url("**/console/system/qualifications/")
    ending = trainer.locator("main tr", has_text="XD-2022-0031")
    expect(ending).to_contain_text("叶敏")
    expect(ending.locator("a")).to_have_count(0)
    expect(trainer.locator("main .sw-system-list a")).to_have_count(1)
    look("qualifications")

    # What colleagues are to say is read, and found of use.
    trainer.goto("/knowledge/?q=nianfei")
    trainer.locator("main a[href*='/knowledge/know_']").first.click()
    trainer.wait_for_url(re.compile("/knowledge/know_"))
    trainer.locator("button[name=useful][value=yes]").click()
    expect(trainer.locator("button[name=useful][value=yes]")).to_have_attribute(
        "aria-pressed", "true"
    )
    look("article")

    # What is missing is asked for, written by an editor, approved by a lead, and then found.
    trainer.goto(f"/knowledge/requests/?words={missing}")
    trainer.locator("#ask-note").fill("新人培训第二周")
    trainer.locator(".sw-know-ask button.btn-primary").click()
    trainer.wait_for_url("**/knowledge/requests/?done=asked")
    look("asked")
    article = write_what_is_missing(staff("editor", language), missing)
    lead = staff("lead", language)
    lead.goto("/knowledge/work/")
    lead.locator("main a[href*='/knowledge/know_']", has_text=missing).click()
    lead.locator("form[action$='/approve/'] .btn-primary").click()
    expect(lead.locator("form[action$='/approve/']")).to_have_count(0)
    trainer.goto(article)
    expect(trainer.locator("main")).to_contain_text(missing)
    trainer.goto("/knowledge/requests/")
    expect(trainer.locator("main a[href*='/knowledge/know_']", has_text=missing)).to_be_visible()

    # Figures by person show whom a course would help; they are taken along as a table.
    trainer.goto("/reports/?period=30d")
    trainer.locator(".sw-rp-lines a[href*='by=person']").first.click()
    expect(trainer.locator(".sw-rp-scroll tbody tr").first).to_be_visible()
    expect(trainer.locator("main a[href*='/reports/behind/']")).to_have_count(0)
    look("figures")
    with trainer.expect_download() as waiting:
        trainer.locator("a.sw-rp-file[href*='.csv']").click()
    assert waiting.value.suggested_filename.endswith(".csv")

    # The clauses that courses teach are there to read, and not to change.
    trainer.goto("/console/rules/of/HB-1.2-04/")
    look("clause")
    assert faults == [], "\n".join(faults)
