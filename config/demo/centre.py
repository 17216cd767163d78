"""Builds the demo centre once, and tells its logins."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from config.demo import (
    callbacks,
    complaints,
    customers,
    exports,
    forms,
    founding,
    history,
    holdings,
    joining,
    keys,
    knowledge,
    posts,
    roles,
    rosters,
    rules,
    scripts,
    suggesting,
    surveys,
    texts,
    views,
    webhooks,
)
from shouwen.contact.routing import actions as routing
from shouwen.contact.routing.models import Queue
from shouwen.ground.kernel import delivery, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.policy import defaults, ticker
from shouwen.people.staff.models import Institution
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Category

PASSWORD_FILE = "demo-password"  # noqa: S105  # a file's name
ROLES = (
    ("agent", "坐席 agent"),
    ("lead", "班组长 lead"),
    ("complaints", "投诉处理 complaint handler"),
    ("inspector", "质检 inspector"),
    ("trainer", "培训 trainer"),
    ("editor", "知识 editor"),
    ("risk", "风控 risk"),
    ("auditor", "审计 auditor"),
    ("admin", "管理 administrator"),
)
PER_DAY = {"bank": 10, "insurer": 4}
Say = Callable[[str], Any]


def password() -> str:
    """Give the demo logins' password, made on first use and kept in the home folder."""
    path = settings.SHOUWEN_HOME / PASSWORD_FILE
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"shouwen-{secrets.token_hex(3)}")
    return str(path.read_text().strip())


def ensure(*, say: Say) -> None:
    """Build the demo centre if there is none yet."""
    if not Institution.objects.exists():
        build(days=settings.DEMO_DAYS, seed=1, say=say)


def build(*, days: int, seed: int, say: Say) -> None:
    """Found the institutions and live through `days` days up to now. Raises nothing: it adds
    what is missing, and leaves an institution that is there as it is."""
    now = time.now()
    start = now - timedelta(days=days)
    for code in texts.INSTITUTIONS:
        if Institution.objects.filter(code=code).exists():
            say(f"{code} is there already.")
            continue
        say(f"Building the demo {code}: {days} days of history …")
        contacts = _build_one(code, start, now, random.Random(f"{seed}-{code}"))  # noqa: S311  # a demo's dice
        say(f"  {contacts} contacts.")
    _deliver_all()
    while ticker.tick(time.now()):
        pass
    _deliver_all()
    callbacks.call_some(time.now())
    table = Path(settings.SHOUWEN_HOME) / "holdings.json"
    # Somebody's own core system is left alone.
    if str(table) == settings.HOLDINGS:
        holdings.write(table, now.date())
    surveys.answer_some(time.now())
    _deliver_all()


def _deliver_all() -> None:
    """Let every fact be heard; nobody else is there, so that many share one commit."""
    done = 1
    while done:
        with transaction.atomic():
            done = delivery.deliver_due(time.now())


def _build_one(code: str, start: datetime, now: datetime, chance: random.Random) -> int:
    with transaction.atomic():
        founded = founding.found(code, password=password(), at=start)
        categories = _furnish(founded, code, start)
        customers.furnish(founded, start)
    day = history.Day(
        founded=founded,
        scenarios=texts.scenarios(code),
        categories=categories,
        agents=founded.agents(),
        lead=founded.lead(),
        now=now,
        chance=chance,
    )
    first = start.astimezone(SHANGHAI).date() + timedelta(days=1)
    lived = history.live_through(day, history.arrivals(chance, first, now, PER_DAY[code]))
    surveys.run_campaign(founded, code, now)
    surveys.take_in_study(founded, code, now)
    knowledge.use_in_replies(founded)
    scripts.use_in_lines(founded)
    joining.furnish(founded, now)
    suggesting.furnish(founded, now)
    complaints.furnish(founded, now)
    forms.leave_open(founded, code, now)
    views.furnish(founded, now)
    exports.furnish(founded, now)
    rules.ask_for_one(founded, now)
    webhooks.furnish(founded, now)
    rosters.furnish(founded, now)
    posts.furnish(founded, start, now)
    roles.furnish(founded, now)
    keys.furnish(founded, now)
    _set_hours(founded, texts.institution_text(code)["queue"], now)
    _rush(founded, texts.institution_text(code)["queue"], now)
    return lived


