"""Banks, and customers who come in by a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.service.cases.tests.factories import Bank, a_bank, later

EnterAs = Callable[[Customer], Client]


def at(hours: float) -> Any:
    """Hold the clock so many hours after Monday nine o'clock."""
    return time.frozen(later(hours=hours))


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with a customer and an agent."""
    return a_bank()


@pytest.fixture
def enter_as(letters: Letters) -> EnterAs:
    """Let a customer in by a code at three o'clock, through the pages."""

    def enter(customer: Customer) -> Client:
        client = Client(headers={"accept-language": "en"})
        phone = customer.points.get(kind="PHONE").value.plain
        with at(3):
            asked = client.post(
                f"/me/enter/?institution={customer.institution.code}", {"address": phone}
            )
            assert asked.headers["Location"] == "/me/code/"
            customers.send_codes(later(hours=3))
            let_in = client.post("/me/code/", {"code": letters.code})
        assert let_in.headers["Location"] == "/me/"
        return client

    return enter
