"""What the tests of cases stand on."""

from __future__ import annotations

import pytest

from shouwen.service.cases.tests.factories import Bank, a_bank


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with an agent, a lead, a customer and categories."""
    return a_bank()
