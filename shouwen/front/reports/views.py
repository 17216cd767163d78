"""The reports' pages and files; each makes one call."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shouwen.assurance.monitoring import forms, queries
from shouwen.front.reports import actions, files, page
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.sheets import Format
from shouwen.people.staff.web import StaffRequest, staff_required


@require_GET
@staff_required("metrics.read")
def history(request: StaffRequest) -> HttpResponse:
    """Show the figures of a period; a wrong entry is named, and the usual period shown."""
    now = time.now()
    asked, problem = request.GET.dict(), None
    try:
        question = forms.question_of(asked, now)
    except Invalid as error:
        asked, problem = {}, error
        question = forms.question_of(asked, now)
    found = queries.history(request.actor, question, now)
    context = page.context(
        found, asked, actor=request.actor, page_number=request.GET.get("page", "")
    )
    return render(
        request,
        "reports/history.html",
        {**context, "problem": problem},
        status=422 if problem else 200,
    )


@require_GET
@staff_required("metrics.read")
def behind(request: StaffRequest) -> HttpResponse:
    """List the contacts, cases or ratings behind a figure."""
    now = time.now()
    asked = request.GET.dict()
    try:
        question = forms.question_of(asked, now)
    except Invalid:
        return redirect(reverse("reports:history"))
    number = page.number_of(request.GET.get("page", ""))
    found = actions.look_behind(request.actor, question, number, at=now)
    return render(request, "reports/behind.html", page.behind_context(found, question, asked))


@require_GET
@staff_required("metrics.read")
def parts_file(request: StaffRequest, kind: Format) -> HttpResponse:
    """Give the table of parts as a file."""
    now = time.now()
    question = forms.question_of(request.GET.dict(), now)
    found = actions.take_figures(request.actor, question, at=now)
    return files.of_parts(found, kind, actor=request.actor, at=now)


@require_GET
@staff_required("metrics.read")
def times_file(request: StaffRequest, kind: Format) -> HttpResponse:
    """Give the drawn figure over time as a file."""
    now = time.now()
    question = forms.question_of(request.GET.dict(), now)
    found = actions.take_figures(request.actor, question, at=now)
    return files.of_times(found, kind, actor=request.actor, at=now)
