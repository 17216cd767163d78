"""Early warning: what crossed a threshold and waits for somebody, and the thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.assurance.improvement import access, actions, queries, wording
from shouwen.assurance.improvement.actions import Wanted
from shouwen.assurance.improvement.models import (
    EarlyWarning,
    Measure,
    Threshold,
    WarningLetter,
    WarningWay,
)
from shouwen.assurance.improvement.rules.figures import by_code
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem, Words
from shouwen.ground.kit import web
from shouwen.ground.policy import queries as policy
from shouwen.people.staff import queries as staff
from shouwen.people.staff.web import StaffRequest, staff_required

CLAUSES = ("CG-5.3-01", "CG-5.3-02", "CG-5.3-03", "SN-43-01")


@dataclass(frozen=True, slots=True)
class Shown:
    """One warning as it is read, with the way to the complaints behind it."""

    row: EarlyWarning
    name: str
    value: str
    threshold: str
    href: str
    issue_href: str
    is_late: bool
    people: int
    seen: int
    letters: list[tuple[WarningLetter, str, Words]]


@dataclass(frozen=True, slots=True)
class Kept:
    """One threshold as it is read."""

    row: Threshold
    name: str
    value: str


def _shown(row: EarlyWarning, told: queries.Told, at: datetime) -> Shown:
    name, value = wording.warned(row), wording.crossing(row)
    asked = {
        "from": row.first.isoformat(),
        "to": row.last.isoformat(),
        "figure": row.threshold.figure,
        "key": row.key,
    }
    issue = {"title": name[:80], "description": f"{name}: {value}"}
    return Shown(
        row,
        name,
        value,
        wording.threshold_value(row.threshold),
        f"{reverse('improvement:behind')}?{urlencode(asked)}",
        f"{reverse('improvement:issues')}?{urlencode(issue)}#raise-head",
        row.noted_at is None and row.answer_by < at,
        told.people,
        told.seen,
        [(one, wording.letter(one), wording.why(one)) for one in told.letters],
    )


def _groups(actor: Actor) -> list[tuple[Words, list[tuple[str, Words]]]]:
    """Give what may be watched, as the groups of a list: `figure|value` and its name."""
    told: list[tuple[Words, list[tuple[str, Words]]]] = []
    for code, values in queries.keys_to_watch(actor).items():
        one = by_code()[code]
        first = _("Each of them") if one.is_split else str(one.name)
        held: list[tuple[str, Words]] = [(f"{code}|", first)]
        told.append((one.name, held + [(f"{code}|{key}", name) for key, name in values]))
    return told


def _show(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    actor, at = request.actor, time.now()
    waiting = queries.warnings_waiting(actor)
    noted = queries.warnings_of(actor, noted=True, after=request.GET.get("after", ""))
    home = reverse("improvement:warnings")
    may_set = access.may_set_thresholds(actor)
    told = queries.told_of([*waiting, *noted.rows])
    ways = queries.ways_carried()
    context: dict[str, Any] = {
        "waiting": [_shown(row, told[row.pk], at) for row in waiting[: queries.WAITING_SHOWN]],
        "more": len(waiting) > queries.WAITING_SHOWN,
        "noted": [_shown(row, told[row.pk], at) for row in noted.rows],
        "older": f"{home}?{urlencode({'after': noted.next})}" if noted.next else "",
        "thresholds": [
            Kept(row, wording.watched(row), wording.threshold_value(row))
            for row in queries.thresholds_of(actor)
        ],
        "groups": _groups(actor) if may_set else [],
        "units": list(staff.unit_tree(actor)) if may_set else [],
        "measures": Measure.choices,
        "usual": queries.usual(),
        "addresses": queries.addresses_of(actor),
        "ways": [(value, label) for value, label in WarningWay.choices if value in ways],
        "clauses": [(clause, policy.clause_words(clause)) for clause in CLAUSES],
        "problem": problem,
        "fields": problem.fields if problem else {},
        "said": request.POST,
        "may_set": may_set,
        "may_note": access.may_note_warnings(actor),
    }
    status = problem.status if problem else 200
    return render(request, "improvement/warnings.html", context, status=status)


@require_GET
@staff_required(*access.READS)
def page(request: StaffRequest) -> HttpResponse:
    """Show what waits, the thresholds that count, and what was noted."""
    return _show(request)


def _wanted(said: QueryDict, actor: Actor) -> Wanted:
    figure, _bar, key = said.get("subject", "").partition("|")
    usual = queries.usual()
    measure = said.get("measure", Measure.COUNT)
    return Wanted(
        figure=figure,
        key=key,
        measure=measure,
        most=web.whole_number(said, "most", default=usual.most(figure, measure)),
        least=web.whole_number(said, "least", default=usual.from_so_many(measure)),
        days=web.whole_number(said, "days", default=usual.days),
        answer_hours=web.whole_number(said, "answer_hours", default=usual.hours),
        unit=queries.unit_named(actor, said.get("unit", ""), actions.OFFERED),
    )


@require_POST
@staff_required(*access.READS, access.SETS_THRESHOLDS)
def add(request: StaffRequest) -> HttpResponse:
    """Set a threshold."""
    actor, at, said = request.actor, time.now(), request.POST

    def work() -> str:
        return str(actions.set_threshold(_wanted(said, actor), actor=actor, at=at).public_id)

    body, key = web.form_body(request), web.idempotency_key(request)
    try:
        idempotency.do_once(f"page:threshold:{actor.ref}", key, body, work, at=at)
    except (Conflict, Invalid) as error:
        return _show(request, error)
    return redirect("improvement:warnings")


@require_POST
@staff_required(*access.READS, access.SETS_THRESHOLDS)
def retire(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a threshold warn no more."""
    found = queries.threshold_for(request.actor, ref)
    try:
        actions.retire_threshold(found, actor=request.actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _show(request, error)
    return redirect("improvement:warnings")


@require_POST
@staff_required(*access.READS, access.WORKS_ISSUES)
def note(request: StaffRequest, ref: str) -> HttpResponse:
    """Take note of a warning, saying what is done."""
    found = queries.warning_for(request.actor, ref)
    plan = request.POST.get("plan", "")
    try:
        actions.note_warning(found, plan=plan, actor=request.actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _show(request, error)
    return redirect("improvement:warnings")


@require_POST
@staff_required(*access.READS, access.SETS_THRESHOLDS)
def add_address(request: StaffRequest) -> HttpResponse:
    """Say where a department is told of warnings."""
    actor, at, said = request.actor, time.now(), request.POST

    def work() -> str:
        unit = queries.unit_named(actor, said.get("unit", ""), actions.OFFERED)
        made = actions.set_address(
            said.get("way", ""), said.get("address", ""), unit=unit, actor=actor, at=at
        )
        return str(made.public_id)

    body, key = web.form_body(request), web.idempotency_key(request)
    try:
        idempotency.do_once(f"page:warning-address:{actor.ref}", key, body, work, at=at)
    except (Conflict, Invalid) as error:
        return _show(request, error)
    return redirect("improvement:warnings")


@require_POST
@staff_required(*access.READS, access.SETS_THRESHOLDS)
def retire_address(request: StaffRequest, ref: str) -> HttpResponse:
    """Take an address out."""
    found = queries.address_for(request.actor, ref)
    try:
        actions.retire_address(found, actor=request.actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _show(request, error)
    return redirect("improvement:warnings")
