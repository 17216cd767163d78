"""All that can be said of a queue, and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.rules import talking
from shouwen.contact.routing import rules
from shouwen.contact.routing.models import (
    OFFER_SECONDS,
    SERVICE_LEVEL_PERCENT,
    SERVICE_LEVEL_SECONDS,
    Queue,
)
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.people.staff.models import Skill, Unit

MOST_AT_ONCE = 50
STEPS_AT_MOST = 4
SKILLS_AT_MOST = 5
LEVELS = (1, 5)
NAME_CHARACTERS = 60
# What stands for other rows or for several values, and is read and written by itself.
NAMED = frozenset({"unit", "skills", "overflow_queue", "steps", "capacities"})
CODE_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# From and to, both counted; what lies outside is a slip of the hand.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "priority": (-100, 100),
    "offer_seconds": (5, 300),
    "service_level_seconds": (1, 86_400),
    "service_level_percent": (1, 100),
    "ageing_seconds": (5, 3_600),
    "overflow_after_seconds": (5, 86_400),
    "overflow_above": (0, 10_000),
    "spike_above_waiting": (1, 10_000),
    "spike_above_wait_seconds": (10, 86_400),
    "spike_hold_seconds": (0, 3_600),
    "spike_minutes": (5, 1_440),
    "spike_extra": (0, 5),
    "spike_overflow_percent": (10, 100),
}


@dataclass(frozen=True, slots=True)
class SkillSettings:
    """One skill, by its code, and the least level of it."""

    skill: str
    min_level: int = 1


@dataclass(frozen=True, slots=True)
class StepSettings:
    """One widening step; `unit` is a public id, or `any` for every unit, or empty."""

    after_seconds: int
    levels_less: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """Everything about a queue that can be changed; other things are named by code or public id.

    Waiting is counted in seconds, people and contacts in whole numbers; None means no limit.
    """

    name_zh: str
    name_en: str = ""
    unit: str = ""
    skills: tuple[SkillSettings, ...] = ()
    priority: int = 0
    is_default: bool = False
    offer_seconds: int = OFFER_SECONDS
    service_level_seconds: int = SERVICE_LEVEL_SECONDS
    service_level_percent: int = SERVICE_LEVEL_PERCENT
    ageing_seconds: int = rules.SECONDS_PER_POINT
    prefers_last_person: bool = True
    capacities: Mapping[str, int] = field(default_factory=dict)
    overflow_queue: str = ""
    overflow_after_seconds: int | None = None
    overflow_above: int | None = None
    spike_above_waiting: int | None = None
    spike_above_wait_seconds: int | None = None
    spike_hold_seconds: int | None = None
    spike_minutes: int | None = None
    spike_extra: int | None = None
    spike_overflow_percent: int | None = None
    steps: tuple[StepSettings, ...] = ()


def settings_of(queue: Queue) -> QueueSettings:
    """Give a queue's settings as they stand."""
    plain = {
        one.name: getattr(queue, one.name) for one in fields(QueueSettings) if one.name not in NAMED
    }
    return QueueSettings(
        **plain,
        unit=queue.unit.public_id if queue.unit else "",
        skills=tuple(
            SkillSettings(asked.skill.code, asked.min_level)
            for asked in sorted(queue.skills.all(), key=lambda asked: asked.pk)
        ),
        overflow_queue=queue.overflow_queue.code if queue.overflow_queue else "",
        capacities=dict(queue.capacities),
        steps=tuple(
            StepSettings(
                step.after_seconds,
                step.levels_less,
                "any" if step.any_unit else step.unit.public_id if step.unit else "",
            )
            for step in sorted(queue.steps.all(), key=lambda step: (step.after_seconds, step.pk))
        ),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What the names in the settings stand for."""

    unit: Unit | None
    skills: Mapping[str, Skill]
    overflow_queue: Queue | None
    step_units: Mapping[str, Unit]


def looked_up(home: int, code: str, wanted: QueueSettings) -> Found:
    """Find everything that is named, and check every figure. Raises Invalid, field by field."""
    wrong: dict[str, Words] = {}
    if not wanted.name_zh.strip() or len(wanted.name_zh) > NAME_CHARACTERS:
        wrong["name_zh"] = _("Give a name of at most 60 characters.")
    if len(wanted.name_en) > NAME_CHARACTERS:
        wrong["name_en"] = _("Give a name of at most 60 characters.")
    for name, (least, most) in BOUNDS.items():
        value = getattr(wanted, name)
        if value is not None and not least <= value <= most:
            words = _("Give a number from %(least)s to %(most)s.")
            wrong[name] = words % {"least": least, "most": most}
    for channel, most_held in wanted.capacities.items():
        if channel not in talking.CHANNELS or not 0 <= most_held <= MOST_AT_ONCE:
            wrong["capacities"] = _("Give a number from 0 to 50.")
    unit = _unit(home, wanted.unit)
    if wanted.unit and unit is None:
        wrong["unit"] = _("There is no such unit.")
    skills = _skills(home, wanted, wrong)
    target = _overflow(home, code, wanted, wrong)
    step_units: dict[str, Unit] = {}
    for step in wanted.steps:
        if not 1 <= step.after_seconds <= BOUNDS["overflow_after_seconds"][1]:
            wrong["steps"] = _("Say after how many seconds each step counts.")
        if not 0 <= step.levels_less <= LEVELS[1] - 1:
            wrong["steps"] = _("A step can ask for up to four levels less.")
        if not step.levels_less and not step.unit:
            wrong["steps"] = _("A step asks for a lower level, or for more units, or both.")
        if step.unit and step.unit != "any":
            found = _unit(home, step.unit)
            if found is None:
                wrong["steps"] = _("There is no such unit.")
            else:
                step_units[step.unit] = found
    if len(wanted.steps) > STEPS_AT_MOST:
        wrong["steps"] = _("A queue has at most four steps.")
    if wrong:
        raise Invalid(fields=wrong)
    return Found(unit, skills, target, step_units)


def _skills(home: int, wanted: QueueSettings, wrong: dict[str, Words]) -> dict[str, Skill]:
    codes = [asked.skill for asked in wanted.skills]
    askable = [code for code in codes if code.isprintable()]
    found = Skill.objects.filter(institution_id=home, code__in=askable)
    skills = {skill.code: skill for skill in found}
    least, most = LEVELS
    if any(not least <= asked.min_level <= most for asked in wanted.skills):
        wrong["skills"] = _("A level is a number from 1 to 5.")
    if len(set(codes)) < len(codes):
        wrong["skills"] = _("Name each skill once.")
    if skills.keys() != set(codes):
        wrong["skills"] = _("There is no such skill.")
    if len(codes) > SKILLS_AT_MOST:
        wrong["skills"] = _("A queue asks for at most five skills.")
    return skills


def _unit(home: int, public_id: str) -> Unit | None:
    if not public_id or not public_id.isprintable():
        return None
    return Unit.objects.filter(institution_id=home, public_id=public_id).first()


def _overflow(home: int, code: str, wanted: QueueSettings, wrong: dict[str, Words]) -> Queue | None:
    if not wanted.overflow_queue:
        return None
    others = Queue.objects.filter(institution_id=home).select_related("overflow_queue")
    by_code = {queue.code: queue for queue in others}
    target = by_code.get(wanted.overflow_queue)
    if target is None:
        wrong["overflow_queue"] = _("There is no such queue.")
        return None
    chain = {q.code: q.overflow_queue.code for q in by_code.values() if q.overflow_queue}
    if rules.chain_loops({**chain, code: target.code}, code):
        wrong["overflow_queue"] = _("That would send contacts round in a circle.")
    if wanted.overflow_after_seconds is None and wanted.overflow_above is None:
        wrong["overflow_after_seconds"] = _("Say after how long, or above how many waiting.")
    return target


def changes(before: QueueSettings | None, after: QueueSettings) -> dict[str, str]:
    """Say what changed as two texts of JSON, for the trail: only the fields that differ."""
    old: dict[str, Any] = asdict(before) if before else {}
    new = asdict(after)
    names = sorted(name for name in new if new[name] != old.get(name))
    return {
        "before": _plain({name: old[name] for name in names if name in old}),
        "after": _plain({name: new[name] for name in names}),
    }


def _plain(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def is_code(code: str) -> bool:
    """Whether this can be the code of a queue."""
    return CODE_PATTERN.fullmatch(code) is not None
