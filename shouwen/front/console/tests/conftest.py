"""A centre and its administrator."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.people.staff.models import Unit
from shouwen.people.staff.tests import factories as staff


@pytest.fixture
def centre(db: None) -> Unit:
    """The top unit of one institution."""
    return staff.a_unit(staff.an_institution())


@pytest.fixture
def admin(centre: Unit) -> Client:
    """An administrator's browser."""
    return staff.signed_in(staff.a_person(centre, "admin", username="admin"))
