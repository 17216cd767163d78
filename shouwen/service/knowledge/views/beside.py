"""Beside an article: what belongs to it, and how two of its versions differ."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault import masking
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.queries import Asked
from shouwen.service.knowledge.views.article import show
from shouwen.service.knowledge.views.parsing import number_asked
from shouwen.service.knowledge.views.searching import SEARCH_MAX_CHARACTERS, shell

OFFERED = 8


@require_safe
@staff_required("knowledge.read", "knowledge.write")
def find_related(request: StaffRequest, ref: str) -> HttpResponse:
    """List articles to choose from."""
    article = queries.article_for(request.actor, ref)
    q = masking.redact(request.GET.get("q", "")[:SEARCH_MAX_CHARACTERS])
    found = queries.find(request.actor, Asked(q=q, limit=OFFERED + 1), at=time.now()).results
    others = [result for result in found if result.version.article_id != article.pk]
    shown = {"article": article, "found": others[:OFFERED] if q.strip() else [], "q": q}
    return render(request, "knowledge/found.html", shown)


@require_POST
@staff_required("knowledge.read", "knowledge.write")
def link(request: StaffRequest, ref: str) -> HttpResponse:
    """Let another article stand beside this one."""
    article = queries.article_for(request.actor, ref)
    other = queries.article_for(request.actor, request.POST.get("other", ""))
    try:
        actions.link(article, other, actor=request.actor, at=time.now())
    except Invalid as problem:
        return show(request, ref, None, problem)
    return _back(ref)


@require_POST
@staff_required("knowledge.read", "knowledge.write")
def unlink(request: StaffRequest, ref: str) -> HttpResponse:
    """Take another article away from beside this one."""
    article = queries.article_for(request.actor, ref)
    other = queries.article_for(request.actor, request.POST.get("other", ""))
    actions.unlink(article, other, actor=request.actor, at=time.now())
    return _back(ref)


def _back(ref: str) -> HttpResponse:
    return redirect(f"{reverse('knowledge:article', args=[ref])}#know-related")


@require_safe
@staff_required("knowledge.read")
def compare(request: StaffRequest, ref: str) -> HttpResponse:
    """Show how two versions differ; without numbers the two newest in sight."""
    asked = (number_asked(request.GET, "from"), number_asked(request.GET, "to"))
    found = queries.comparison(request.actor, ref, *asked, at=time.now())
    return render(request, "knowledge/compare.html", shell(request, "") | {"found": found})
