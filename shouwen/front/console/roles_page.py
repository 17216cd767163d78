"""The requests for roles as the pages of people and roles show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shouwen.front.console.actions import ROLE
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere, Words
from shouwen.people.approvals import queries as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.approvals.queries import Row
from shouwen.people.staff.models import Person, Role, Unit

REVIEWS = "staff.review"
LATEST_ENDED = 30


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One request: who gets which role over what, and what the reader may do with it."""

    row: Row
    person: Person
    role: Words
    unit: Unit | None

    @property
    def approval(self) -> Approval:
        """The request itself."""
        return self.row.approval


def _lines(rows: Sequence[Row]) -> list[RoleLine]:
    """Name people and units, in two queries for any number."""
    asked = [json.loads(row.approval.payload) for row in rows]
    people = Person.objects.filter(public_id__in={one["person"] for one in asked})
    units = Unit.objects.filter(public_id__in={one["unit"] for one in asked if one["unit"]})
    by_ref = {person.public_id: person for person in people.select_related("unit").order_by("pk")}
    tops = {unit.public_id: unit for unit in units.order_by("pk")}
    return [
        RoleLine(row, by_ref[one["person"]], Role(one["role"]).label, tops.get(one["unit"]))
        for row, one in zip(rows, asked, strict=True)
    ]


def requests(actor: Actor, at: datetime) -> tuple[list[RoleLine], list[RoleLine]]:
    """Give the requests that wait, oldest first, and the latest ended; needs `staff.review`."""
    waiting = approvals.requests_of_kind(actor, ROLE, right=REVIEWS, is_open=True, at=at)
    ended = approvals.requests_of_kind(
        actor, ROLE, right=REVIEWS, is_open=False, at=at, limit=LATEST_ENDED
    )
    lines = _lines([*waiting, *ended])
    return lines[: len(waiting)], lines[len(waiting) :]


def requests_for(actor: Actor, person: Person, at: datetime) -> list[RoleLine]:
    """Give the requests that wait for one person; needs `staff.review`."""
    return _lines(
        approvals.requests_of_kind(
            actor, ROLE, right=REVIEWS, is_open=True, at=at, subject_ref=person.public_id
        )
    )


def request_for(actor: Actor, ref: str) -> Approval:
    """Give one request for a role within reach. Raises NotThere, also for another kind."""
    found = approvals.approval_for(actor, ref)
    if found.kind != ROLE:
        raise NotThere
    return found
