"""A bank and a customer."""

from __future__ import annotations

import pytest

from shouwen.people.customers import actions
from shouwen.people.customers.models import Customer
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests.factories import FOUNDER, MONDAY_9AM, an_institution

PHONE = "13800001234"


@pytest.fixture
def bank(db: None) -> Institution:
    """An institution."""
    return an_institution()


@pytest.fixture
def customer(bank: Institution) -> Customer:
    """A customer with a phone."""
    return actions.register_customer(
        bank, name="欧阳文静", phone=PHONE, actor=FOUNDER, at=MONDAY_9AM
    )
