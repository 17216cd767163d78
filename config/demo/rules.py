"""Leaves a change of a rule waiting, so that the pages about rules show one."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.demo.founding import Founded
from shouwen.front.console import actions
from shouwen.people.staff import queries as staff

# The clause leaves its figure to the institution.
CLAUSE, LIMIT = "PV-7-02", "90s"


def ask_for_one(founded: Founded, now: datetime) -> None:
    """Have the risk officer ask that codes hold for ninety seconds from next week on."""
    people = founded.people.values()
    risk = next((one for one in people if "risk" in staff.actor_of(one).roles), None)
    if risk is None:
        return
    actions.ask_clause(
        CLAUSE,
        "HARD",
        LIMIT,
        from_day=(now + timedelta(days=7)).date(),
        reason="验证码有效时间与行内安全要求一致。",
        actor=staff.actor_of(risk),
        at=now - timedelta(hours=2),
    )
