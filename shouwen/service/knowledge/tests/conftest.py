"""What the tests of knowledge stand on."""

from __future__ import annotations

import pytest

from shouwen.service.knowledge.tests.factories import House, a_house
from shouwen.service.knowledge.tests.programs import Asks, program_of


@pytest.fixture
def house(db: None) -> House:
    """An institution with an editor, a lead and an agent."""
    return a_house()


@pytest.fixture
def editor(house: House) -> Asks:
    """A program that acts as the editor."""
    return program_of(house, "editor", house.editor)


@pytest.fixture
def lead(house: House) -> Asks:
    """A program that acts as the lead."""
    return program_of(house, "lead", house.lead)


@pytest.fixture
def reader(house: House) -> Asks:
    """A program of nobody that reads as an agent does."""
    return program_of(house, "agent", None)
