"""One article: its page, and what is pressed on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.contact.conversations.rules.content import FILE_MAX_BYTES
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit import web
from shouwen.ground.kit.web import whole_number
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.knowledge import access, actions, queries
from shouwen.service.knowledge.models import FILES_MAX, ArticleVersion, State
from shouwen.service.knowledge.views.parsing import number_asked
from shouwen.service.knowledge.views.searching import shell

# Reads one thing the act needs from the form.
Reads = Callable[[QueryDict], object]


def show(
    request: StaffRequest, ref: str, number: int | None, problem: Problem | None = None
) -> HttpResponse:
    """Show an article's page, with what went wrong where something did."""
    at, actor = time.now(), request.actor
    sheet = queries.sheet(actor, ref, at=at, number=number)
    shown = sheet.shown
    is_open = shown.state in (State.DRAFT, State.SUBMITTED)
    is_over = shown.valid_until is not None and shown.valid_until <= at
    mine = access.is_author(actor, shown)
    decides = access.may_approve(actor) and not mine
    goes_on = shown.state == State.PUBLISHED and not is_over
    context = shell(request, "") | {
        "sheet": sheet,
        "article": sheet.article,
        "version": shown,
        "is_in_force": shown.is_in_force(at),
        "is_open": is_open,
        "is_late": shown.state == State.PUBLISHED
        and not is_over
        and shown.review_on <= time.day_of(at),
        "is_mine": mine,
        "may_edit": access.may_write(actor)
        and (sheet.draft is None or (sheet.draft.state == State.DRAFT and is_open and mine)),
        "may_submit": shown.state == State.DRAFT and mine and access.may_write(actor),
        "may_discard": shown.state == State.DRAFT and access.may_write(actor),
        "may_decide": shown.state == State.SUBMITTED and decides,
        "may_review": goes_on and decides,
        "may_retire": goes_on and access.may_approve(actor),
        "may_attach": shown.state == State.DRAFT and mine and access.may_write(actor),
        "files_max": FILES_MAX,
        "file_most_bytes": FILE_MAX_BYTES,
        "may_vote": shown.is_in_force(at),
        "problem": problem,
        "done": "" if problem else _done_words(request.GET.get("done", "")),
        "problem_fields": [str(words) for words in problem.fields.values()] if problem else [],
    }
    status = problem.status if problem else 200
    return render(request, "knowledge/article.html", context, status=status)


@require_GET
@staff_required("knowledge.read")
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show an article, or one of its versions by `?version=`."""
    return show(request, ref, number_asked(request.GET, "version"))


def _door(
    right: str, act: str, do: Callable[..., None], *reads: Reads
) -> Callable[..., HttpResponse]:
    """Make the door of one act on a version, named by the form with its revision."""

    @require_POST
    @staff_required(right)
    def door(request: StaffRequest, ref: str) -> HttpResponse:
        at, said, number = time.now(), request.POST, None
        article = queries.article_for(request.actor, ref)
        try:
            number = whole_number(said, "version")
            seen = whole_number(said, "revision")
            version = queries.version_for(request.actor, article.public_id, number, at=at)
            do(version, *(read(said) for read in reads), seen=seen, actor=request.actor, at=at)
        except (Invalid, Conflict) as error:
            return show(request, ref, number, error)
        return redirect(f"{reverse('knowledge:article', args=[ref])}?version={number}&done={act}")

    return door


def _done_words(act: str) -> str:
    """Say what was done, on the page that is shown after it."""
    match act:
        case "submit":
            return _("Handed in. Another person approves it.")
        case "discard":
            return _("The draft is dropped.")
        case "approve":
            return _("Approved.")
        case "send-back":
            return _("Sent back to the author.")
        case "review":
            return _("Reviewed.")
        case "retire":
            return _("Withdrawn. It no longer counts.")
        case "vote":
            return _("Thank you. Your vote is counted.")
        case _:
            return ""


def _reason(said: QueryDict) -> str:
    return said.get("reason", "")


def _next_look(said: QueryDict) -> date | None:
    return web.day(said, "review_on")


def _is_useful(said: QueryDict) -> bool:
    return said.get("useful") == "yes"


def _vote(
    version: ArticleVersion, is_useful: bool, *, seen: int, actor: Actor, at: datetime
) -> None:
    actions.vote(version, is_useful=is_useful, actor=actor, at=at)


submit = _door("knowledge.write", "submit", actions.submit)
discard = _door("knowledge.write", "discard", actions.discard)
approve = _door("knowledge.approve", "approve", actions.approve)
send_back = _door("knowledge.approve", "send-back", actions.send_back, _reason)
review = _door("knowledge.approve", "review", actions.review, _next_look)
retire = _door("knowledge.approve", "retire", actions.retire, _reason)
vote = _door("knowledge.read", "vote", _vote, _is_useful)
