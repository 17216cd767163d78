"""The duty lists of the demo institutions: each post, who holds it, and one version to come."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from config.demo.founding import Founded
from config.demo.texts import FOLDER
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import actions
from shouwen.people.staff.actions import Duties

NOTICE = timedelta(days=14)
ADDED = "\n转接前先说明等候时间"
CHANGED = "在线坐席"


def furnish(founded: Founded, at: datetime, now: datetime) -> None:
    """Write the list as of `at`; what the online agents must do changes in two weeks."""
    texts = tomllib.loads((FOLDER / "posts.toml").read_text(encoding="utf-8"))
    for row in texts.get(founded.institution.code, ()):
        duties = _duties(row, at)
        post = actions.add_post(
            founded.institution,
            duties,
            unit=founded.units[row["unit"]] if "unit" in row else None,
            actor=founded.actor,
            at=at,
        )
        for username in row["holders"]:
            actions.give_post(founded.people[username], post, actor=founded.actor, at=at)
        if row["name_zh"] == CHANGED:
            later = replace(
                duties,
                obligations=duties.obligations + ADDED,
                reply_percent=Decimal(92),
                effective_from=day_of(now + NOTICE),
            )
            admin = founded.first_of("admin") or founded.actor
            actions.change_post(post, later, seen=1, actor=admin, at=now)


def _duties(row: dict[str, Any], at: datetime) -> Duties:
    figures = {
        name: Decimal(row[name])
        for name in ("connect_percent", "reply_percent", "resolution_percent")
        if name in row
    }
    return Duties(
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        authority=row["authority"].strip(),
        obligations=row["obligations"].strip(),
        effective_from=day_of(at),
        **figures,
    )
