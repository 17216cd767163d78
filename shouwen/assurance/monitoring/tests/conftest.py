"""What the tests of figures share."""

from __future__ import annotations

import pytest

from shouwen.assurance.monitoring.tests import floors
from shouwen.service.cases.tests.factories import Bank


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with one queue that promises twenty seconds."""
    return floors.a_busy_bank()
