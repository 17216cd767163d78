"""Queues, the table that leads to them, and the trial: where would this go?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.contact.conversations.rules import talking
from shouwen.contact.routing import actions, queries, words
from shouwen.contact.routing.actions import QueueSettings, SkillSettings, StepSettings
from shouwen.contact.routing.models import Queue
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Problem, Words
from shouwen.ground.kit.web import number_or_none
from shouwen.ground.policy.figures import figure
from shouwen.people.customers.models import Risk, Value
from shouwen.people.staff import queries as staff
from shouwen.people.staff.web import StaffRequest, staff_required

CONDITIONS = ("channel", "intent", "language", "tier", "risk")
STEP_ROWS = 4
# What spike mode usually gives, by the figures of the house.
USUAL = ("hold", "lasts", "extra", "overflow")
SKILL_ROWS = actions.SKILLS_AT_MOST
LONGEST_ID = 18
CAPACITY_CHANNELS = ("chat", "voice", "email", "sms", "fax")
NUMBERS = (
    "priority",
    "offer_seconds",
    "service_level_seconds",
    "service_level_percent",
    "ageing_seconds",
)
SPIKE = (
    "spike_above_waiting",
    "spike_above_wait_seconds",
    "spike_hold_seconds",
    "spike_minutes",
    "spike_extra",
    "spike_overflow_percent",
)
LIMITS = ("overflow_after_seconds", "overflow_above", *SPIKE)


def _choices() -> dict[str, Any]:
    """Give what the conditions of a line may be."""
    return {
        "channels": [(code, words.CHANNELS[code]) for code in talking.CHANNELS],
        "languages": list(words.LANGUAGES.items()),
        "tiers": Value.choices,
        "risks": Risk.choices,
    }


def _show(
    request: StaffRequest, *, problem: Problem | None = None, line: Any = None
) -> HttpResponse:
    given = {name: request.GET.get(name, "")[:40] for name in CONDITIONS}
    answer = None
    if "channel" in request.GET:
        answer = queries.would_go(request.actor, given, time.now())
    queues = queries.queues_set_up(request.actor)
    now = time.now()
    waits = queries.expected_waits(queues, now)
    context = _choices() | {
        "queues": queues,
        "standing": [
            (queue, opening, waits[queue.pk]) for queue, opening in queries.openings_of(queues, now)
        ],
        "lines": queries.table_lines(request.actor),
        "given": given,
        "answer": answer,
        "problem": problem,
        "fields": problem.fields if problem else {},
        "said": line or {},
        "done": _done_words(request.GET.get("done", "")) if not problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/queues/list.html", context, status=status)


@require_GET
@staff_required("routing.edit")
def queues(request: StaffRequest) -> HttpResponse:
    """Show the queues, the table in order, and where a contact would go."""
    return _show(request)


def _done_words(act: str) -> str:
    match act:
        case "queue":
            return _("The queue is saved. It counts from now on.")
        case "line":
            return _("The line is added at the end of the table.")
        case "removed":
            return _("The line is removed.")
        case "moved":
            return _("The order is changed.")
        case _:
            return ""


def _back(act: str) -> HttpResponse:
    return redirect(f"{reverse('console:queues')}?done={act}")


@require_POST
@staff_required("routing.edit")
def add_line(request: StaffRequest) -> HttpResponse:
    """Add a line to the table."""
    said = request.POST
    try:
        queue = _named_queue(request, said.get("queue", ""))
        conditions = {name: said.get(name, "").strip() for name in CONDITIONS}
        actions.add_queue_rule(queue, **conditions, actor=request.actor, at=time.now())
    except Invalid as error:
        return _show(request, problem=error, line=said)
    return _back("line")


def _named_queue(request: StaffRequest, code: str) -> Queue:
    try:
        return queries.queue_for(request.actor, code)
    except NotThere:
        raise Invalid(fields={"queue": _("Choose a queue in the list.")}) from None


def _line_id(ref: str) -> int:
    if not (ref.isascii() and ref.isdigit()) or len(ref) > LONGEST_ID:
        raise NotThere
    return int(ref)


@require_POST
@staff_required("routing.edit")
def remove_line(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a line out of the table."""
    actions.remove_queue_rule(_line_id(ref), actor=request.actor, at=time.now())
    return _back("removed")


@require_POST
@staff_required("routing.edit")
def move_line(request: StaffRequest, ref: str) -> HttpResponse:
    """Move a line up or down."""
    is_up = request.POST.get("way") == "up"
    actions.move_queue_rule(_line_id(ref), up=is_up, actor=request.actor, at=time.now())
    return _back("moved")


