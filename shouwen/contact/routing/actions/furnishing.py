"""An institution's queues: opened and changed, with everything they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.routing import rules
from shouwen.contact.routing.actions.queue_settings import (
    MOST_AT_ONCE,
    NAMED,
    Found,
    QueueSettings,
    SkillSettings,
    StepSettings,
    changes,
    is_code,
    looked_up,
    settings_of,
)
from shouwen.contact.routing.actions.tabling import add_queue_rule
from shouwen.contact.routing.models import (
    OFFER_SECONDS,
    SERVICE_LEVEL_PERCENT,
    SERVICE_LEVEL_SECONDS,
    PersonCapacity,
    Queue,
    QueueSkill,
    QueueStep,
)
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Institution, Person, Skill, Unit


class QueueExists(Conflict):
    """The institution has a queue of this code, or a default one, already."""

    message = _("There is a queue of this code already. Choose another code.")


def _write(queue: Queue, wanted: QueueSettings, found: Found) -> None:
    plain = asdict(wanted)
    for name in NAMED - {"capacities"}:
        plain.pop(name)
    for name, value in plain.items():
        setattr(queue, name, value)
    queue.name_zh, queue.name_en = wanted.name_zh.strip(), wanted.name_en.strip()
    queue.unit, queue.overflow_queue = found.unit, found.overflow_queue
    if wanted.is_default:
        # The default moves here from the queue that had it.
        others = Queue.objects.filter(institution_id=queue.institution_id, is_default=True)
        others.exclude(pk=queue.pk).update(is_default=False)
    queue.save()
    QueueSkill.objects.filter(queue=queue).delete()
    QueueSkill.objects.bulk_create(
        QueueSkill(queue=queue, skill=found.skills[asked.skill], min_level=asked.min_level)
        for asked in wanted.skills
    )
    QueueStep.objects.filter(queue=queue).delete()
    QueueStep.objects.bulk_create(
        QueueStep(
            queue=queue,
            after_seconds=step.after_seconds,
            levels_less=step.levels_less,
            unit=found.step_units.get(step.unit),
            any_unit=step.unit == "any",
        )
        for step in wanted.steps
    )


@transaction.atomic
def found_queue(
    institution: Institution, code: str, wanted: QueueSettings, *, actor: Actor, at: datetime
) -> Queue:
    """Open a queue with all its settings.

    Raises Invalid naming each wrong field, QueueExists, NotAllowed, NotThere. Serves HB-2.1-02.
    """
    rights.require(actor, "routing.edit")
    if not rights.same_institution(actor, institution.pk):
        raise NotThere
    if not is_code(code):
        words = _("Use small letters, digits and hyphens, at most 40.")
        raise Invalid(fields={"code": words})
    if Queue.objects.filter(institution=institution, code=code).exists():
        raise QueueExists
    found = looked_up(institution.pk, code, wanted)
    queue = Queue(institution=institution, code=code)
    try:
        with transaction.atomic():
            _write(queue, wanted, found)
    except IntegrityError as error:
        # Two administrators pressed at once: the constraint says who was first.
        raise QueueExists from error
    detail = {"code": code, **changes(None, wanted)}
    audit.record(actor, "queue.opened", queue, at=at, detail=detail)
    return queue


@transaction.atomic
def change_queue(
    queue: Queue, wanted: QueueSettings, *, seen: int, actor: Actor, at: datetime
) -> None:
    """Change a queue from now on: what waits is judged by the new settings at the next round.

    `seen` is the revision that was on the screen. Raises Conflict when somebody changed it
    meanwhile, Invalid naming each wrong field, NotAllowed, NotThere. Serves HB-2.1-02.
    """
    rights.require(actor, "routing.edit")
    if not rights.same_institution(actor, queue.institution_id):
        raise NotThere
    turn = Queue.objects.filter(pk=queue.pk, revision=seen)
    if not turn.update(revision=seen + 1):
        raise Conflict
    related = Queue.objects.select_related("unit", "overflow_queue")
    fresh = related.prefetch_related("steps__unit", "skills__skill").get(pk=queue.pk)
    before = settings_of(fresh)
    if fresh.is_default and not wanted.is_default:
        words = _("One queue must take what fits no other: make another one the default.")
        raise Invalid(fields={"is_default": words})
    _write(fresh, wanted, looked_up(fresh.institution_id, fresh.code, wanted))
    if before != wanted:
        detail = {"code": fresh.code, **changes(before, wanted)}
        audit.record(actor, "queue.changed", fresh, at=at, detail=detail)
    queue.refresh_from_db()


@transaction.atomic
def open_queue(
    *,
    institution: Institution,
    code: str,
    name_zh: str,
    name_en: str = "",
    unit: Unit | None = None,
    skill_code: str = "",
    min_level: int = 1,
    priority: int = 0,
    is_default: bool = False,
    intents: Sequence[str] = (),
    channels: Sequence[str] = (),
    languages: Sequence[str] = (),
    offer_seconds: int = OFFER_SECONDS,
    service_level_seconds: int = SERVICE_LEVEL_SECONDS,
    service_level_percent: int = SERVICE_LEVEL_PERCENT,
    actor: Actor,
    at: datetime,
) -> Queue:
    """Open a queue of the usual sort, with one line for each intent, channel and language.

    Its level falls by one each minute of waiting. Raises QueueExists, NotThere for a skill or
    unit of another institution, NotAllowed. Serves HB-2.1-02.
    """
    if unit is not None and unit.institution_id != institution.pk:
        raise NotThere
    if is_default and Queue.objects.filter(institution=institution, is_default=True).exists():
        raise QueueExists(_("This institution has a default queue already."))
    if skill_code and not Skill.objects.filter(institution=institution, code=skill_code).exists():
        raise NotThere
    steps = rules.usual_widening(min_level)
    wanted = QueueSettings(
        name_zh=name_zh,
        name_en=name_en,
        unit=unit.public_id if unit else "",
        skills=(SkillSettings(skill_code, min_level),) if skill_code else (),
        priority=priority,
        is_default=is_default,
        offer_seconds=offer_seconds,
        service_level_seconds=service_level_seconds,
        service_level_percent=service_level_percent,
        steps=tuple(StepSettings(step.after_seconds, step.levels_less) for step in steps),
    )
    queue = found_queue(institution, code, wanted, actor=actor, at=at)
    for column, values in (("intent", intents), ("channel", channels), ("language", languages)):
        for value in values:
            add_queue_rule(queue, actor=actor, at=at, **{column: value})
    return queue


def set_capacity(person: Person, channel: str, most: int, *, actor: Actor, at: datetime) -> None:
    """Say how many contacts of one channel a person takes at once; as `set_capacities`."""
    set_capacities(person, {channel: most}, actor=actor, at=at)


@transaction.atomic
def set_capacities(
    person: Person, wanted: Mapping[str, int | None], *, actor: Actor, at: datetime
) -> None:
    """Say how many contacts of each channel a person takes at once; None: as is usual.

    What is in hand stays in hand. Raises Invalid naming each wrong channel, NotAllowed, NotThere.
    """
    rights.require(actor, "staff.edit")
    if not rights.same_institution(actor, person.institution_id) or not rights.within(
        actor, person.unit_id
    ):
        raise NotThere
    wrong: dict[str, Words] = {
        channel: _("Give a number from 0 to 50.")
        for channel, most in wanted.items()
        if most is not None and not 0 <= most <= MOST_AT_ONCE
    }
    if wrong:
        raise Invalid(fields=wrong)
    # Held, so that two who save at once leave a trail that agrees with the rows.
    Person.objects.select_for_update().get(pk=person.pk)
    held = dict(PersonCapacity.objects.filter(person=person).values_list("channel", "most"))
    for channel, most in wanted.items():
        before = held.get(channel)
        if most == before:
            continue
        if most is None:
            PersonCapacity.objects.filter(person=person, channel=channel).delete()
        else:
            PersonCapacity.objects.update_or_create(
                person=person, channel=channel, defaults={"most": most}
            )
        detail: dict[str, audit.Value] = {"channel": channel, "most": most, "before": before}
        audit.record(actor, "person.capacity-set", person, at=at, detail=detail)


def with_changes(queue: Queue, changed: Mapping[str, Any]) -> QueueSettings:
    """Give a queue's settings with some of them changed, for those who send only these."""
    return replace(settings_of(queue), **changed)
