"""The page of customer tiers: shown, set, and every wrong entry named."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.contact.conversations.tests.factories import Bank, a_bank
from shouwen.people.customers import queries
from shouwen.people.customers.rules.tiers import Service
from shouwen.people.staff.tests.factories import a_person

TIERS = "/console/system/tiers/"
WEALTHY = ("value", "HIGH_NET_WORTH")


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank."""
    return a_bank()


@pytest.fixture
def admin(bank: Bank, client: Client) -> Client:
    """An administrator's browser."""
    client.force_login(a_person(bank.unit, "admin", username="admin"))
    return client


def test_a_tier_is_set_and_shown(bank: Bank, admin: Client) -> None:
    said = {
        "value-HIGH_NET_WORTH.points": "8",
        "value-HIGH_NET_WORTH.reply_seconds": "60",
        "value-HIGH_NET_WORTH.dedicated_first": "yes",
        "value-HIGH_NET_WORTH.resolve_hours": "24",
    }
    assert admin.post(TIERS, said)["Location"] == f"{TIERS}?done=yes"
    given = queries.services_of(bank.institution.pk)
    assert given[WEALTHY] == Service(8, 60, dedicated_first=True, resolve_hours=24)
    assert given[("risk", "HIGH")] == Service(points=5)
    page = admin.get(TIERS).content.decode()
    assert 'value="60"' in page
    assert "HB-1.3-06" in page


def test_how_soon_cases_of_a_complexity_are_resolved_is_set_and_shown(
    bank: Bank, admin: Client
) -> None:
    assert admin.post(TIERS, {"complexity-SPECIAL.resolve_hours": "96"}).status_code == 302
    given = queries.services_of(bank.institution.pk)
    assert given[("complexity", "SPECIAL")] == Service(resolve_hours=96)
    assert given[("risk", "HIGH")] == Service(points=5), "what is not sent stays"
    page = admin.get(TIERS).content.decode()
    assert 'name="complexity-SPECIAL.resolve_hours" value="96"' in page
    assert "工单复杂程度" in page
    assert "complexity-SPECIAL.points" not in page
    assert admin.post(TIERS, {"complexity-SPECIAL.resolve_hours": ""}).status_code == 302
    assert queries.services_of(bank.institution.pk)[("complexity", "SPECIAL")] == Service()


@pytest.mark.parametrize(
    "said",
    [
        {"value-HIGH_NET_WORTH.points": "many"},
        {"value-HIGH_NET_WORTH.points": "٣"},
        {"value-HIGH_NET_WORTH.points": "101"},
        {"value-HIGH_NET_WORTH.points": "99999999999999999999"},
        {"value-HIGH_NET_WORTH.points": "1", "value-HIGH_NET_WORTH.reply_seconds": "1"},
        {"value-HIGH_NET_WORTH.points": "1", "value-HIGH_NET_WORTH.resolve_hours": "0"},
        {"value-HIGH_NET_WORTH.points": "1", "value-HIGH_NET_WORTH.reply_seconds": "\x00"},
        {"complexity-COMPLEX.resolve_hours": "721"},
        {"complexity-COMPLEX.resolve_hours": "soon"},
    ],
)
def test_what_cannot_be_is_named_and_nothing_saved(
    bank: Bank, admin: Client, said: dict[str, str]
) -> None:
    before = queries.services_of(bank.institution.pk)
    answer = admin.post(TIERS, said)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert queries.services_of(bank.institution.pk) == before


def test_only_administrators_come_in(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    assert client.get(TIERS).status_code == 403