def _settings(said: QueryDict) -> QueueSettings:
    """Read the form. Raises Invalid naming each field that is no number."""
    wrong: dict[str, Words] = {}
    numbers = {name: number_or_none(said, name, wrong) for name in NUMBERS}
    for name, value in numbers.items():
        if value is None:
            wrong.setdefault(name, _("Enter a whole number."))
    limits: dict[str, Any] = {name: number_or_none(said, name, wrong) for name in LIMITS}
    capacities = {
        channel: most
        for channel in CAPACITY_CHANNELS
        if (most := number_or_none(said, f"capacities_of_{channel}", wrong)) is not None
    }
    skills = []
    for row in range(SKILL_ROWS):
        code = said.get(f"skills_of_{row}_skill", "")
        level = number_or_none(said, f"skills_of_{row}_level", wrong)
        if code:
            skills.append(SkillSettings(code, 1 if level is None else level))
    steps = []
    for row in range(STEP_ROWS):
        after = number_or_none(said, f"steps_of_{row}_after", wrong)
        less = number_or_none(said, f"steps_of_{row}_less", wrong)
        unit = said.get(f"steps_of_{row}_unit", "")
        if after is not None or less or unit:
            steps.append(StepSettings(after or 0, less or 0, unit))
    if wrong:
        raise Invalid(fields=wrong)
    held: dict[str, Any] = dict(numbers)
    return QueueSettings(
        name_zh=said.get("name_zh", ""),
        name_en=said.get("name_en", ""),
        unit=said.get("unit", ""),
        skills=tuple(skills),
        is_default=said.get("is_default") == "yes",
        prefers_last_person=said.get("prefers_last_person") == "yes",
        overflow_queue=said.get("overflow_queue", ""),
        capacities=capacities,
        steps=tuple(sorted(steps, key=lambda step: step.after_seconds)),
        **limits,
        **held,
    )


def _as_said(settings: QueueSettings) -> dict[str, Any]:
    """Give settings as the form's fields."""
    said: dict[str, Any] = {
        name: getattr(settings, name)
        for name in (*NUMBERS, *LIMITS, "name_zh", "name_en", "unit", "overflow_queue")
    }
    said = {name: "" if value is None else value for name, value in said.items()}
    said["is_default"] = "yes" if settings.is_default else ""
    said["prefers_last_person"] = "yes" if settings.prefers_last_person else ""
    for channel, most in settings.capacities.items():
        said[f"capacities_of_{channel}"] = most
    for row, asked in enumerate(settings.skills[:SKILL_ROWS]):
        said[f"skills_of_{row}_skill"] = asked.skill
        said[f"skills_of_{row}_level"] = asked.min_level
    for row, step in enumerate(settings.steps[:STEP_ROWS]):
        said[f"steps_of_{row}_after"] = step.after_seconds
        said[f"steps_of_{row}_less"] = step.levels_less
        said[f"steps_of_{row}_unit"] = step.unit
    return said


def _form(
    request: StaffRequest, said: Any, queue: Queue | None, problem: Problem | None = None
) -> HttpResponse:
    context = {
        "queue": queue,
        "said": said,
        "problem": problem if problem and not problem.fields else None,
        "fields": problem.fields if problem else {},
        "units": staff.unit_tree(request.actor),
        "skills": queries.skills_set_up(request.actor),
        "others": [q for q in queries.queues_set_up(request.actor) if q != queue],
        "capacities": [
            (channel, words.CHANNELS[channel], said.get(f"capacities_of_{channel}", ""))
            for channel in CAPACITY_CHANNELS
        ],
        "asked": [
            (
                row,
                said.get(f"skills_of_{row}_skill", ""),
                said.get(f"skills_of_{row}_level", ""),
            )
            for row in range(SKILL_ROWS)
        ],
        "steps": [
            (
                row,
                said.get(f"steps_of_{row}_after", ""),
                str(said.get(f"steps_of_{row}_less", "") or ""),
                said.get(f"steps_of_{row}_unit", ""),
            )
            for row in range(STEP_ROWS)
        ],
        "usual": {name: figure(f"spike-{name}").value for name in USUAL},
        "levels": [str(level) for level in range(1, 5)],
    }
    status = problem.status if problem else 200
    return render(request, "console/queues/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required("routing.edit")
def new_queue(request: StaffRequest) -> HttpResponse:
    """Open a queue."""
    if request.method == "GET":
        return _form(request, _as_said(QueueSettings(name_zh="")), None)
    said = request.POST
    try:
        wanted = _settings(said)
        institution = request.person.institution
        code = said.get("code", "").strip()
        actions.found_queue(institution, code, wanted, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _form(request, said, None, error)
    return _back("queue")


@require_http_methods(["GET", "POST"])
@staff_required("routing.edit")
def queue(request: StaffRequest, ref: str) -> HttpResponse:
    """Change one queue."""
    found = queries.queue_for(request.actor, ref)
    if request.method == "GET":
        held = _as_said(actions.settings_of(found))
        return _form(request, held | {"revision": found.revision}, found)
    said = request.POST
    try:
        wanted = _settings(said)
        if found.is_default:
            wanted = replace(wanted, is_default=True)
        wrong: dict[str, Words] = {}
        seen = number_or_none(said, "revision", wrong) or 0
        actions.change_queue(found, wanted, seen=seen, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _form(request, said, found, error)
    return _back("queue")
