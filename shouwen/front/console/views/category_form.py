"""What a category asks of its cases: item by item, each change a new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Problem, Words
from shouwen.ground.kit import web
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Category
from shouwen.service.cases.rules.asking import Choice, Item, Kind, Step

MOST_LINES = 60


def kind_words() -> dict[Kind, str]:
    """Name the kinds of items."""
    return {
        Kind.TEXT: pgettext("item", "Short text"),
        Kind.LONG: pgettext("item", "Long text"),
        Kind.NUMBER: pgettext("item", "Number"),
        Kind.AMOUNT: pgettext("item", "Amount in CNY"),
        Kind.DATE: pgettext("item", "Date"),
        Kind.CHOICE: pgettext("item", "Choice"),
        Kind.YES_NO: pgettext("item", "Yes or no"),
        Kind.POINT: pgettext("item", "Point of the checklist"),
    }


def step_words() -> dict[Step, str]:
    """Name the steps before which an item must be there."""
    return {
        Step.NONE: _("not needed"),
        Step.OPENING: _("at opening"),
        Step.RESOLVE: _("before it is resolved"),
        Step.CLOSE: _("before it is closed (points)"),
        Step.ARCHIVE: _("before the archive (fields)"),
    }


def asks_of(category: Category) -> dict[str, Any]:
    """Give what a category asks itself and what the levels above ask."""
    own = queries.latest_form(category)
    kinds = kind_words()
    lines = [
        (item, queries.item_name(item), kinds[item.kind], queries.needed_words(item), form)
        for form, item in queries.items_in_force(category)
    ]
    return {
        "own": own,
        "asks": [line for line in lines if line[-1].category_id == category.pk],
        "above_asks": [line for line in lines if line[-1].category_id != category.pk],
        "version": own.number if own else 0,
    }


def _as_line(one: Choice) -> str:
    parts = [one.code, one.name_zh, one.name_en]
    return " | ".join(part for part in parts if part)


def _choices(text: str) -> tuple[Choice, ...]:
    """Read one value a line: `code | Chinese | English`; Chinese alone is given a code."""
    lines = [line for line in text.splitlines() if line.strip()][:MOST_LINES]
    split = [[part.strip() for part in line.split("|")] for line in lines]
    taken = {parts[0] for parts in split if len(parts) > 1}
    free = (f"c{number}" for number in range(1, 10_000) if f"c{number}" not in taken)
    return tuple(
        Choice(next(free), parts[0])
        if len(parts) == 1
        else Choice(parts[0], parts[1], " | ".join(parts[2:]))
        for parts in split
    )


def _item(said: QueryDict) -> Item:
    """Read the form of an item. Raises Invalid."""
    wrong: dict[str, Words] = {}
    kind, step = said.get("kind", ""), said.get("needed_at", "")
    if kind not in set(Kind):
        wrong["kind"] = _("Choose one of the values offered.")
    if step not in set(Step):
        wrong["needed_at"] = _("Choose one of the values offered.")
    if wrong:
        raise Invalid(fields=wrong)
    return Item(
        code=said.get("code", "").strip(),
        kind=Kind(kind),
        name_zh=said.get("name_zh", "").strip(),
        name_en=said.get("name_en", "").strip(),
        needed_at=Step(step),
        is_personal=said.get("is_personal") == "yes",
        choices=_choices(said.get("choices", "")) if kind == Kind.CHOICE else (),
    )


def _as_said(item: Item) -> dict[str, str]:
    return {
        "code": item.code,
        "kind": item.kind.value,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "needed_at": item.needed_at.value,
        "is_personal": "yes" if item.is_personal else "",
        "choices": "\n".join(_as_line(one) for one in item.choices),
    }


@require_http_methods(["GET", "POST"])
@staff_required("category.edit")
def item(request: StaffRequest, ref: str, code: str = "") -> HttpResponse:
    """Ask for one thing more, or for the one named in other words."""
    category = queries.category_to_edit(request.actor, ref)
    held = asks_of(category)
    found = next((line[0] for line in held["asks"] if line[0].code == code), None)
    if code and found is None:
        raise NotThere
    problem: Problem | None = None
    if request.method == "POST":
        try:
            actions.put_item(
                category,
                _item(request.POST),
                replaces=code,
                seen=web.whole_number(request.POST, "version"),
                actor=request.actor,
                at=time.now(),
            )
        except (Invalid, Conflict) as error:
            problem = error
        else:
            return _back(category, "changed" if code else "asked")
    path = queries.category_path(category)
    start = {"kind": Kind.TEXT.value, "needed_at": ""}
    context = {
        "category": category,
        "above": path[:-1],
        "name": path[-1],
        "item": found,
        "item_name": queries.item_name(found) if found else "",
        "said": request.POST if problem else _as_said(found) if found else start,
        "version": request.POST.get("version", "") if problem else held["version"],
        "kinds": [(kind.value, words) for kind, words in kind_words().items()],
        "steps": [(step.value, words) for step, words in step_words().items()],
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
    }
    status = problem.status if problem else 200
    return render(request, "console/categories/item.html", context, status=status)


def _back(category: Category, done: str) -> HttpResponse:
    return redirect(f"{reverse('console:category', args=[category.code])}?done={done}#asks")


def done_words(act: str) -> str:
    """Say what was done to what a category asks."""
    match act:
        case "asked" | "changed":
            return _("Saved. New cases are asked so; those that are there keep their version.")
        case "dropped":
            return _("No longer asked. Cases that were asked keep it.")
        case "ordered":
            return _("The order is changed.")
        case _:
            return ""


def _act(
    request: StaffRequest, ref: str, done: str, act: Callable[[Category, int], object]
) -> HttpResponse:
    category = queries.category_to_edit(request.actor, ref)
    try:
        act(category, web.whole_number(request.POST, "version"))
    except (Invalid, Conflict):
        # Somebody changed it meanwhile: the page shows how it stands now.
        return _back(category, "late")
    return _back(category, done)


@require_POST
@staff_required("category.edit")
def move(request: StaffRequest, ref: str, code: str) -> HttpResponse:
    """Move one thing up or down."""
    actor, at, up = request.actor, time.now(), request.POST.get("way") == "up"
    return _act(
        request,
        ref,
        "ordered",
        lambda category, seen: actions.move_item(
            category, code, up=up, seen=seen, actor=actor, at=at
        ),
    )


@require_POST
@staff_required("category.edit")
def drop(request: StaffRequest, ref: str, code: str) -> HttpResponse:
    """Ask for one thing no more."""
    actor, at = request.actor, time.now()
    return _act(
        request,
        ref,
        "dropped",
        lambda category, seen: actions.drop_item(category, code, seen=seen, actor=actor, at=at),
    )
