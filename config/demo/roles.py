"""Roles asked for in the demo centre: one given by two persons, one that waits for the second."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.demo.founding import Founded
from shouwen.front.console.actions import ask_role
from shouwen.people.approvals import actions as approvals

# Who would help out as what, and why.
GIVEN = ("trainer", "editor", "课件与口径一并维护")
WAITS = ("ge", "trainer", "本季带教新人，需编排课程")


def furnish(founded: Founded, now: datetime) -> None:
    """Ask as the administrator; the risk officer approves the first of the two."""
    admin, risk = founded.first_of("admin"), founded.first_of("risk")
    if admin is None or risk is None:
        return
    for (username, role, reason), asked_at in (
        (GIVEN, now - timedelta(hours=26)),
        (WAITS, now - timedelta(hours=2)),
    ):
        asked = ask_role(founded.people[username], role, reason=reason, actor=admin, at=asked_at)
        if username == GIVEN[0]:
            at = asked_at + timedelta(minutes=20)
            approvals.approve(asked, "岗位需要，权限最小，同意。", actor=risk, at=at)
