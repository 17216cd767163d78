"""The pages behind the first ones, in both languages and lights: settings, lists, forms, doors."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_in_both_lights

pytestmark = pytest.mark.journey
SYSTEM = "/console/system/"
# The demo's own cases, which have a customer: other journeys leave some without.
ASKED = "/cases/?view=all&category=transfer-wrong&state=IN_PROGRESS"


def behind(page: Page, listed: str, link: str, *, keep: bool = False) -> str:
    """Give the address of the first link the selector finds; keep what it asks, or leave it off."""
    page.goto(listed)
    address = page.locator(link).first.get_attribute("href") or ""
    return address if keep else re.sub(r"[?#].*", "", address)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_pages_behind(
    new_page: NewPage, staff: Callable[[str, str], Page], language: str
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    logins = ("lead", "admin", "complaints")
    lead, admin, handler = (staff(login, language) for login in logins)
    complaint = behind(handler, "/complaints/?view=all", "td a[data-row]")
    of_customer = behind(lead, ASKED, "td a[data-row]")
    customer = behind(lead, of_customer, "main a[href*='/customers/cust_']")
    person = behind(admin, f"{SYSTEM}people/", "main a[href*='/people/pers_']")
    unit = behind(admin, f"{SYSTEM}units/", "main a[href*='/units/unit_']")
    survey = behind(admin, f"{SYSTEM}surveys/", "main a[href*='/surveys/srv_']")
    survey = re.sub(r"(srv_[^/]+/).*", r"\1", survey)
    reference = re.sub(r".*/(pers_[^/]+)/.*", r"\1", person)
    leaver = f"/console/team/{reference}/work/"
    counted = behind(lead, "/improvement/", "main a[href*='/improvement/behind/']", keep=True)
    tour = [
        ("complaint-notice-words", lead, "/complaints/notice-words/"),
        ("complaint-redress-levels", lead, "/complaints/redress-levels/"),
        ("complaint-triggers", lead, "/complaints/triggers/"),
        ("complaint-proposals", lead, "/complaints/proposals/"),
        ("complaint-held", handler, "/complaints/held/"),
        ("complaint-together", handler, f"{complaint}together/"),
        ("case-tasks", handler, "/cases/tasks/"),
        ("customer-merge", lead, f"{customer}merge/"),
        ("analysis", lead, "/improvement/"),
        ("analysis-behind", lead, counted),
        ("accountability", handler, "/improvement/accountability/"),
        ("causes", lead, "/improvement/causes/"),
        ("issues", lead, "/improvement/issues/"),
        ("look-back", lead, "/improvement/look-back/"),
        ("warning-notices", lead, "/improvement/notices/"),
        ("warnings", lead, "/improvement/warnings/"),
        ("team-work", lead, leaver),
        ("system-person", admin, person),
        ("system-unit", admin, unit),
        ("system-unit-open", admin, f"{SYSTEM}units/open/"),
        ("system-queue-new", admin, f"{SYSTEM}queues/new/"),
        ("system-category-top", admin, f"{SYSTEM}categories/new/"),
        ("survey-results", admin, f"{survey}results/"),
        ("survey-preview", admin, f"{survey}preview/"),
        ("second-step", handler, "/accounts/2fa/"),
        ("password", handler, "/accounts/password/change/"),
    ]
    for name, page, path in tour:
        answer = page.goto(path)
        assert answer, name
        assert answer.status == 200, f"{name}: {path}"
        look_in_both_lights(page, name, language=language, faults=faults)
    assert faults == [], "\n".join(faults)
