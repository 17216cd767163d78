"""Tokens, origins, addresses."""

from __future__ import annotations

import pytest
from django.test import override_settings

from shouwen.contact.channels.chat import access


def test_a_token_opens_the_institution_it_was_made_for_and_no_other() -> None:
    token = access.new_token("bank")
    assert len(access.token_digest(token, "bank")) == 64
    with pytest.raises(access.VisitUnknown):
        access.token_digest(token, "insurer")


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 43 + ":" + "b" * 43, "\ud800" * 87])
def test_a_token_that_we_did_not_sign_is_unknown(token: str) -> None:
    with pytest.raises(access.VisitUnknown):
        access.token_digest(token, "bank")


def test_the_digest_says_nothing_of_the_token() -> None:
    token = access.new_token("bank")
    assert access.token_digest(token, "bank") not in token


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        ("http://centre.example:8000", True),
        ("https://centre.example:8000", True),
        ("https://bank.example", True),
        ("", True),
        ("https://evil.example", False),
        ("https://centre.example:8000.evil.example", False),
        ("null", False),
        ("file://", False),
    ],
)
@override_settings(WIDGET_ORIGINS=["https://bank.example"])
def test_only_our_own_pages_and_the_named_sites_are_answered(origin: str, is_own: bool) -> None:
    assert access.is_own_origin(origin, "centre.example:8000") is is_own


@override_settings(AXES_IPWARE_PROXY_COUNT=0)
def test_a_forged_forwarded_header_is_ignored() -> None:
    scope = {"headers": [(b"x-forwarded-for", b"1.1.1.1")], "client": ("9.9.9.9", 1)}
    assert access.address_of(scope) == "9.9.9.9"


@override_settings(AXES_IPWARE_PROXY_COUNT=1)
def test_behind_one_proxy_its_word_counts_and_the_visitors_does_not() -> None:
    scope = {"headers": [(b"x-forwarded-for", b"6.6.6.6, 1.1.1.1")], "client": ("127.0.0.1", 1)}
    assert access.address_of(scope) == "1.1.1.1"


@override_settings(VISITORS_PER_ADDRESS=2)
def test_an_address_holds_so_many_sockets_and_gets_its_places_back() -> None:
    door = access.Doorkeeper()
    door.let_in("a")
    door.let_in("a")
    with pytest.raises(access.TooManyConnections):
        door.let_in("a")
    door.let_in("b")
    door.let_out("a")
    door.let_in("a")
