"""What the tests of routing stand on."""

from __future__ import annotations

import pytest

from shouwen.contact.conversations.tests.factories import Bank, a_bank
from shouwen.contact.routing.tests.factories import a_queue


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with one queue, two agents and a lead, all away."""
    made = a_bank()
    a_queue(made)
    return made
