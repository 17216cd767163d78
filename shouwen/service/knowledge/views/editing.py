"""Writing an article: a new one, a draft again, or the next version of one in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit.web import form_body, idempotency_key, whole_number
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.knowledge import access, actions, queries
from shouwen.service.knowledge.models import TOPICS_OF, Audience, State
from shouwen.service.knowledge.views.parsing import said_before, wording_of
from shouwen.service.knowledge.views.searching import shell


def _form(
    request: StaffRequest,
    said: Mapping[str, Any],
    problem: Problem | None = None,
    **more: Any,
) -> HttpResponse:
    context = shell(request, "") | {
        "said": said,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "topics": [(kind.label, topics) for kind, topics in TOPICS_OF.items()],
        "audiences": Audience.choices,
        "categories": queries.categories_of(request.actor),
        **more,
    }
    status = problem.status if problem else 200
    return render(request, "knowledge/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required("knowledge.read", "knowledge.write")
def new(request: StaffRequest) -> HttpResponse:
    """Begin a new article, perhaps for a request."""
    ref = request.POST.get("request") or request.GET.get("request") or ""
    asked = queries.request_for(request.actor, ref) if ref else None
    if request.method == "GET":
        return _form(request, {"title": asked.words if asked else ""}, asked=asked)
    try:
        made = _begin_once(request, ref)
    except (Invalid, Conflict) as error:
        return _form(request, request.POST, error, asked=asked)
    return redirect("knowledge:article", made)


def _begin_once(request: StaffRequest, ref: str) -> str:
    """Begin the article once for each shown form; give its public id."""
    actor, at = request.actor, time.now()
    asked = queries.request_for(actor, ref) if ref else None

    def begin() -> str:
        version = actions.draft_article(wording_of(request.POST), request=asked, actor=actor, at=at)
        return str(version.article.public_id)

    key = idempotency_key(request)
    if not key:
        return begin()
    body = form_body(request)
    with idempotency.once(f"page:knowledge.new:{actor.ref}", key, body, at=at) as slot:
        if not slot.reference:
            slot.finish(begin())
        return slot.reference or slot.row.reference


@require_http_methods(["GET", "POST"])
@staff_required("knowledge.read", "knowledge.write")
def edit(request: StaffRequest, ref: str) -> HttpResponse:
    """Go on with one's own draft, or begin the next version."""
    actor, at = request.actor, time.now()
    sheet = queries.sheet(actor, ref, at=at)
    draft = sheet.draft
    more: dict[str, Any] = {"article": sheet.article, "draft": draft}
    if draft is not None and (draft.state == State.SUBMITTED or not access.is_author(actor, draft)):
        # Nothing to write on here: the page says with whom it is.
        return redirect("knowledge:article", ref)
    if request.method == "GET":
        return _form(request, said_before(draft or sheet.shown, again=draft is None), **more)
    try:
        wording = wording_of(request.POST)
        if draft is None:
            draft = actions.revise(sheet.article, wording, actor=actor, at=at)
        else:
            seen = whole_number(request.POST, "revision")
            actions.edit_draft(draft, wording, seen=seen, actor=actor, at=at)
    except (Invalid, Conflict) as error:
        return _form(request, request.POST, error, **more)
    return redirect(f"{reverse('knowledge:article', args=[ref])}?version={draft.number}")
