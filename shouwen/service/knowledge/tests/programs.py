"""Programs that act in the house of the tests, on Monday after nine o'clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

from shouwen.ground.kernel import time
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import FOUNDER
from shouwen.service.knowledge.tests.factories import MONDAY_9AM, House, later

Asks = Callable[..., Any]
VERSIONS = "/api/v1/knowledge-versions"
ONCE = {"Idempotency-Key": "one"}


def program_of(house: House, role: str, person: Person | None) -> Asks:
    """Give a program with a key; it asks on Monday after nine o'clock."""
    _row, token = staff.create_api_key(
        house.institution, role=role, name="CMS", person=person, actor=FOUNDER, at=MONDAY_9AM
    )

    def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
        with time.frozen(later(minutes=5)):
            return Client(raise_request_exception=False).generic(
                method,
                path,
                json.dumps(body) if body is not None else "",
                content_type="application/json",
                headers={"Authorization": f"Bearer {token}", **headers},
            )

    return ask
