"""A centre and a browser for people's ways through; screenshots are kept in `artefacts/`."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests import run
from tests.journeys.people import Visitor
from tests.live import ROOT, Centre, founded, free_port
from tests.several import SeveralProcesses

CHROMIUM = run.browser()
ARTEFACTS = ROOT / "artefacts" / "journeys"
# Where those look first who see no case.
HOMES = {
    "editor": "/knowledge/",
    "trainer": "/knowledge/",
    "auditor": "/console/audit/",
    "admin": "/console/system/people/",
}
STAFF_WIDTH = 1280
# Journeys run beside each other: what takes how long is measured by the bench, not here.
expect.set_options(timeout=15_000)
FAILED = pytest.StashKey[bool]()
LEFT = r"^htmx:(sendAbort|afterRequest), "
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def other_site() -> str:
    """The address of another site on this machine that may embed the chat."""
    return f"http://localhost:{free_port()}"


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory, other_site: str) -> Iterator[Centre]:
    """One demo centre for all journeys: one process, or several with SHOUWEN_JOURNEYS=several."""
    kind = SeveralProcesses if os.environ.get("SHOUWEN_JOURNEYS") == "several" else Centre
    settings = {"SHOUWEN_WIDGET_ORIGINS": other_site}
    home = tmp_path_factory.mktemp("centre")
    if kind is Centre:
        founded(home)
    running = kind(home, settings=settings).start()
    yield running
    status = running.stop()
    assert status == 0, running.log()[-2000:]
    assert "Traceback" not in running.log(), running.log()[-4000:]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


class NewPage:
    """Opens pages in browsers of their own and hears everything their consoles complain of."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser = browser
        self.base = base
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def __call__(
        self, *, width: int = 1440, height: int = 900, dark: bool = False, language: str = "zh-CN"
    ) -> Page:
        """Open an empty page of this size, colour scheme and language."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale=language,
            base_url=self.base,
        )
        self.contexts.append(context)
        return self.beside(context)

    def beside(self, context: BrowserContext) -> Page:
        """Open another page in the same browser, as the same person."""
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _heard(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.complaints.append(f"{line.text} {line.location.get('url', '')}")

    def expect(self, *patterns: str) -> None:
        """Name what the browser itself will say of a refusal or a cut that this journey means."""
        self.expected += patterns

    def unexpected(self) -> list[str]:
        """Give the complaints that no journey meant.

        Who leaves a page cuts what it was fetching, and htmx says so; what fails otherwise is
        told by other words as well.
        """
        return [
            line
            for line in self.complaints
            if not any(re.search(pattern, line) for pattern in (LEFT, *self.expected))
        ]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember of a journey whether it failed, for what clears up after it."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


def leave_chats(opened: NewPage) -> None:
    """End the chats that are still open, so that one failed journey does not fail the next."""
    for page in (page for context in opened.contexts for page in context.pages):
        if page.locator("[data-end]").is_visible():
            Visitor(page).leave()
            page.locator("[data-end]").wait_for(state="hidden")


@pytest.fixture
def new_page(browser: Browser, centre: Centre, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Open pages in browsers of their own; any console or policy error fails the journey."""
    opened = NewPage(browser, centre.url)
    yield opened
    if request.node.stash.get(FAILED, False):
        with contextlib.suppress(PlaywrightError):
            leave_chats(opened)
    # A page that is closed cuts its own fetches and complains of that.
    unexpected = opened.unexpected()
    for context in opened.contexts:
        context.close()
    assert unexpected == []


@pytest.fixture
def give_password(centre: Centre) -> Callable[[Page, str], None]:
    """Give a demo person's name and password at the door, whatever follows."""

    def give(page: Page, login: str) -> None:
        page.goto("/accounts/login/")
        page.get_by_label("用户名").or_(page.get_by_label("Username")).first.fill(login)
        page.locator("input[type=password]").fill(centre.password)
        page.locator("input[type=password]").press("Enter")

    return give


@pytest.fixture
def sign_in(give_password: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    """Sign a demo person in and land on their home page."""

    def enter(page: Page, login: str) -> None:
        give_password(page, login)
        page.wait_for_url(lambda url: "/accounts/" not in url)

    return enter


def speak(page: Page, path: str, language: str) -> None:
    """Choose the language in one's own menu on this page; it stays with the person."""
    wanted = "en" if language == "en" else "zh-hans"
    page.goto(path)
    if page.locator("html").get_attribute("lang") == wanted:
        return
    page.locator(".sw-me").click()
    page.locator(f"#sw-menu button[name=value][value={wanted}]").click()
    expect(page.locator("html")).to_have_attribute("lang", wanted)


@pytest.fixture
def staff(
    new_page: NewPage, sign_in: Callable[[Page, str], None]
) -> Iterator[Callable[[str, str], Page]]:
    """Sign people in who speak the asked language, and Chinese again afterwards."""
    came: list[tuple[Page, str]] = []

    def enter(login: str, language: str) -> Page:
        page = new_page(width=STAFF_WIDTH, height=800, language=language)
        sign_in(page, login)
        came.append((page, HOMES.get(login, "/cases/")))
        speak(*came[-1], language)
        return page

    yield enter
    for page, path in came:
        speak(page, path, "zh-CN")


def keep(page: Page, name: str) -> Path:
    """Keep a screenshot as a build artefact."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=str(path))
    return path
