"""A member of staff sets up the second step, and comes in by it and by a recovery code."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage, keep

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
# Who has a second step needs it from then on: it is switched off at the end, for other journeys.
LOGIN = "editor"
PERIOD_SECONDS = 30


def period() -> int:
    """Give the number of the period that an app's code counts by."""
    return int(time.time()) // PERIOD_SECONDS


def code_of(secret: str) -> str:
    """Give what an authenticator app shows now."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, period())))


def give_code(page: Page, code: str) -> None:
    """Type a code and press the one filled button."""
    page.locator("input[name=code]").fill(code)
    page.locator("button.btn-primary").click()


def test_signing_in_in_two_steps(new_page: NewPage, sign_in: SignIn, give_password: SignIn) -> None:
    page = new_page()
    sign_in(page, LOGIN)
    page.goto("/accounts/2fa/")
    keep(page, "second-01-none")
    page.locator("a.btn-primary").click()
    secret = page.locator("#authenticator_secret").input_value()
    expect(page.locator("img.sw-qr")).to_be_visible()
    give_code(page, "000000")
    expect(page.locator("input[name=code][aria-invalid=true]")).to_be_visible()
    keep(page, "second-02-wrong")
    # The same key again: an app that has scanned the picture stays right.
    assert page.locator("#authenticator_secret").input_value() == secret
    enrolled = period()
    give_code(page, code_of(secret))
    page.wait_for_url(lambda url: "activate" not in url)
    page.goto("/accounts/2fa/recovery-codes/")
    spare = page.locator(".sw-codes code").all_inner_texts()
    assert len(spare) >= 5
    keep(page, "second-03-codes")

    # In another browser the password alone opens nothing.
    other = new_page()
    give_password(other, LOGIN)
    expect(other.locator("input[name=code]")).to_be_visible()
    keep(other, "second-04-asked")
    other.goto("/console/rules/")
    assert "/accounts/" in other.url
    other.goto("/accounts/2fa/authenticate/")
    give_code(other, spare[0])
    other.wait_for_url(lambda url: "/accounts/" not in url)

    # A recovery code opens once, and so does the app's: the one of enrolling is spent.
    third = new_page()
    give_password(third, LOGIN)
    give_code(third, spare[0])
    expect(third.locator("input[name=code][aria-invalid=true]")).to_be_visible()
    while period() == enrolled:
        third.wait_for_timeout(500)
    give_code(third, code_of(secret))
    third.wait_for_url(lambda url: "/accounts/" not in url)

    # Whoever wants it no longer switches it off, and comes in by the password again.
    third.goto("/accounts/2fa/totp/deactivate/")
    third.locator("button.btn-danger").click()
    third.wait_for_url(lambda url: "deactivate" not in url)
    last = new_page()
    sign_in(last, LOGIN)
