"""What the tests of knowledge stand on."""

from __future__ import annotations

import pytest

from shouwen.service.knowledge.tests.factories import House, a_house


@pytest.fixture
def house(db: None) -> House:
    """An institution with an editor, a lead and an agent."""
    return a_house()
