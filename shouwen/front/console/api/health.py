"""The machine's health for programs: `/system/health`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Router, Schema

from shouwen.front.console import health_page
from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest

router = Router(tags=["system"])


class ReadingOut(Schema):
    """One thing that is watched; `amount` and `limit` are in `unit`, `advice` is empty when ok."""

    code: str
    label: str
    state: Literal["ok", "late", "off"]
    amount: float | None
    unit: Literal["seconds", "milliseconds", "bytes", "percent", "count", ""]
    limit: float | None
    at: datetime | None
    note: str
    advice: str


class GroupOut(Schema):
    """Readings of one subject."""

    code: str
    label: str
    readings: list[ReadingOut]


class HealthOut(Schema):
    """Everything as it was at one moment; `late` counts the readings that are behind."""

    at: datetime
    late: int
    groups: list[GroupOut]


@router.get("/health", response={200: HealthOut, **PROBLEMS}, summary="How the machine is")
def read_health(request: ApiRequest) -> HealthOut:
    """Give what the console's page of health shows; for administrators."""
    page = health_page.page(request.actor, time.now())
    return HealthOut(
        at=page.at,
        late=page.late,
        groups=[
            GroupOut(
                code=group.code,
                label=str(group.label),
                readings=[
                    ReadingOut(
                        code=one.code,
                        label=str(one.label),
                        state=one.state.value,
                        amount=one.amount,
                        unit=one.unit.value,
                        limit=one.limit,
                        at=one.at,
                        note=str(one.note),
                        advice=str(one.advice) if one.state == "late" else "",
                    )
                    for one in group.readings
                ],
            )
            for group in page.groups
        ],
    )
