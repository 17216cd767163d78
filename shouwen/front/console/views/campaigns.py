"""Campaigns of surveys: planned, previewed, launched, stopped, and what each run brought."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.assurance.satisfaction import actions, forms, queries
from shouwen.assurance.satisfaction.models import AskedWay, Dimension, Every, Had, Sample
from shouwen.assurance.satisfaction.queries import CampaignView
from shouwen.assurance.satisfaction.rules.campaigns import Plan
from shouwen.front.console.views.surveys import SEES, WORDS, page_number
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit.web import whole_number
from shouwen.people.customers.models import Risk, Value
from shouwen.people.staff import access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.web import StaffRequest, staff_required


def _done(act: str) -> str:
    match act:
        case "saved":
            return _("The plan is saved. Nobody is asked before the campaign is launched.")
        case "counted":
            return _("Counted. Look at the figures, then launch the campaign.")
        case "counting":
            return _("There are many to count. The figures appear here in a moment.")
        case "launched":
            return _("The campaign is launched. It draws by itself on its days.")
        case "stopped":
            return _("The campaign is stopped. Who was asked already may still answer.")
        case _:
            return ""


@require_GET
@staff_required(SEES)
def campaigns(request: StaffRequest) -> HttpResponse:
    """List the campaigns, newest first, each with its latest run."""
    number = page_number(request.GET.get("page", ""))
    found = queries.campaigns_of(request.actor, page=number, at=time.now())
    home = reverse("console:campaigns")
    context = {
        "rows": found.rows,
        "newer": f"{home}?page={number - 1}" if number > 1 else "",
        "older": f"{home}?page={number + 1}" if found.older else "",
        "may_word": access.has_right(request.actor, WORDS),
    }
    return render(request, "console/surveys/campaigns.html", context)


def _form(
    request: StaffRequest,
    plan: Plan,
    *,
    view: CampaignView | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    now = time.now()
    days, clause = queries.days_offered(request.person.institution_id, now)
    context = {
        "view": view,
        "campaign": view.campaign if view else None,
        "seen": request.POST.get("revision") or (view.campaign.revision if view else ""),
        "plan": plan,
        "surveys": queries.surveys_to_send(request.actor, now),
        "units": staff.unit_tree(request.actor),
        "everywhere": request.actor.all_units,
        "ways": AskedWay.choices,
        "hads": Had.choices,
        "values": Value.choices,
        "risks": Risk.choices,
        "samples": Sample.choices,
        "rhythms": Every.choices,
        "days": days,
        "clause": clause,
        "today": day_of(now).isoformat(),
        "may_word": view.may_word if view else True,
        "may_plan": view is None or (view.may_word and view.campaign.is_draft),
        "problem": problem if problem and not problem.fields else None,
        "fields": dict(problem.fields) if problem else {},
        "done": "" if problem else _done(request.GET.get("done", "")),
    }
    status = problem.status if problem else 200
    return render(request, "console/surveys/campaign.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required(SEES, WORDS)
def new(request: StaffRequest) -> HttpResponse:
    """Plan a new campaign."""
    home = request.person.institution
    if request.method == "GET":
        return _form(request, actions.plan_to_begin_with(home.pk, time.now()))
    plan = forms.plan_from(request.POST)
    try:
        made = actions.write_campaign(home, plan, actor=request.actor, at=time.now())
    except Invalid as error:
        return _form(request, plan, problem=error)
    return redirect(f"{reverse('console:campaign', args=[made.public_id])}?done=saved")


@require_http_methods(["GET", "POST"])
@staff_required(SEES)
def campaign(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one campaign with its runs; plan it anew while it is not launched."""
    view = queries.campaign_for(request.actor, ref, at=time.now())
    if request.method == "GET":
        return _form(request, actions.plan_of(view.campaign), view=view)
    if not view.may_word:
        raise NotAllowed
    plan = forms.plan_from(request.POST)
    try:
        seen = whole_number(request.POST, "revision")
        actions.change_campaign(view.campaign, plan, seen=seen, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _form(request, plan, view=view, problem=error)
    return redirect(f"{reverse('console:campaign', args=[ref])}?done=saved")


def _step(request: StaffRequest, ref: str, step: Callable[..., None], done: str) -> HttpResponse:
    view = queries.campaign_for(request.actor, ref, at=time.now())
    try:
        seen = whole_number(request.POST, "revision")
        step(view.campaign, seen=seen, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _form(request, actions.plan_of(view.campaign), view=view, problem=error)
    return redirect(f"{reverse('console:campaign', args=[ref])}?done={done}")


@require_POST
@staff_required(SEES, WORDS)
def preview(request: StaffRequest, ref: str) -> HttpResponse:
    """Count whom it would ask and leave out; many are counted while the page waits for them."""
    answer = _step(request, ref, actions.preview_campaign, "counted")
    if answer.status_code != HTTPStatus.FOUND:
        return answer
    view = queries.campaign_for(request.actor, ref, at=time.now())
    done = "counting" if view.is_being_counted else "counted"
    return redirect(f"{reverse('console:campaign', args=[ref])}?done={done}")


@require_POST
@staff_required(SEES, WORDS)
def launch(request: StaffRequest, ref: str) -> HttpResponse:
    """Let it run."""
    return _step(request, ref, actions.launch_campaign, "launched")


@require_POST
@staff_required(SEES, WORDS)
def stop(request: StaffRequest, ref: str) -> HttpResponse:
    """Let it ask nobody any more."""
    return _step(request, ref, actions.stop_campaign, "stopped")


@require_GET
@staff_required(SEES)
def results(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what one run brought: how many answered, apart from what they answered."""
    line = queries.run_for(request.actor, ref)
    context = {
        "campaign": line.run.campaign,
        "line": line,
        "version": line.run.version,
        "found": queries.results_of_run(request.actor, line.run),
        "dimensions": dict(Dimension.choices),
    }
    return render(request, "console/surveys/campaign_run.html", context)
