"""The tree of units for programs: `/units`."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from shouwen.ground.kit.api import PROBLEMS, ApiRequest
from shouwen.people.staff import queries
from shouwen.people.staff.queries import UnitLine

units_router = Router(tags=["units"])


class UnitOut(Schema):
    """One unit; `path` names the units from the uppermost within reach down to itself, in Chinese.

    `people` are those who work in it, `people_below` those in it and in all units below.
    """

    id: str
    name_zh: str
    name_en: str
    parent: str | None
    path: list[str]
    people: int
    people_below: int
    closed_at: datetime | None


class UnitListOut(Schema):
    """All units within reach at once, so `next` is null."""

    items: list[UnitOut]
    next: str | None


@units_router.get("", response={200: UnitListOut, **PROBLEMS}, summary="The tree of units")
def list_units(request: ApiRequest) -> UnitListOut:
    """Give the units within reach, closed ones too, each after its parent."""
    lines = queries.unit_lines(request.actor)
    by_pk = {line.unit.pk: line for line in lines}
    return UnitListOut(items=[_shown(line, by_pk) for line in lines], next=None)


def _shown(line: UnitLine, by_pk: dict[int, UnitLine]) -> UnitOut:
    unit = line.unit
    parent = by_pk.get(unit.parent_id or 0)
    above = [by_pk.get(int(part)) for part in unit.path.split("/")[:-1]]
    return UnitOut(
        id=unit.public_id,
        name_zh=unit.name_zh,
        name_en=unit.name_en,
        parent=parent.unit.public_id if parent else None,
        path=[one.unit.name_zh for one in above if one],
        people=line.people,
        people_below=line.people_below,
        closed_at=unit.closed_at,
    )