def _furnish(founded: founding.Founded, code: str, at: datetime) -> dict[str, Category]:
    """Give the institution its packs, queues and categories."""
    text = texts.institution_text(code)
    home = founded.institution
    approver = Actor.system("demo-second", home.pk)
    # The bank takes the manual's complaint limits as targets; the insurer runs everything.
    adopt = defaults.adopt_as_bank if code == "bank" else defaults.adopt_as_insurer
    adopt(home.pk, actor=founded.actor, approver=approver, at=at)
    if code == "bank":
        callbacks.aim_at(home.pk, actor=founded.actor, approver=approver, at=at)
    scripts.furnish(founded, code, at)
    surveys.furnish(founded, code, at)
    _open_queues(founded, text["queue"], at)
    knowledge.furnish(founded, code, at)
    leaves = cases.plant_categories(
        founded.institution.pk,
        [_branch(row) for row in text["category"]],
        actor=founded.actor,
        at=at,
    )
    forms.furnish(founded, text.get("form", []), at)
    return {leaf.code: leaf for leaf in leaves}


def _open_queues(founded: founding.Founded, rows: list[dict[str, Any]], at: datetime) -> None:
    for row in rows:
        routing.open_queue(
            institution=founded.institution,
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            unit=founded.units[row["unit"]],
            skill_code=row["skill"],
            intents=row["intents"],
            is_default=row.get("default", False),
            priority=row["priority"],
            service_level_seconds=row["service_level_seconds"],
            service_level_percent=row["service_level_percent"],
            actor=founded.actor,
            at=at,
        )

    for row in rows:
        if "also_skill" in row:
            _ask_more(founded, row, at)
        if "overflow_queue" in row:
            _widen(founded, row, at)


def _rush(founded: founding.Founded, rows: list[dict[str, Any]], now: datetime) -> None:
    """Let a queue begin spike mode by itself from now on, and let one stretch lie behind."""
    lead = founded.first_of("lead") or founded.actor
    for row in rows:
        if "rush" not in row:
            continue
        found = _queue(founded, row["code"])
        wanted = replace(routing.settings_of(found), spike_above_waiting=row["rush_above"])
        routing.change_queue(found, wanted, seen=found.revision, actor=founded.actor, at=now)
        yesterday = now.astimezone(SHANGHAI) - timedelta(days=1)
        began = yesterday.replace(hour=10, minute=5, second=0, microsecond=0)
        spike = routing.begin_spike(
            founded.institution, queue=found, reason=row["rush"], actor=lead, at=began
        )
        routing.end_spike(spike, actor=lead, at=began + timedelta(minutes=35))


def _ask_more(founded: founding.Founded, row: dict[str, Any], at: datetime) -> None:
    """Let a queue ask for a second skill."""
    found = _queue(founded, row["code"])
    held = routing.settings_of(found)
    asked = (*held.skills, routing.SkillSettings(row["also_skill"], row["also_level"]))
    wanted = replace(held, skills=asked)
    routing.change_queue(found, wanted, seen=found.revision, actor=founded.actor, at=at)


def _widen(founded: founding.Founded, row: dict[str, Any], at: datetime) -> None:
    """Let a queue look in every unit after a while, and then hand over to another queue."""
    found = _queue(founded, row["code"])
    wanted = replace(
        routing.settings_of(found),
        overflow_queue=row["overflow_queue"],
        overflow_after_seconds=row["overflow_after_seconds"],
        steps=(routing.StepSettings(row["widen_after_seconds"], unit="any"),),
    )
    routing.change_queue(found, wanted, seen=found.revision, actor=founded.actor, at=at)


def _set_hours(founded: founding.Founded, rows: list[dict[str, Any]], now: datetime) -> None:
    """Let a queue keep hours of its own, with one date to come on which it is closed."""
    for row in rows:
        if "weekdays" not in row:
            continue
        queue = _queue(founded, row["code"])
        week = {**dict.fromkeys(range(5), row["weekdays"]), 5: row["saturday"]}
        wanted = routing.OpeningHours("OWN", week)
        actor = founded.actor
        routing.set_hours(queue, wanted, seen=queue.revision, actor=actor, at=now)
        day = (now + timedelta(days=row["closed_in_days"])).astimezone(SHANGHAI).date()
        routing.set_day(queue, day, [], reason=row["closed_for"], actor=actor, at=now)


def _queue(founded: founding.Founded, code: str) -> Queue:
    return Queue.objects.get(institution=founded.institution, code=code)


def _branch(row: dict[str, Any]) -> cases.Branch:
    return cases.Branch(
        row["code"],
        row["name_zh"],
        row["name_en"],
        tuple(_branch(child) for child in row.get("children", ())),
    )


def logins() -> str:
    """Word the demo's logins for the terminal."""
    lines = [f"Demo logins, password {password()}"]
    lines += [f"  {login:<12} {role}" for login, role in ROLES]
    return "\n".join(lines)
