"""What the tests of the API stand on."""

from __future__ import annotations

import pytest

from tests.api.world import Side


@pytest.fixture
def bank(db: None) -> Side:
    """The institution that is asked."""
    return Side("bank")


@pytest.fixture
def insurer(db: None) -> Side:
    """The one beside it."""
    return Side("insurer")
