"""What the tests of the desk stand on: one talk, its handler's browser and a colleague's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from shouwen.contact.conversations.models import Contact
from shouwen.front.desk.tests.factories import (
    HTMX,
    SOON,
    Centre,
    a_ready_centre,
    an_active_contact,
)
from shouwen.ground.kernel import time
from shouwen.people.staff.tests.factories import signed_in


@dataclass(slots=True)
class Talk:
    """A contact that the first agent has in hand while the second one is at their desk too."""

    centre: Centre
    contact: Contact
    mine: Client
    theirs: Client
    at: datetime = SOON

    def address(self, rest: str = "") -> str:
        """Give an address under the contact."""
        return f"/desk/contacts/{self.contact.public_id}/{rest}"

    def get(self, client: Client, rest: str = "", **headers: str) -> Any:
        """Ask for a page of the contact a moment after it was taken."""
        with time.frozen(self.at):
            return client.get(self.address(rest), headers=headers)

    def page(self, client: Client, rest: str = "") -> str:
        """Give the text of a page of the contact."""
        return str(self.get(client, rest).text)

    def post(self, client: Client, rest: str, body: Mapping[str, Any]) -> Any:
        """Send a form of the contact as htmx does."""
        with time.frozen(self.at):
            return client.post(self.address(rest), body, headers=HTMX)


@pytest.fixture
def talk(db: None) -> Talk:
    """A talk in hand; both agents are still there when the colleagues act."""
    centre = a_ready_centre()
    contact = an_active_contact(centre)
    return Talk(centre, contact, signed_in(centre.first), signed_in(centre.second))
