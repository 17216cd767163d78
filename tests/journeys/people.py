"""Those who walk the journeys: a customer at the chat, an agent at the desk.

Each says what a person would do there, so that a journey reads as the person's own way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

HAND_MS = 150  # nobody presses sooner than this after seeing a button
ACCEPT_MS = 15_000
NUMBER = re.compile(r"GD\d{8}-\d{5}")


def offered(body: Locator, name: str) -> Locator:
    """Give the button of an act, out of the menu of more where it is not among the first."""
    button = body.get_by_role("button", name=name, include_hidden=True)
    button.wait_for(state="attached")
    if not button.is_visible():
        body.locator("#complaint-more summary").click()
    return button


@dataclass
class Visitor:
    """A customer in the chat, on the portal, the full page or another site's frame."""

    page: Page

    @property
    def log(self) -> Locator:
        """What both sides have said."""
        return self.page.locator("[data-log]")

    def ask(self, text: str) -> None:
        """Type something and send it."""
        self.page.locator("[data-field]").fill(text)
        self.page.locator("[data-field]").press("Enter")

    def own_lines(self) -> list[str]:
        """Give the visitor's own words as the page shows them."""
        return self.page.locator(".sw-me p").all_inner_texts()

    def link(self) -> str:
        """Give the one-time link that the conversation showed last."""
        return str(self.log.locator("a[href*='/c/']").last.get_attribute("href"))

    def leave(self) -> None:
        """End the conversation."""
        self.page.locator("[data-end]").click()
        self.page.locator("[data-end-yes]").click()


@dataclass
class Agent:
    """A person at the desk, with a mouse or by keys alone."""

    page: Page

    def be_ready(self) -> None:
        """Say with F2 that contacts may come."""
        self.page.locator(".desk-presence summary").wait_for()
        if not self.page.locator("#desk-presence .sw-ready").count():
            self.choose_state("READY")

    def rest(self) -> None:
        """Say that no more contacts may come."""
        self.choose_state("OFFLINE")

    def choose_state(self, state: str) -> None:
        """Choose one's own state by keys: F2, arrows, Enter."""
        self.page.keyboard.press("F2")
        self.page.locator("#desk-states button:focus").wait_for()
        for _ in range(10):
            if self.page.locator(f"#desk-states button[value={state}]:focus").count():
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        self.page.locator("#desk-states").wait_for(state="hidden")
        chosen = f"#desk-states button[value={state}][aria-checked=true]"
        expect(self.page.locator(chosen)).to_have_count(1)

    def take_offer(self) -> str:
        """Take what is offered with F8 and give the contact's reference."""
        self.page.locator("[data-offer]").first.wait_for(timeout=ACCEPT_MS)
        before = self.page.url
        self.page.keyboard.press("F8")
        self.page.wait_for_url(lambda url: "/desk/contacts/" in url and url != before)
        self.composer.wait_for()
        return self.page.url.rstrip("/").rsplit("/", 1)[1]

    @property
    def composer(self) -> Locator:
        """Where the reply is written."""
        return self.page.locator("textarea[name=body]")

    @property
    def log(self) -> Locator:
        """What both sides have said."""
        return self.page.locator("#desk-lines")

    def say(self, text: str) -> None:
        """Write a reply and send it with Enter."""
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.log).to_contain_text(text)

    def customer_lines(self) -> list[str]:
        """Give what the customer has said, as the desk shows it."""
        return self.log.locator(".sw-bub:not(.sw-me) p").all_inner_texts()

    def leave_note(self, text: str, mention: str = "") -> None:
        """Leave an internal note by keys, and name a colleague whom it asks to look."""
        self.page.keyboard.press("Alt+i")
        dialog = self.page.locator("#desk-note-dialog[open]")
        dialog.locator("textarea").fill(text)
        if mention:
            dialog.locator("[type=search]").fill(mention)
            dialog.locator("label", has_text=mention).locator("input").check()
        submit_dialog(self.page)
        expect(self.log.locator(".desk-note").last).to_contain_text(text)

    def pass_on(self, to: str, summary: str) -> None:
        """Pass the open conversation on to a colleague in the three steps."""
        self.page.keyboard.press("Alt+t")
        dialog = self.page.locator("#desk-transfer-dialog[open]")
        dialog.locator("[name=identity]").select_option("DETAILS")
        dialog.locator("[name=reason]").select_option("OTHER_SKILL")
        dialog.locator("[name=customer_view]").select_option("AGREES")
        dialog.locator("[name=summary]").fill(summary)
        option = dialog.locator("[name=to] option", has_text=to).get_attribute("value")
        dialog.locator("[name=to]").select_option(option)

    def find_customer(self, phone: str) -> None:
        """Say whose conversation it is, by the whole phone number."""
        self.page.locator("#desk-phone").fill(phone)
        self.page.locator("#desk-phone").press("Enter")
        self.page.locator("#desk-found button").first.click()
        self.page.locator("#desk-side .sw-hist").wait_for(state="attached")

    def choose_category(self, first: str, second: str, third: str) -> None:
        """Choose the three levels of the case's category."""
        form = self.page.locator("#desk-case-form")
        form.locator("select[name=first]").select_option(label=first)
        form.locator("select[name=second]").select_option(label=second)
        form.locator("#desk-category").select_option(label=third)

    def open_case(self, description: str) -> str:
        """Say what the customer wants, open the case, and give its number."""
        self.page.locator("#desk-description").fill(description)
        self.page.locator("#desk-description").press("Control+Enter")
        number = self.own_case.first
        number.wait_for()
        found = NUMBER.search(number.inner_text())
        assert found, number.inner_text()
        return found.group()

    @property
    def own_case(self) -> Locator:
        """The case that was opened from this conversation."""
        return self.page.locator(".desk-cases li:has(.sw-ava) a")

    def end(self, disposition: str) -> None:
        """End the conversation, say how it ended, and finish the wrap-up."""
        self.finish(disposition)
        self.finish()

    def finish(self, disposition: str = "") -> None:
        """Press F9, and say how the conversation ended where that is asked."""
        acts = self.page.locator("#desk-acts")
        acts.locator("[data-key=f9]").wait_for()
        here = self.page.url
        self.page.keyboard.press("F9")
        if disposition:
            acts.get_by_role("button", name=disposition).click()
            acts.locator("details:has([data-key=f9])").wait_for(state="detached")
        else:
            # The desk goes on to the next conversation, or to none; keys pressed before are lost.
            self.page.wait_for_url(lambda url: url != here)


def wait_for_act(page: Page, act: str) -> Locator:
    """Wait until the one filled button of a case page says this act, and give it."""
    button = page.locator("#case-top .btn-primary")
    expect(button).to_contain_text(act)
    page.wait_for_timeout(HAND_MS)
    return button


def press_next(page: Page, act: str) -> None:
    """Press the one filled button of a case page once it says this act."""
    wait_for_act(page, act).click()


def submit_dialog(page: Page) -> None:
    """Do what the open dialog asks for, and wait until it has closed."""
    dialog = page.locator("dialog[open]")
    dialog.locator("footer .btn-primary").click()
    dialog.wait_for(state="hidden")
