"""Plain makers of requests for approval."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.errors import Conflict
from shouwen.people.approvals import actions, ports
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import MONDAY_9AM, acting

KIND = "tests.act"
# Held by leads and complaints officers.
RIGHT = "case.archive"
settled: list[ports.Decision] = []


class SubjectChanged(Conflict):
    """What was asked for no longer fits."""

    message = gettext_lazy("The subject has changed.")


def _settle(decision: ports.Decision, _at: datetime) -> None:
    if decision.payload.get("changed") and decision.is_approved:
        raise SubjectChanged
    settled.append(decision)


def plug_in() -> None:
    """Register the kind the tests ask for, and forget what was settled."""
    settled.clear()
    ports.register(ports.Kind(KIND, "Test", "check", RIGHT, "PV-10-01", _settle))


def an_approval(
    asker: Person,
    *,
    at: datetime = MONDAY_9AM,
    ref: str = "thing_1",
    unit: Unit | None = None,
    **more: Any,
) -> Approval:
    """Ask for something as this person."""
    values: dict[str, Any] = {
        "words": "导出60件工单",
        "reason": "月度复盘",
        "payload": {"ref": ref},
    }
    values |= more
    return actions.ask_approval(
        KIND, Subject("thing", ref, "60件工单"), unit=unit, actor=acting(asker), at=at, **values
    )
