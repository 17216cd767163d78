"""The parts of a finding as programs get them."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from shouwen.people.staff.models import Person
from shouwen.service.cases.api.schemas import PersonOut
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint, FindingPart


class PartOut(Schema):
    """One who is held responsible, with what was said to it and what became of a contest."""

    id: str
    finding: int
    is_current: bool
    kind: str
    person: PersonOut | None
    unit: str | None
    partner: str | None
    percent: int
    ground: str
    told: list[PersonOut]
    set_by: PersonOut | None
    set_at: datetime
    contest_until: datetime | None
    position: str
    statement: str | None
    stated_at: datetime | None
    state: str
    reason: str | None
    contested_at: datetime | None
    opinion: str | None
    decided_by: PersonOut | None
    decided_at: datetime | None


def _person(person: Person | None) -> PersonOut | None:
    return PersonOut(id=person.public_id, name=person.name) if person else None


def _part(row: FindingPart) -> PartOut:
    return PartOut(
        id=row.public_id,
        finding=row.finding,
        is_current=row.is_current,
        kind=row.kind,
        person=_person(row.person),
        unit=row.unit.public_id if row.unit else None,
        partner=row.partner.plain if row.partner else None,
        percent=row.percent,
        ground=row.ground.plain,
        told=[
            PersonOut(id=told.person.public_id, name=told.person.name) for told in row.notices.all()
        ],
        set_by=_person(row.set_by),
        set_at=row.set_at,
        contest_until=row.contest_until,
        position=row.position,
        statement=row.statement.plain if row.statement else None,
        stated_at=row.stated_at,
        state=row.state,
        reason=row.reason.plain if row.reason else None,
        contested_at=row.contested_at,
        opinion=row.opinion.plain if row.opinion else None,
        decided_by=_person(row.decided_by),
        decided_at=row.decided_at,
    )


def parts_of(one: Complaint) -> list[PartOut]:
    """Give the parts of the present finding, and former ones that were contested."""
    return [_part(row) for row in queries.finding_of(one)]
