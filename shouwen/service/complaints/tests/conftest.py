"""What the tests of complaints stand on."""

from __future__ import annotations

import pytest

from shouwen.service.complaints.tests.extending import Desk, a_desk
from shouwen.service.complaints.tests.factories import Office, an_office


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the three posts of a complaint."""
    return an_office()


@pytest.fixture
def ruled(db: None) -> Office:
    """The same with every pack in force."""
    return an_office(ruled=True)


@pytest.fixture
def desk(ruled: Office) -> Desk:
    """A complex complaint that is being investigated."""
    return a_desk(ruled)
