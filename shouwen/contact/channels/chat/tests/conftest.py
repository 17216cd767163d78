"""Two institutions, and visitors who come to them."""

from __future__ import annotations

import pytest

from shouwen.contact.channels.chat import access
from shouwen.contact.channels.chat.actions import Caller
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests import factories as staff


@pytest.fixture
def bank(db: None) -> Institution:
    """A bank."""
    return staff.an_institution("bank")


@pytest.fixture
def insurer(db: None) -> Institution:
    """Another institution of the same centre."""
    return staff.an_institution("insurer")


@pytest.fixture
def agent(bank: Institution) -> Person:
    """A person at the bank's desk."""
    return staff.a_person(staff.a_unit(bank), "agent")


@pytest.fixture
def token(bank: Institution) -> str:
    """What a browser keeps of its visit to the bank."""
    return access.new_token(bank.code)


@pytest.fixture
def visitor(bank: Institution, token: str) -> Caller:
    """A visitor of the bank."""
    return Caller(bank.pk, access.token_digest(token, bank.code), "zh-hans")
