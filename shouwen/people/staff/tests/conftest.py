"""What the tests of signing in and of doors stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import PASSWORD, a_person, a_unit, an_institution


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person(db: None) -> Person:
    """An agent who can sign in."""
    return a_person(a_unit(an_institution()), "agent", username="agent", password=PASSWORD)
