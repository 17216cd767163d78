"""The tree of questions for programs: `/categories` and below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api import schemas
from shouwen.service.cases.api.asking import NO_SUCH_ENTRY
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.models import Category
from shouwen.service.cases.queries import CategoryLine

categories_router = Router(tags=["categories"])


class NamesIn(Strict):
    """What a place is called; without an English name the Chinese one stands for both."""

    name_zh: Annotated[str, Field(min_length=1, max_length=60)]
    name_en: Annotated[str, Field(max_length=80)] = ""


class CategoryIn(NamesIn):
    """A new place: its code, which stays for good, and the place above it (none: first level)."""

    code: Annotated[str, Field(min_length=1, max_length=60)]
    parent: schemas.Code = ""


class MoveIn(Strict):
    """One place up or down among those beside it."""

    way: Literal["up", "down"]


class PlaceOut(Schema):
    """A place of the tree, retired or not; `is_live` says whether it is offered by now."""

    code: str
    level: int
    parent: str | None
    name_zh: str
    name_en: str
    is_active: bool
    is_live: bool


class TreeOut(Schema):
    """The whole tree, from the top down, in its order."""

    items: list[PlaceOut]


def _place(line: CategoryLine) -> PlaceOut:
    row = line.category
    return PlaceOut(
        code=row.code,
        level=row.level,
        parent=row.parent.code if row.parent else None,
        name_zh=row.name_zh,
        name_en=row.name_en,
        is_active=row.is_active,
        is_live=line.is_live,
    )


def _shown(request: ApiRequest, code: str) -> PlaceOut:
    lines = queries.category_lines(request.actor)
    return next(_place(line) for line in lines if line.category.code == code)


@categories_router.get(
    "", response={200: schemas.CategoryListOut, **PROBLEMS}, summary="List the categories"
)
def list_categories(request: ApiRequest) -> schemas.CategoryListOut:
    """Give every third-level category on offer, in the order of the tree."""
    staff_access.require(request.actor, "case.read")
    choices = queries.categories_of(request.actor.institution_id or 0)
    return schemas.CategoryListOut(
        items=[schemas.CategoryOut(code=c.code, path=list(c.path)) for c in choices]
    )


@categories_router.get("/tree", response={200: TreeOut, **PROBLEMS}, summary="Read the whole tree")
def read_tree(request: ApiRequest) -> TreeOut:
    """Give all three levels with what is retired."""
    return TreeOut(items=[_place(line) for line in queries.category_lines(request.actor)])


@categories_router.post("", response={201: PlaceOut, **PROBLEMS}, summary="Add a category")
def add_category(request: ApiRequest, body: CategoryIn, key: Key = "") -> Status[PlaceOut]:
    """Add a place as the last below its parent."""
    actor, at = request.actor, time.now()

    def work() -> str:
        parent = None
        if body.parent:
            try:
                parent = queries.category_to_edit(actor, body.parent)
            except NotThere as error:
                raise Invalid(fields={"parent": NO_SUCH_ENTRY}) from error
        made = actions.add_category(
            body.code,
            name_zh=body.name_zh,
            name_en=body.name_en,
            parent=parent,
            actor=actor,
            at=at,
        )
        return str(made.code)

    return Status(201, _shown(request, once(request, "category", key, body, at, work)))


def _done(
    request: ApiRequest,
    code: str,
    act: str,
    key: str,
    body: Strict,
    do: Callable[[Category, datetime], object],
) -> PlaceOut:
    """Do one thing to one place, once, and give what is true now."""
    at = time.now()

    def work() -> str:
        do(queries.category_to_edit(request.actor, code), at)
        return code

    return _shown(request, once(request, f"category-{act}", key, body, at, work, code))


PLACE = {200: PlaceOut, **PROBLEMS}


@categories_router.put("/{code}", response=PLACE, summary="Rename a category")
def rename_category(request: ApiRequest, code: str, body: NamesIn, key: Key = "") -> PlaceOut:
    """Give a place other names; its cases show them at once."""
    actor = request.actor
    return _done(
        request,
        code,
        "rename",
        key,
        body,
        lambda row, at: actions.rename_category(
            row, name_zh=body.name_zh, name_en=body.name_en, actor=actor, at=at
        ),
    )


@categories_router.post("/{code}/move", response=PLACE, summary="Move a category")
def move_category(request: ApiRequest, code: str, body: MoveIn, key: Key = "") -> PlaceOut:
    """Change the order among those beside it; at the end nothing changes."""
    actor, up = request.actor, body.way == "up"
    return _done(
        request,
        code,
        "move",
        key,
        body,
        lambda row, at: actions.move_category(row, up=up, actor=actor, at=at),
    )


@categories_router.post("/{code}/retire", response=PLACE, summary="Retire a category")
def retire_category(
    request: ApiRequest, code: str, body: schemas.NothingIn | None = None, key: Key = ""
) -> PlaceOut:
    """Offer a place and what hangs below it to no new case; cases that have it keep it."""
    actor, nothing = request.actor, body or schemas.NothingIn()
    return _done(
        request,
        code,
        "retire",
        key,
        nothing,
        lambda row, at: actions.retire_category(row, actor=actor, at=at),
    )


@categories_router.post("/{code}/reinstate", response=PLACE, summary="Offer a category again")
def reinstate_category(
    request: ApiRequest, code: str, body: schemas.NothingIn | None = None, key: Key = ""
) -> PlaceOut:
    """Offer a retired place again."""
    actor, nothing = request.actor, body or schemas.NothingIn()
    return _done(
        request,
        code,
        "reinstate",
        key,
        nothing,
        lambda row, at: actions.reinstate_category(row, actor=actor, at=at),
    )
