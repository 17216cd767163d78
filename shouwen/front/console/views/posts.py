"""The duty list: every post with authority, obligations and bound figures; and one's own post."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.front.console.views.person import act_on
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Problem, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit import web
from shouwen.ground.kit.words import Words as Said
from shouwen.ground.policy.queries import Target
from shouwen.people.staff import access, actions, queries
from shouwen.people.staff.actions import Duties
from shouwen.people.staff.models import Post, PostHolding, PostVersion, Unit
from shouwen.people.staff.ports import Shares
from shouwen.people.staff.queries import PostView
from shouwen.people.staff.web import StaffRequest, staff_required

LONGEST_FIGURE = 8
FIGURES: dict[str, Said] = {
    "connect_percent": pgettext_lazy("post", "Connect rate"),
    "reply_percent": pgettext_lazy("post", "Answered in time"),
    "resolution_percent": pgettext_lazy("post", "Resolved"),
}
TEXTS = ("name_zh", "name_en", "authority", "obligations")


def _figure(text: str, name: str, wrong: dict[str, Words]) -> Decimal | None:
    text = text.strip()
    if not text:
        return None
    try:
        if len(text) > LONGEST_FIGURE:
            raise InvalidOperation
        return Decimal(text)
    except InvalidOperation:
        wrong[name] = _("Enter a share from 0 to 100 with at most one decimal.")
        return None


def _duties(said: Mapping[str, str]) -> Duties:
    """Read the form. Raises Invalid naming each wrong field."""
    wrong: dict[str, Words] = {}
    first = None
    try:
        first = web.day(said, "effective_from")
        if first is None:
            wrong["effective_from"] = _("Choose a date.")
    except Invalid as error:
        wrong |= error.fields
    figures = {name: _figure(said.get(name, ""), name, wrong) for name in FIGURES}
    if wrong or first is None:
        raise Invalid(fields=wrong)
    texts = {name: said.get(name, "") for name in TEXTS}
    return Duties(**texts, **figures, effective_from=first)  # type: ignore[arg-type]  # each dict holds the fields of its own type


def _unit(request: StaffRequest) -> Unit | None:
    """Find the unit of a new post; none for the institution. Raises Invalid."""
    ref = request.POST.get("unit", "")
    if not ref:
        return None
    try:
        return queries.unit_for(request.actor, ref)
    except NotThere as error:
        raise Invalid(fields={"unit": _("Choose a unit.")}) from error


def _done(code: str) -> str:
    return {
        "added": _("The post is on the duty list. Give it to those who hold it."),
        "changed": _("The new version is kept; it counts from its day on."),
        "closed": _("The post is off the list; its versions stay."),
        "reopened": _("The post is on the list again."),
    }.get(code, "")


def figures_of(version: PostVersion) -> list[tuple[Said, Decimal | None]]:
    """Give the bound figures of a version with their names, for a page."""
    return [(words, getattr(version, name)) for name, words in FIGURES.items()]


def _asked(target: Target | None) -> tuple[str, str] | None:
    """Give clause and percent of what a rule pack asks."""
    return (target.clause, f"{target.value * 100:g}") if target else None


def _form(request: StaffRequest, version: PostVersion | None, problem: Problem | None) -> Any:
    """Give what the form shows: what was typed where something is wrong, else what counts last."""
    now = time.now()
    asked = queries.figures_asked(request.actor.institution_id or 0, now)
    given = {name: getattr(version, name) for name in TEXTS} if version else {}
    shares = [
        (
            name,
            words,
            request.POST[name] if problem and name in request.POST else getattr(version, name, ""),
            _asked(asked.get(name)),
            problem.fields.get(name, "") if problem else "",
        )
        for name, words in FIGURES.items()
    ]
    today = day_of(now)
    return {
        "given": request.POST if problem else given,
        "shares": [
            (name, words, "" if value is None else value, target, wrong)
            for name, words, value, target, wrong in shares
        ],
        "first_day": request.POST.get("effective_from", "") if problem else today.isoformat(),
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "may_edit": access.has_right(request.actor, "staff.edit"),
        "today": today,
    }


@require_GET
@staff_required("staff.review")
def posts(request: StaffRequest) -> HttpResponse:
    """Show the duty list, or the posts taken off it."""
    closed = request.GET.get("view") == "closed"
    try:
        page = queries.posts_page(
            request.actor, time.now(), after=request.GET.get("after", ""), closed=closed
        )
    except Invalid:
        return redirect("console:posts")
    home, view = reverse("console:posts"), "?view=closed" if closed else ""
    context = {
        "page": page,
        "rows": [(line, figures_of(line.shown)) for line in page.lines],
        "figures": FIGURES.values(),
        "closed": closed,
        "tabs": [
            (pgettext("posts", "In use"), home, not closed),
            (pgettext("posts", "Closed"), f"{home}?view=closed", closed),
        ],
        "next": f"{home}{view}{'&' if view else '?'}after={page.next}" if page.next else "",
        "may_edit": access.has_right(request.actor, "staff.edit"),
        "done": _done(request.GET.get("done", "")),
    }
    return render(request, "console/posts/list.html", context)


@require_http_methods(["GET", "POST"])
@staff_required("staff.review", "staff.edit")
def new(request: StaffRequest) -> HttpResponse:
    """Put a post on the list."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            made = actions.add_post(
                queries.own_institution(request.actor),
                _duties(request.POST),
                unit=_unit(request),
                actor=request.actor,
                at=time.now(),
            )
        except (Invalid, Conflict, NotAllowed) as error:
            problem = error
        else:
            return redirect(f"{reverse('console:post', args=[made.public_id])}?done=added")
    context = _form(request, None, problem) | {
        "units": queries.unit_tree(request.actor),
        "everywhere": request.actor.all_units,
    }
    status = problem.status if problem else 200
    return render(request, "console/posts/new.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Reached:
    """What the holders of a post reached of the figures it is bound to, as a table."""

    month: date
    columns: list[tuple[Said, Decimal]]
    together: list[tuple[float | None, bool]]
    rows: list[tuple[PostHolding, list[tuple[float | None, bool]] | None]]


def _reached(view: PostView) -> Reached | None:
    """Compare what was reached with the figures of the version shown; each cell says if it falls
    short. None where the post is bound to none, or nobody holds it."""
    least = {name: getattr(view.line.shown, name) for name in FIGURES}
    bound = {name: share for name, share in least.items() if share is not None}
    if view.reached is None or not bound or not view.holders:
        return None

    def cells(shares: Shares) -> list[tuple[float | None, bool]]:
        values = [(shares.get(name), share) for name, share in bound.items()]
        return [(one, one is not None and one * 100 < share) for one, share in values]

    by_person = view.reached.by_person
    return Reached(
        view.reached.month,
        [(FIGURES[name], share) for name, share in bound.items()],
        cells(view.reached.together),
        [
            (one, cells(by_person[one.person.public_id]))
            if one.person.public_id in by_person
            else (one, None)
            for one in view.holders
        ],
    )


def _post_page(request: StaffRequest, post: Post, problem: Problem | None = None) -> HttpResponse:
    view = queries.post_view(request.actor, post, time.now())
    context = _form(request, view.line.latest, problem) | {
        "view": view,
        "line": view.line,
        "shown": view.line.shown,
        "shown_figures": figures_of(view.line.shown),
        "versions": [(one, figures_of(one)) for one in view.versions],
        "reached": _reached(view),
        "done": _done(request.GET.get("done", "")) if not problem else "",
    }
    status = problem.status if problem else 200
    return render(request, "console/posts/post.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required("staff.review")
def post(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one post with its versions and holders, and write another version."""
    found = queries.post_for(request.actor, ref)
    if request.method == "GET":
        return _post_page(request, found)
    if not access.has_right(request.actor, "staff.edit"):
        return render(request, "staff/not_allowed.html", status=403)

    def change() -> None:
        seen = web.whole_number(request.POST, "seen")
        duties = _duties(request.POST)
        actions.change_post(found, duties, seen=seen, actor=request.actor, at=time.now())

    return _act(request, found, "changed", change)


def _act(request: StaffRequest, post: Post, done: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except (Invalid, Conflict, NotAllowed) as problem:
        return _post_page(request, queries.post_for(request.actor, post.public_id), problem)
    return redirect(f"{reverse('console:post', args=[post.public_id])}?done={done}")


@require_POST
@staff_required("staff.review", "staff.edit")
def close(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a post off the list."""
    found = queries.post_for(request.actor, ref)
    return _act(
        request,
        found,
        "closed",
        lambda: actions.close_post(found, actor=request.actor, at=time.now()),
    )


@require_POST
@staff_required("staff.review", "staff.edit")
def reopen(request: StaffRequest, ref: str) -> HttpResponse:
    """Put a closed post back on the list."""
    found = queries.post_for(request.actor, ref)
    return _act(
        request,
        found,
        "reopened",
        lambda: actions.reopen_post(found, actor=request.actor, at=time.now()),
    )


def _chosen(request: StaffRequest) -> Post | None:
    ref = request.POST.get("post", "")
    if not ref:
        return None
    try:
        return queries.post_for(request.actor, ref)
    except NotThere as error:
        raise Invalid(fields={"post": _("Choose a post.")}) from error


@require_POST
@staff_required("staff.review", "staff.edit")
def give(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a person hold a post."""
    return act_on(
        request,
        ref,
        "post",
        lambda person: actions.give_post(
            person, _chosen(request), actor=request.actor, at=time.now()
        ),
    )


@require_GET
@staff_required()
def own(request: StaffRequest) -> HttpResponse:
    """Show what one's own post may and must do."""
    held = queries.own_post(request.actor, time.now())
    context = {
        "held": held,
        "line": held.line if held else None,
        "shown": held.line.shown if held else None,
        "shown_figures": figures_of(held.line.shown) if held else [],
        "ahead_figures": figures_of(held.line.ahead) if held and held.line.ahead else [],
    }
    return render(request, "console/posts/own.html", context)
