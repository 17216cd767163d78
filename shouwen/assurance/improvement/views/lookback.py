"""Look-back: who is to be asked again, and what they said."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from shouwen.assurance.improvement import access, actions, forms, queries
from shouwen.assurance.improvement.models.lookback import REACHED, Answer
from shouwen.assurance.satisfaction.models import Score
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit import web
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import queries as complaints

USUAL_PERIOD = "last-month"


def _show(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    actor, at, asked = request.actor, time.now(), request.GET
    waiting = queries.follow_ups_of(actor, done=False, after=asked.get("waiting", ""))
    done = queries.follow_ups_of(actor, done=True, after=asked.get("done", ""))
    period = forms.asked_period({"period": USUAL_PERIOD}, at)
    home = reverse("improvement:lookback")
    counted = queries.tally(actor)
    said = request.POST
    context: dict[str, Any] = {
        "waiting": waiting.rows,
        "refused": waiting.refused,
        "done": done.rows,
        "more_waiting": f"{home}?{urlencode({'waiting': waiting.next})}" if waiting.next else "",
        "more_done": f"{home}?{urlencode({'done': done.next})}" if done.next else "",
        "count": counted.get("", 0),
        "tally": [(label, counted.get(value, 0)) for value, label in Answer.choices],
        "first": said.get("from") or period.first.isoformat(),
        "last": said.get("to") or period.last.isoformat(),
        "percent": said.get("percent") or queries.usual_percent(),
        "problem": problem,
        "fields": problem.fields if problem else {},
        "may_follow_up": access.may_follow_up(actor),
    }
    status = problem.status if problem else 200
    return render(request, "improvement/lookback.html", context, status=status)


@require_GET
@staff_required(access.READS_ISSUES)
def page(request: StaffRequest) -> HttpResponse:
    """Show who waits to be asked, and what those who were asked said."""
    return _show(request)


@require_POST
@staff_required(access.READS_ISSUES, access.FOLLOWS_UP)
def draw(request: StaffRequest) -> HttpResponse:
    """Draw a sample of the complaints closed in these days."""
    actor, at, said = request.actor, time.now(), request.POST

    def work() -> str:
        period = forms.asked_period(said.dict(), at)
        percent = web.whole_number(said, "percent")
        return str(len(actions.draw_sample(period, percent=percent, actor=actor, at=at)))

    body, key = web.form_body(request), web.idempotency_key(request)
    try:
        idempotency.do_once(f"page:lookback:{actor.ref}", key, body, work, at=at)
    except (Conflict, Invalid) as error:
        return _show(request, error)
    return redirect("improvement:lookback")


def _show_one(request: StaffRequest, ref: str, problem: Problem | None = None) -> HttpResponse:
    actor = request.actor
    found = queries.follow_up_for(actor, ref)
    context = {
        "row": found,
        "cause": queries.cause_of(found.source),
        "phone": queries.phone_of(found),
        "refuses": bool(queries.refusing([found])),
        "scores": Score.choices,
        "answers": [(each.value, each.label) for each in REACHED],
        "said": request.POST,
        "problem": problem,
        "fields": problem.fields if problem else {},
        "may_follow_up": access.may_follow_up(actor) and not found.answer,
    }
    status = problem.status if problem else 200
    return render(request, "improvement/follow_up.html", context, status=status)


@require_GET
@staff_required(access.READS_ISSUES)
def follow_up(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one customer who is asked again, and what they said."""
    return _show_one(request, ref)


@require_POST
@staff_required(access.READS_ISSUES, access.FOLLOWS_UP)
def record(request: StaffRequest, ref: str) -> HttpResponse:
    """Put on record what a customer said."""
    found, said = queries.follow_up_for(request.actor, ref), request.POST
    try:
        told = actions.Said(
            answer=said.get("answer", ""),
            words=said.get("words", ""),
            score=web.number_or_none(said, "score", {}),
            problem_confirmed=said.get("problem_confirmed") == "yes",
            result_told=said.get("result_told") == "yes",
        )
        actions.record_follow_up(found, told, actor=request.actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _show_one(request, ref, error)
    return redirect("improvement:lookback")


@require_POST
@staff_required(access.READS_ISSUES, access.FOLLOWS_UP)
def miss(request: StaffRequest, ref: str) -> HttpResponse:
    """Note that a customer did not answer."""
    found = queries.follow_up_for(request.actor, ref)
    try:
        tries = web.whole_number(request.POST, "tries")
        actions.miss_follow_up(found, seen_tries=tries, actor=request.actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _show_one(request, ref, error)
    return redirect("improvement:lookback")


def _show_hit(request: StaffRequest, ref: str, problem: Problem | None = None) -> HttpResponse:
    actor = request.actor
    complaint = complaints.complaint_for(actor, ref)
    cause = queries.cause_of(complaint)
    context = {
        "complaint": complaint,
        "cause": cause,
        "may_spread": cause is not None and queries.is_upheld(complaint),
        "rows": queries.hit_by_same(actor, complaint),
        "problem": problem,
        "fields": problem.fields if problem else {},
    }
    status = problem.status if problem else 200
    return render(request, "improvement/hit.html", context, status=status)


@require_GET
@staff_required(access.READS_ISSUES, access.FOLLOWS_UP)
def hit(request: StaffRequest, ref: str) -> HttpResponse:
    """Show whom the cause of a complaint may have hit too."""
    return _show_hit(request, ref)


@require_POST
@staff_required(access.READS_ISSUES, access.FOLLOWS_UP)
def spread(request: StaffRequest, ref: str) -> HttpResponse:
    """Have the chosen customers asked."""
    actor = request.actor
    complaint = complaints.complaint_for(actor, ref)
    cases = request.POST.getlist("cases")
    try:
        actions.follow_same_cause(complaint, cases, actor=actor, at=time.now())
    except (Conflict, Invalid) as error:
        return _show_hit(request, ref, error)
    return redirect("improvement:lookback")
