"""Qualifications: who may do what work, until when, and who guides the newcomers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.front.console.views.person import act_on
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Problem
from shouwen.ground.kit import web
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.models import Person, Skill
from shouwen.people.staff.web import StaffRequest, staff_required


def _page(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "found": queries.qualifications(request.actor, time.now()),
        "may_open": access.has_right(request.actor, "staff.review"),
        "may_edit": access.has_right(request.actor, "staff.edit"),
        "said": request.POST,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "done": _("The skill can be given from now on.") if request.GET.get("done") else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/people/qualifications.html", context, status=status)


@require_GET
@staff_required("qualification.read")
def qualifications(request: StaffRequest) -> HttpResponse:
    """Show the skills, what ends soon or has ended, and who is short of experience."""
    return _page(request)


@require_POST
@staff_required("qualification.read", "staff.edit")
def define(request: StaffRequest) -> HttpResponse:
    """Name a skill that people can be qualified for."""
    try:
        actions.define_skill(
            institution=queries.own_institution(request.actor),
            code=request.POST.get("code", "").strip(),
            name_zh=request.POST.get("name_zh", "").strip(),
            name_en=request.POST.get("name_en", "").strip(),
            actor=request.actor,
            at=time.now(),
        )
    except (Invalid, Conflict) as problem:
        return _page(request, problem)
    return redirect(f"{reverse('console:qualifications')}?done=yes")


def _skill(request: StaffRequest) -> Skill:
    """Find the skill a form names. Raises Invalid."""
    try:
        return queries.skill_for(request.actor, request.POST.get("skill", ""))
    except NotThere as error:
        raise Invalid(fields={"skill": _("Choose a skill.")}) from error


def _level(request: StaffRequest) -> int:
    """Read a level; what is no digit is no level. Raises nothing."""
    text = request.POST.get("level", "")
    return int(text) if text in {"1", "2", "3", "4", "5"} else 0


@require_POST
@staff_required("staff.edit")
def teach(request: StaffRequest, ref: str) -> HttpResponse:
    """Note a qualification, or change one."""
    return act_on(
        request,
        ref,
        "skill",
        lambda person: actions.teach_skill(
            person,
            _skill(request),
            _level(request),
            expires_on=web.day(request.POST, "expires_on"),
            certificate=request.POST.get("certificate", ""),
            actor=request.actor,
            at=time.now(),
        ),
    )


@require_POST
@staff_required("staff.edit")
def drop(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a qualification back."""
    return act_on(
        request,
        ref,
        "dropped",
        lambda person: actions.drop_skill(
            person, _skill(request), actor=request.actor, at=time.now()
        ),
    )


def _mentor(request: StaffRequest) -> Person | None:
    ref = request.POST.get("mentor", "")
    if not ref:
        return None
    try:
        return queries.person_for(request.actor, ref)
    except NotThere as error:
        raise Invalid(fields={"mentor": _("Choose a mentor.")}) from error


@require_POST
@staff_required("staff.edit")
def experience(request: StaffRequest, ref: str) -> HttpResponse:
    """Note experience and mentor."""
    return act_on(
        request,
        ref,
        "changed",
        lambda person: actions.set_experience(
            person,
            since=web.day(request.POST, "since"),
            mentor=_mentor(request),
            actor=request.actor,
            at=time.now(),
        ),
    )
